#include "experiments/records/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/files.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

Study Example() {
  Study study;
  study.name = "tiny";
  study.question = "Does it \"run\"?";
  study.reference = "lr";
  study.selection = "accuracy.unbiased_validation";
  study.selection_lower = true;
  study.axes = {{"lr", "optimizer.lr"}, {"l2", "regularizers"}};
  study.columns = {
      {"accuracy", {"unbiased_test", "doc"}},
      {"sharpness",
       {"largest", "", -kInfinity, kInfinity, Direction::kNeither}}};
  study.configurations = {{"base", "base", {}},
                          {"lr x l2",
                           "lr=0.1, l2=none",
                           {{"lr", "0.1", 0.1}, {"l2", "none", std::nullopt}}}};
  study.trials = {{"0123", 0, {0}}, {"4567", 1, {0, 1}}};
  return study;
}

TEST(StudyTest, ReadsBackWhatWasWritten) {
  const std::string folder = MakeTestFolder() + "/tiny";
  ASSERT_OK(WriteStudy(folder, Example()));
  const auto study = ReadStudy(folder);
  ASSERT_OK(study);
  EXPECT_EQ(study->name, "tiny");
  EXPECT_EQ(study->question, "Does it \"run\"?");
  EXPECT_EQ(study->reference, "lr");
  EXPECT_EQ(study->selection, "accuracy.unbiased_validation");
  EXPECT_TRUE(study->selection_lower);
  ASSERT_EQ(study->axes.size(), 2u);
  EXPECT_EQ(study->axes[1].set, "regularizers");
  ASSERT_EQ(study->columns.size(), 2u);
  EXPECT_EQ(study->columns[0].name(), "accuracy.unbiased_test");
  EXPECT_EQ(study->columns[0].result.most, 1);
  EXPECT_EQ(study->columns[1].result.least, -kInfinity);
  EXPECT_EQ(study->columns[1].result.direction, Direction::kNeither);
  ASSERT_EQ(study->configurations.size(), 2u);
  ASSERT_EQ(study->configurations[1].axis_values.size(), 2u);
  EXPECT_EQ(study->configurations[1].axis_values[0].number, 0.1);
  EXPECT_EQ(study->configurations[1].axis_values[1].number, std::nullopt);
  EXPECT_EQ(study->configurations[1].axis_values[1].label, "none");
  ASSERT_EQ(study->trials.size(), 2u);
  EXPECT_EQ(study->trials[1].seed, 1);
  EXPECT_EQ(study->trials[1].configurations, (std::vector<size_t>{0, 1}));
}

TEST(StudyTest, AFolderWithoutAStudySaysHowToMakeOne) {
  const auto study = ReadStudy(MakeTestFolder());
  EXPECT_TRUE(absl::IsNotFound(study.status()));
  EXPECT_THAT(std::string(study.status().message()),
              HasSubstr("holds no study"));
}

TEST(StudyTest, ADamagedFileIsNamedWithTheCure) {
  const std::string folder = MakeTestFolder();
  ASSERT_OK(WriteStudy(folder, Example()));
  const std::string path = folder + "/study.json";
  const std::string whole = ReadTestFile(path);
  const std::string no_such_configuration =
      std::string(whole).replace(whole.rfind("    1\n"), 5, "    2");
  for (const std::string& damaged :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("[]"),
        std::string("{\"format\": 2}"), no_such_configuration}) {
    std::ofstream(path) << damaged;
    const auto study = ReadStudy(folder);
    EXPECT_TRUE(absl::IsDataLoss(study.status())) << damaged;
    EXPECT_THAT(std::string(study.status().message()),
                testing::AllOf(HasSubstr(path), HasSubstr("run the study")));
  }
}

TEST(StudyTest, WhatIsListedTwiceIsRefused) {
  const std::string folder = MakeTestFolder();
  Study study = Example();
  study.trials.push_back(study.trials[0]);
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_THAT(std::string(ReadStudy(folder).status().message()),
              testing::AllOf(HasSubstr("].id: expected an id that no other "
                                       "trial has, found \""),
                             HasSubstr(folder + "/study.json")));
  study = Example();
  study.trials[0].configurations = {0, 1, 0};
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_THAT(std::string(ReadStudy(folder).status().message()),
              HasSubstr("trials[0].cells: expected each position once, found"));
}

TEST(StudyTest, NamesThatLeadIntoScriptsAndPathsAreRefused) {
  const std::string folder = MakeTestFolder();
  for (const char* hostile :
       {"", "a b", "a.b", "../a", "a/b", "x' eq '' ? system('ls') : 1 eq '",
        "`ls`", "a,b", "a\nset output 'b'", "\xc3\xa9"}) {
    std::vector<Study> studies(6, Example());
    studies[0].axes[1].name = hostile;
    studies[1].configurations[1].axis_values[0].axis = hostile;
    studies[2].columns[0].metric = hostile;
    studies[3].columns[1].result.name = hostile;
    studies[4].trials[0].id = hostile;
    studies[5].axes[0].name = hostile;
    for (size_t i = 0; i < studies.size(); ++i) {
      ASSERT_OK(WriteStudy(folder, studies[i]));
      const auto study = ReadStudy(folder);
      EXPECT_TRUE(absl::IsDataLoss(study.status())) << i << " " << hostile;
      EXPECT_THAT(std::string(study.status().message()),
                  testing::AllOf(HasSubstr("expected letters, digits and _"),
                                 HasSubstr(folder + "/study.json"),
                                 HasSubstr("run the study")));
    }
  }
}

}  // namespace
}  // namespace bigstep
