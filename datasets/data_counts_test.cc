#include "datasets/data_counts.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <vector>

namespace bigstep {
namespace {

Split Examples(const std::vector<int64_t>& labels,
               const std::vector<int64_t>& bias_labels) {
  Split split;
  split.labels = at::tensor(labels, at::kLong);
  split.bias_labels = at::tensor(bias_labels, at::kLong);
  return split;
}

TEST(CountExamplesTest, ARegressionHasNoGroups) {
  Dataset dataset;
  dataset.task = {{1}, 1, 1, 3};
  for (Split* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    *split = Examples({0, 0}, {0, 0});
  }
  EXPECT_EQ(CountExamples(dataset),
            Json({{"num_labels", 1},
                  {"num_bias_labels", 1},
                  {"num_targets", 3},
                  {"splits",
                   {{{"name", "train"}, {"examples", 2}},
                    {{"name", "validation"}, {"examples", 2}},
                    {{"name", "test"}, {"examples", 2}}}}}));
}

// By hand.
TEST(CountExamplesTest, CountsEachGroupOfEachSplit) {
  Dataset dataset;
  dataset.task = {{1}, 2, 3};
  dataset.class_names = {"landbird", "waterbird"};
  dataset.train = Examples({0, 0, 0, 1, 1}, {0, 0, 1, 1, 2});
  dataset.validation = Examples({0}, {0});
  dataset.test = Examples({1}, {0});
  dataset.extra_tests["shifted"] = Examples({1, 1}, {1, 2});
  EXPECT_EQ(CountExamples(dataset).dump(),
            Json({{"num_labels", 2},
                  {"num_bias_labels", 3},
                  {"labels", {"landbird", "waterbird"}},
                  {"bias_labels", {"0", "1", "2"}},
                  {"splits",
                   {{{"name", "train"},
                     {"examples", 5},
                     {"bias_conflicting", 2},
                     {"groups", {{2, 1, 0}, {0, 1, 1}}}},
                    {{"name", "validation"},
                     {"examples", 1},
                     {"bias_conflicting", 0},
                     {"groups", {{1, 0, 0}, {0, 0, 0}}}},
                    {{"name", "test"},
                     {"examples", 1},
                     {"bias_conflicting", 1},
                     {"groups", {{0, 0, 0}, {1, 0, 0}}}},
                    {{"name", "shifted"},
                     {"examples", 2},
                     {"bias_conflicting", 1},
                     {"groups", {{0, 0, 0}, {0, 1, 1}}}}}}})
                .dump());
}

TEST(CountExamplesTest, ManyGroupsBecomeTotals) {
  Dataset dataset;
  dataset.task = {{1}, 1001, 1};
  dataset.train = dataset.validation = dataset.test = Examples({7, 8}, {0, 0});
  const Json counts = CountExamples(dataset);
  EXPECT_FALSE(counts.contains("labels"));
  EXPECT_EQ(counts["splits"][2].dump(), R"({"examples":2,"name":"test"})");
}

}  // namespace
}  // namespace bigstep
