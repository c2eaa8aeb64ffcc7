#include "experiments/records/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

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
  study.spec = "study: tiny\n";
  study.arguments = {"--set=seeds=2"};
  study.columns = {
      {"accuracy", Titled("unbiased accuracy", {"unbiased_test", "doc"})},
      {"sharpness",
       {"largest", "", -kInfinity, kInfinity, Direction::kNeither}}};
  study.configurations = {
      {"base", "base", {}},
      {"lr x l2",
       "lr=0.1, l2=none",
       {{"lr", "0.1", 0.1},
        {"l2", "none", std::nullopt, "[]", "training.max_steps: 90"}}}};
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
  EXPECT_EQ(study->columns[0].title(), "unbiased accuracy");
  EXPECT_EQ(study->columns[1].title(), "sharpness: largest");
  EXPECT_EQ(study->spec, "study: tiny\n");
  EXPECT_EQ(ReadTestFile(folder + "/spec.yaml"),
            "# Run with these flags: --set=seeds=2\n" + study->spec);
  EXPECT_EQ(study->arguments, std::vector<std::string>{"--set=seeds=2"});
  EXPECT_EQ(study->columns[0].result.most, 1);
  EXPECT_EQ(study->columns[1].result.least, -kInfinity);
  EXPECT_EQ(study->columns[1].result.direction, Direction::kNeither);
  ASSERT_EQ(study->configurations.size(), 2u);
  ASSERT_EQ(study->configurations[1].axis_values.size(), 2u);
  EXPECT_EQ(study->configurations[1].axis_values[0].number, 0.1);
  EXPECT_EQ(study->configurations[1].axis_values[1].number, std::nullopt);
  EXPECT_EQ(study->configurations[1].axis_values[1].label, "none");
  EXPECT_EQ(study->configurations[1].axis_values[1].value, "[]");
  EXPECT_EQ(study->configurations[1].axis_values[1].with,
            "training.max_steps: 90");
  ASSERT_EQ(study->trials.size(), 2u);
  EXPECT_EQ(study->trials[1].seed, 1);
  EXPECT_EQ(study->trials[1].configurations, (std::vector<size_t>{0, 1}));
}

TEST(StudyTest, EqualSettingsHaveEqualKeysWhateverTheyAreCalled) {
  Study study, other;
  study.axes = {{"lr", "optimizer.lr"}};
  other.axes = {{"rate", "optimizer.lr"}};
  const auto key = [](const Study& of, const AxisValue& value) {
    return SettingsKey(of,
                       {value.axis, value.axis + "=" + value.label, {value}});
  };
  const std::string low = key(study, {"lr", "0.1", 0.1, "0.1"});
  EXPECT_EQ(key(other, {"rate", "low", 0.1, "1e-1"}), low);
  EXPECT_NE(key(study, {"lr", "0.1", 0.2, "0.2"}), low);  // The label lies.
  EXPECT_NE(key(study, {"lr", "0.1", 0.1, "0.1", "training.max_steps: 9"}),
            low);
  EXPECT_NE(key(study, {"rate", "0.1", 0.1, "0.1"}), low);  // Not its axis.
  EXPECT_NE(key(study, {"lr", "0.1", 0.1}), low);           // An older study.
  EXPECT_NE(key(study, {"lr", "nan", {}, "nan"}),
            key(study, {"lr", "inf", {}, "inf"}));
  EXPECT_NE(SettingsKey(study, {"base", "base"}),
            SettingsKey(study, {"trials", "trials[0]"}));
}

StudyClaim ExampleClaim(const std::string& id) {
  Claim claim{id, "The rate helps", "accuracy.unbiased_test"};
  claim.expect = Expectation::kNotWorse;
  claim.compare = "lr";
  claim.against = {"l2"};
  claim.margin = 0.02;
  return {claim};
}

TEST(StudyTest, ClaimsAndSelectionsReadBack) {
  const std::string folder = MakeTestFolder() + "/tiny";
  Study written = Example();
  written.other_selections = {{"accuracy.worst_group", false}};
  written.claims = {ExampleClaim("C1")};
  Claim level{"C2", "High", "accuracy.unbiased_test", Expectation::kAtLeast};
  level.at = {{"lr", "best"}};
  level.value = 0.95;
  written.claims.push_back({level, true});
  ASSERT_OK(WriteStudy(folder, written));
  const auto study = ReadStudy(folder);
  ASSERT_OK(study);
  ASSERT_EQ(study->other_selections.size(), 1u);
  EXPECT_EQ(study->other_selections[0].result, "accuracy.worst_group");
  ASSERT_EQ(study->claims.size(), 2u);
  EXPECT_EQ(study->claims[0].claim, written.claims[0].claim);
  EXPECT_EQ(study->claims[1].claim, level);
  EXPECT_TRUE(study->claims[1].lower_is_better);
  EXPECT_FALSE(study->claims[0].post_hoc);
  EXPECT_EQ(study->claims[0].first_recorded.size(), 20u);
}

TEST(StudyTest, AClaimKeepsItsTimeAndOneAddedAfterTrialsIsPostHoc) {
  const std::string folder = MakeTestFolder() + "/tiny";
  Study study = Example();
  study.claims = {ExampleClaim("C1")};
  ASSERT_OK(WriteStudy(folder, study));
  // An older time, as if the file were a year old.
  std::string text = ReadTestFile(folder + "/study.json");
  const std::string year = text.substr(text.find("first_recorded") + 18, 4);
  text.replace(text.find("first_recorded") + 18, 4, "2001");
  std::ofstream(folder + "/study.json") << text;
  std::filesystem::create_directories(folder + "/trials/0123");
  std::ofstream(folder + "/trials/0123/record.json") << "{}";
  study.claims.push_back(ExampleClaim("C2"));
  ASSERT_OK(WriteStudy(folder, study));
  const auto read = ReadStudy(folder);
  ASSERT_OK(read);
  EXPECT_EQ(read->claims[0].first_recorded.substr(0, 4), "2001");
  EXPECT_FALSE(read->claims[0].post_hoc);
  EXPECT_EQ(read->claims[1].first_recorded.substr(0, 4), year);
  EXPECT_TRUE(read->claims[1].post_hoc);
  // Changed after the trials: another claim.
  study.claims[0].claim.margin = 0.2;
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_TRUE(ReadStudy(folder)->claims[0].post_hoc);
}

TEST(StudyTest, AClaimThatGoesAfterTrialsWereDoneIsWithdrawn) {
  const std::string folder = MakeTestFolder() + "/tiny";
  Study study = Example();
  study.claims = {ExampleClaim("C1")};
  ASSERT_OK(WriteStudy(folder, study));
  // Without trials, a claim may change.
  study.claims = {ExampleClaim("C2")};
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_TRUE(ReadStudy(folder)->withdrawn.empty());
  for (const std::string trial : {"0123", "4567"}) {
    std::filesystem::create_directories(folder + "/trials/" + trial);
    std::ofstream(folder + "/trials/" + trial + "/record.json") << "{}";
  }
  study.claims = {};
  ASSERT_OK(WriteStudy(folder, study));
  // Twice: it is withdrawn once.
  ASSERT_OK(WriteStudy(folder, study));
  const auto read = ReadStudy(folder);
  ASSERT_OK(read);
  EXPECT_TRUE(read->claims.empty());
  ASSERT_EQ(read->withdrawn.size(), 1u);
  EXPECT_EQ(read->withdrawn[0].claim.claim, ExampleClaim("C2").claim);
  EXPECT_FALSE(read->withdrawn[0].claim.post_hoc);
  EXPECT_EQ(read->withdrawn[0].trials_done, 2);
  EXPECT_EQ(read->withdrawn[0].withdrawn.size(), 20u);
  // Back as it was, it is what was claimed before the trials.
  study.claims = {ExampleClaim("C2")};
  ASSERT_OK(WriteStudy(folder, study));
  const auto back = ReadStudy(folder);
  ASSERT_OK(back);
  EXPECT_TRUE(back->withdrawn.empty());
  EXPECT_FALSE(back->claims[0].post_hoc);
}

TEST(StudyTest, SeedsThatChangeAfterTrialsWereDoneAreNoted) {
  const std::string folder = MakeTestFolder() + "/tiny";
  Study study = Example();
  const auto write = [&](const std::vector<int64_t>& seeds) {
    study.trials.clear();
    for (const int64_t seed : seeds) {
      study.trials.push_back({absl::StrCat("t", seed), seed, {0}});
    }
    return WriteStudy(folder, study);
  };
  ASSERT_OK(write({0}));
  ASSERT_OK(write({0, 1}));  // Nothing is done yet.
  EXPECT_TRUE(ReadStudy(folder)->seed_changes.empty());
  std::filesystem::create_directories(folder + "/trials/t0");
  std::ofstream(folder + "/trials/t0/record.json") << "{}";
  ASSERT_OK(write({0, 1}));
  EXPECT_TRUE(ReadStudy(folder)->seed_changes.empty());
  ASSERT_OK(write({1, 2, 3}));
  ASSERT_OK(write({1, 2, 3}));
  const auto read = ReadStudy(folder);
  ASSERT_OK(read);
  ASSERT_EQ(read->seed_changes.size(), 1u);
  EXPECT_EQ(read->seed_changes[0].trials_done, 1);
  EXPECT_EQ(read->seed_changes[0].added, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(read->seed_changes[0].removed, (std::vector<int64_t>{0}));
  EXPECT_EQ(read->seed_changes[0].when.size(), 20u);
}

TEST(StudyTest, ChangesOfSeedsOfAnyOriginAreChecked) {
  const auto read = [](const Json& change) {
    return SeedChangesFromJson(Json::array({change})).status();
  };
  const Json good = {{"when", "2026-01-31T12:00:00Z"},
                     {"trials_done", 3},
                     {"added", {1}},
                     {"removed", Json::array()}};
  EXPECT_OK(read(good));
  for (const auto& [key, value] :
       {std::pair<const char*, Json>("trials_done", 0),
        {"trials_done", -1},
        {"added", {0.5}},
        {"removed", "all"},
        {"when", 7}}) {
    Json bad = good;
    bad[key] = value;
    EXPECT_EQ(read(bad).code(), absl::StatusCode::kDataLoss) << key;
  }
}

TEST(StudyTest, ResultsHaveTitlesForReaders) {
  Study study = Example();
  study.titles = {{"accuracy.unbiased_validation", "validation accuracy"}};
  const std::string folder = MakeTestFolder();
  ASSERT_OK(WriteStudy(folder, study));
  const auto read = ReadStudy(folder);
  ASSERT_OK(read);
  EXPECT_EQ(read->TitleOf("accuracy.unbiased_validation"),
            "validation accuracy");
  EXPECT_EQ(read->TitleOf("a.b_c"), "a: b c");
  ASSERT_FALSE(study.columns.empty());
  EXPECT_EQ(read->TitleOf(study.columns[0].name()), study.columns[0].title());
}

TEST(StudyTest, DamagedClaimsAreRefused) {
  Study study = Example();
  study.claims = {ExampleClaim("C1")};
  const std::string folder = MakeTestFolder();
  ASSERT_OK(WriteStudy(folder, study));
  const std::string path = folder + "/study.json";
  const std::string whole = ReadTestFile(path);
  const std::pair<const char*, const char*> damages[] = {
      {"\"id\": \"C1\"", "\"id\": \"../C1\""},
      {"\"not_worse\"", "\"no_worse\""},
      {"\"not_worse\"", "\"rises\""},
      {"\"margin\": 0.02", "\"margin\": \"x\""},
      {"\"post_hoc\": false", "\"post_hoc\": 0"}};
  for (const auto& [good, bad] : damages) {
    std::string damaged = whole;
    ASSERT_NE(damaged.find(good), std::string::npos) << good;
    damaged.replace(damaged.find(good), std::string(good).size(), bad);
    std::ofstream(path) << damaged;
    const auto read = ReadStudy(folder);
    EXPECT_TRUE(absl::IsDataLoss(read.status())) << bad;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr("claims[0]"));
  }
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

TEST(StudyTest, ATrialWithoutAConfigurationIsRefused) {
  const std::string folder = MakeTestFolder();
  Study study = Example();
  study.trials[1].configurations = {};
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_THAT(
      std::string(ReadStudy(folder).status().message()),
      HasSubstr("trials[1].cells: expected at least one position, found []"));
}

TEST(StudyTest, AStudyWithoutTrialsIsRefused) {
  const std::string folder = MakeTestFolder();
  Study study = Example();
  study.trials.clear();
  ASSERT_OK(WriteStudy(folder, study));
  EXPECT_THAT(std::string(ReadStudy(folder).status().message()),
              HasSubstr("trials: expected at least one, found none"));
}

TEST(StudyTest, NamesThatLeadIntoScriptsAndPathsAreRefused) {
  const std::string folder = MakeTestFolder();
  for (const char* hostile : {"", "a b", "a.", ".a", "../a", "a/b",
                              "x' eq '' ? system('ls') : 1 eq '", "`ls`", "a,b",
                              "a\nset output 'b'", "\xc3\xa9"}) {
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

TEST(StudyTest, ResultsAboutTheCourseOfTrainingHaveTheirNames) {
  const std::string folder = MakeTestFolder();
  Study study = Example();
  for (const char* const name :
       {"share.peak", "share.at_0.1", "share.at_1e-05", "share.at_1e+20"}) {
    study.columns[1].result.name = name;
    ASSERT_OK(WriteStudy(folder, study));
    const auto read = ReadStudy(folder);
    ASSERT_OK(read);
    EXPECT_EQ(read->columns[1].result.name, name);
  }
}

}  // namespace
}  // namespace bigstep
