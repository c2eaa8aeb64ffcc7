// What every metric must do.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "datasets/dataset.h"
#include "experiments/conformance/testing.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "metrics/testing.h"
#include "models/model.h"

namespace bigstep {
namespace {

// A metric and the task of the network that it measures.
struct Case {
  std::string metric;
  Task task;

  friend void PrintTo(const Case& c, std::ostream* out) {
    *out << c.metric << " of a "
         << (c.task == Task::kRegression ? "regression" : "classification");
  }
};

// Each metric with each task that it is for.
std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const std::string& name : Metrics::Get().Names()) {
    const auto metric =
        Metrics::Get().Make(Default(Metrics::Get(), name), {}).value();
    for (const Task task : {Task::kClassification, Task::kRegression}) {
      const Task own = metric->Traits().task;
      if (own == task || own == Task::kEither) cases.push_back({name, task});
    }
  }
  return cases;
}

class MetricConformanceTest : public testing::TestWithParam<Case> {
 protected:
  MetricConformanceTest() {
    const bool regression = GetParam().task == Task::kRegression;
    dataset_ = MakePlugin<DatasetFamily>(
        absl::StrCat("{name: ", regression ? "sparse_regression" : "parity",
                     ", num_train: 300, num_validation: 200, num_test: 200}"),
        {"", 0});
    model_ = MakeModel();
  }

  std::unique_ptr<Model> MakeModel() {
    return MakePlugin<ModelFamily>("{name: fcn, hidden: [8]}",
                                   {dataset_->task, 0});
  }

  absl::StatusOr<Json> Compute(int64_t batch_size) {
    Evaluation::Options options;
    options.batch_size = batch_size;
    Evaluation evaluation(
        *dataset_, *model_, [this] { return MakeModel(); }, options);
    return metric_->Compute(evaluation);
  }

  std::unique_ptr<Metric> metric_ =
      Metrics::Get()
          .Make(Default(Metrics::Get(), GetParam().metric), {})
          .value();
  std::unique_ptr<Dataset> dataset_;
  std::unique_ptr<Model> model_;
};

INSTANTIATE_TEST_SUITE_P(All, MetricConformanceTest, testing::ValuesIn(Cases()),
                         [](const auto& info) {
                           return info.param.metric +
                                  (info.param.task == Task::kRegression
                                       ? "_of_regression"
                                       : "");
                         });

TEST_P(MetricConformanceTest, GivesItsResultsWithinTheirRanges) {
  const auto values = Compute(1000);
  ASSERT_OK(values);
  const MetricTraits traits = metric_->Traits();
  EXPECT_FALSE(traits.results.empty());
  for (const ResultSpec& result : traits.results) {
    EXPECT_NE(result.doc, "");
    ASSERT_TRUE(values->contains(result.name)) << result.name;
    const Json& value = (*values)[result.name];
    if (value.is_null()) continue;
    ASSERT_TRUE(value.is_number()) << result.name;
    EXPECT_GE(value.get<double>(), result.least) << result.name;
    EXPECT_LE(value.get<double>(), result.most) << result.name;
  }
  // What is not declared stays out of tables: it must be a list.
  for (const auto& [name, value] : values->items()) {
    bool declared = false;
    for (const ResultSpec& result : traits.results) {
      declared = declared || result.name == name;
    }
    EXPECT_TRUE(declared || value.is_array()) << name;
  }
}

// Reports name results by their titles alone.
TEST_P(MetricConformanceTest, EachResultHasATitleOfItsOwn) {
  std::set<std::string> others;
  for (const std::string& name : Metrics::Get().Names()) {
    if (name == GetParam().metric) continue;
    const auto other =
        Metrics::Get().Make(Default(Metrics::Get(), name), {}).value();
    for (const ResultSpec& result : other->Traits().results) {
      others.insert(result.title);
    }
  }
  std::set<std::string> own;
  for (const ResultSpec& result : metric_->Traits().results) {
    EXPECT_NE(result.title, "") << result.name << ": see Titled";
    // Words, not the name of a result.
    EXPECT_EQ(result.title.find_first_of("_."), std::string::npos)
        << "the title of a result is words, not '" << result.title << "'";
    EXPECT_TRUE(own.insert(result.title).second)
        << "two results have the title '" << result.title << "'";
    EXPECT_EQ(others.count(result.title), 0u)
        << "another metric has a result with the title '" << result.title
        << "'";
  }
}

TEST_P(MetricConformanceTest, TheBatchSizeOfTheEvaluationDoesNotMatter) {
  const Json whole = Compute(1000).value();
  for (const int64_t batch_size : {1, 7}) {
    const Json pieces = Compute(batch_size).value();
    for (const ResultSpec& result : metric_->Traits().results) {
      if (whole[result.name].is_null()) continue;
      // 1e-5: a matrix product may add in another order.
      EXPECT_NEAR(pieces[result.name].get<double>(),
                  whole[result.name].get<double>(), 1e-5)
          << result.name;
    }
  }
}

TEST_P(MetricConformanceTest, TheOrderOfTheExamplesDoesNotMatter) {
  const Json before = Compute(1000).value();
  *dataset_ = Reordered(*dataset_);
  const Json after = Compute(1000).value();
  for (const ResultSpec& result : metric_->Traits().results) {
    if (before[result.name].is_null()) {
      EXPECT_TRUE(after[result.name].is_null()) << result.name;
      continue;
    }
    const double value = before[result.name].get<double>();
    // A float32 sum over the at most 300 examples of a split is off by at most
    // 300 * 2^-24 < 2e-5 of its terms' magnitudes.
    EXPECT_NEAR(after[result.name].get<double>(), value,
                2e-5 * std::max(1., std::abs(value)))
        << result.name;
  }
}

TEST_P(MetricConformanceTest, OverflowIsNullAndNoFailure) {
  // An infinite input of the test split, then an infinite weight as well.
  for (const bool infinite_weight : {false, true}) {
    dataset_->test.inputs[0].fill_(std::numeric_limits<float>::infinity());
    if (infinite_weight) {
      Parameters(*model_)[0].second.detach()[0][0] =
          std::numeric_limits<float>::infinity();
    }
    const auto values = Compute(1000);
    ASSERT_OK(values);
    for (const ResultSpec& result : metric_->Traits().results) {
      const Json& value = (*values)[result.name];
      EXPECT_TRUE(value.is_null() ||
                  (value.is_number() && std::isfinite(value.get<double>())))
          << result.name << " is " << value;
    }
  }
}

TEST_P(MetricConformanceTest, LeavesTheNetworkAsItIs) {
  const auto before = MakeModel();  // The same seed: the same weights.
  model_->train();
  ASSERT_OK(Compute(50));
  EXPECT_TRUE(model_->is_training());
  const NamedTensors a = Parameters(*before), b = Parameters(*model_);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
  }
}

}  // namespace
}  // namespace bigstep
