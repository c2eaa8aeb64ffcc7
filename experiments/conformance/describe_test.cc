#include "experiments/spec/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TEST(DescribeTest, ListsOneFamilyOrAll) {
  const auto optimizers = ListPlugins("optimizers");
  ASSERT_OK(optimizers);
  EXPECT_THAT(*optimizers, HasSubstr("optimizers/sgd: Stochastic gradient"));
  const auto all = ListPlugins("all");
  ASSERT_OK(all);
  EXPECT_THAT(*all, HasSubstr(*optimizers));
  EXPECT_THAT(*all, HasSubstr("datasets/parity: "));
}

TEST(DescribeTest, SuggestsForUnknownWords) {
  EXPECT_THAT(std::string(ListPlugins("optimisers").status().message()),
              HasSubstr("no family 'optimisers'; did you mean 'optimizers'?"));
  EXPECT_THAT(std::string(DescribePlugin("optimizers/sdg").status().message()),
              HasSubstr("no optimizer 'sdg'; did you mean 'sgd'?"));
  EXPECT_THAT(std::string(DescribePlugin("sdg").status().message()),
              HasSubstr("expected family/plugin, as in optimizers/sgd"));
}

TEST(DescribeTest, FindsNamesWithoutTheirFamily) {
  ASSERT_OK(DescribePlugin("sgd"));
  EXPECT_EQ(*DescribePlugin("sgd"), *DescribePlugin("optimizers/sgd"));
}

TEST(DescribeTest, ShowsOptionsWithDefaultsAndRanges) {
  const auto text = DescribePlugin("optimizers/momentum");
  ASSERT_OK(text);
  EXPECT_THAT(*text, HasSubstr("| `lr` | double | required | > 0 | "));
  EXPECT_THAT(*text, HasSubstr("| `momentum` | double | `0.9` | >= 0, < 1 | "));
}

TEST(DescribeTest, ShowsTheResultsOfAMetric) {
  const auto text = DescribePlugin("metrics/prunability");
  ASSERT_OK(text);
  EXPECT_THAT(*text, HasSubstr("| `prunability.auc` | [0, inf] | higher | "));
}

TEST(DescribeTest, TheDocumentationIsUpToDate) {
  const auto written = ReadFile("docs/plugins.md");
  ASSERT_OK(written);
  const auto registered = DescribePlugin("all");
  ASSERT_OK(registered);
  EXPECT_EQ(*written, *registered)
      << "docs/plugins.md is stale: bazel run //tools:update_docs";
}

}  // namespace
}  // namespace bigstep
