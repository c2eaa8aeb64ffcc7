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

constexpr char kFolder[] = "experiments/specs/";

// Their files below kFolder, without the ending.
std::vector<std::string> Specs() {
  std::vector<std::string> names;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(kFolder)) {
    std::filesystem::path path = file.path();
    if (path.extension() != ".yaml") continue;
    names.push_back(
        path.replace_extension().string().substr(sizeof kFolder - 1));
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Counted by hand: a spec that is no longer found fails here.
TEST(SpecsTest, AllAreFound) { EXPECT_EQ(Specs().size(), 29u); }

TEST(SpecsTest, TheStudyOfTheTestsIsTheOneInTestdata) {
  const auto text = ReadFile("experiments/testdata/tiny.yaml");
  ASSERT_OK(text);
  EXPECT_EQ(text->substr(text->find('\n') + 1), kTinySpec);
}

class ShippedSpecTest : public testing::TestWithParam<std::string> {};

TEST_P(ShippedSpecTest, VerifiesAndAsksAQuestion) {
  const std::string file = kFolder + GetParam() + ".yaml";
  const auto text = ReadFile(file);
  ASSERT_OK(text);
  Problems problems;
  const Plan plan =
      MakePlan(ReadStudySpec(*text, file, {}, problems, file), problems);
  EXPECT_EQ(Message(problems), "");
  EXPECT_EQ(plan.study.name, std::filesystem::path(GetParam()).filename());
  EXPECT_NE(plan.study.question, "");
  EXPECT_FALSE(plan.trials.empty());
  EXPECT_GE(plan.trials.size(), plan.study.configurations.size());
  EXPECT_EQ(PlanOf(ToSpecYaml(PlanToSpec(plan))).trials.size(),
            plan.trials.size());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedSpecTest, testing::ValuesIn(Specs()),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

}  // namespace
}  // namespace bigstep
