// Every shipped study verifies, in two places: as it is, and resolved.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/testing.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

std::vector<std::string> Specs() {
  std::vector<std::string> names;
  for (const auto& file :
       std::filesystem::directory_iterator("experiments/specs")) {
    if (file.path().extension() == ".yaml") {
      names.push_back(file.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Counted by hand: a spec that is no longer found fails here.
TEST(SpecsTest, AllAreFound) { EXPECT_EQ(Specs().size(), 9u); }

TEST(SpecsTest, TheStudyOfTheTestsIsTheOneInTestdata) {
  const auto text = ReadFile("experiments/testdata/tiny.yaml");
  ASSERT_OK(text);
  EXPECT_EQ(text->substr(text->find('\n') + 1), kTinySpec);
}

class ShippedSpecTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedSpecTest, VerifiesAndAsksAQuestion) {
  const auto text = ReadFile("experiments/specs/" + GetParam() + ".yaml");
  ASSERT_OK(text);
  const Plan plan = PlanOf(*text);
  EXPECT_EQ(plan.study.name, GetParam());
  EXPECT_NE(plan.study.question, "");
  EXPECT_FALSE(plan.trials.empty());
  EXPECT_GE(plan.trials.size(), plan.study.configurations.size());
  EXPECT_EQ(PlanOf(ToSpecYaml(PlanToSpec(plan))).trials.size(),
            plan.trials.size());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedSpecTest, testing::ValuesIn(Specs()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace bigstep
