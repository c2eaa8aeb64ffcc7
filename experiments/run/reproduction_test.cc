#include "experiments/run/reproduction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/json.h"
#include "base/mutation_testing.h"
#include "experiments/plan/testing.h"
#include "experiments/records/provenance.h"
#include "experiments/records/record_writer.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/train/environment.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReproductionTest : public testing::Test {
 protected:
  ReproductionTest() {
    result_.steps = 30;
    result_.metrics = {
        {"accuracy",
         {{"train", 0.1}, {"test", nullptr}, {"groups", {0.5, 0.25}}}},
        {"prunability", {{"auc", 3}}}};
    result_.history = {{10, 0.5, {{"accuracy", {{"train", 0.25}}}}},
                       {30, 0.125, {{"accuracy", {{"train", 0.1}}}}}};
    Write();
  }

  void Write() {
    EXPECT_OK(WriteRecord(
        folder_,
        {plan_.trials[0].id, plan_.study.name, plan_.trials[0].settings,
         ProvenanceJson(MakeProvenance(c10::kCPU, "abc"),
                        plan_.trials[0].settings),
         "now"},
        result_));
  }

  std::string Path(const std::string& file = "") {
    return TrialFolder(folder_, plan_.trials[0].id) + file;
  }

  // Changes the record.
  void Change(const std::function<void(Json&)>& change) {
    Json json = *ParseJson(*ReadFile(Path("/record.json")));
    change(json);
    WriteTestFile(Path("/record.json"), json.dump());
  }

  std::string Refusal(const std::string& path) {
    const absl::Status status = ReadTrialToReproduce(path).status();
    EXPECT_FALSE(status.ok());
    return std::string(status.message());
  }

  std::vector<std::string> Differences(double tolerance = 0) {
    const auto trial = ReadTrialToReproduce(Path());
    EXPECT_OK(trial);
    return Compare(*trial, result_, tolerance).differences;
  }

  const std::string folder_ = MakeTestFolder();
  const Plan plan_ = PlanOf(kTinySpec);
  TrialResult result_;
};

TEST_F(ReproductionTest, ATrialIsNamedByItsFolderOrAFileInIt) {
  for (const char* file : {"", "/", "/record.json", "/trial.yaml"}) {
    const auto trial = ReadTrialToReproduce(Path(file));
    ASSERT_OK(trial);
    EXPECT_EQ(trial->record.id, plan_.trials[0].id);
    EXPECT_EQ(trial->record.study, "tiny");
    EXPECT_EQ(trial->settings.Id(), plan_.trials[0].id);
    EXPECT_EQ(trial->settings.ToJson(), plan_.trials[0].settings.ToJson());
    EXPECT_TRUE(trial->history.has_value());
  }
}

TEST_F(ReproductionTest, WhatIsNoRecordIsSaidToBeNone) {
  EXPECT_THAT(Refusal(Path("/history.csv")),
              HasSubstr("expected the folder of a trial, or record.json"));
  EXPECT_THAT(Refusal(folder_), HasSubstr(folder_ + "/record.json"));
  EXPECT_THAT(Refusal(folder_ + "/none"), HasSubstr("expected the folder"));
  WriteTestFile(folder_ + "/record.json", "{}");
  EXPECT_THAT(Refusal(folder_), HasSubstr("in " + folder_ + "/record.json"));
}

TEST_F(ReproductionTest, ChangedSettingsAreNotThoseOfTheRecord) {
  Change([](Json& json) { json["trial"]["optimizer"]["lr"] = 0.7; });
  EXPECT_THAT(Refusal(Path()),
              AllOf(HasSubstr("the record is that of " + plan_.trials[0].id +
                              ": they were changed after the trial"),
                    HasSubstr("commit abc can run the trial")));
}

TEST_F(ReproductionTest, AnotherVersionOfAPluginIsNamed) {
  Change([](Json& json) {
    json["id"] = "0123456789abcdef";
    json["provenance"]["plugins"]["metric accuracy"] = 77;
  });
  EXPECT_THAT(Refusal(Path()),
              AllOf(HasSubstr("the record is that of 0123456789abcdef: metric "
                              "accuracy is version "),
                    HasSubstr(" here and was 77;")));
}

TEST_F(ReproductionTest, FormerResultsOfAMetricMeasuredAgainAreNotCompared) {
  Change([](Json& json) {
    json["provenance"]["plugins"]["metric accuracy"] = 1;
    json["metrics"]["accuracy_0123"] = {{"train", 0.25}};
    json["metric_ids"]["accuracy_0123"] = "0123456789abcdef";
    json["trial"]["metrics"].push_back(
        {{"name", "accuracy"}, {"label", "accuracy_0123"}});
    json["measured"] = {{{"metrics", {"accuracy"}}, {"seconds", 1}}};
  });
  const auto trial = ReadTrialToReproduce(Path());
  ASSERT_OK(trial);
  EXPECT_THAT(trial->former_metrics, testing::ElementsAre("accuracy_0123"));
  // Of the history, the steps and the losses: accuracies were those of another
  // version.
  const Comparison comparison = Compare(*trial, result_, 0);
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_EQ(comparison.numbers, 4 + 2 * 2);
}

TEST_F(ReproductionTest, SettingsThatThisProgramDoesNotKnowAreNamed) {
  Change([](Json& json) {
    json["trial"]["model"]["depth"] = 3;
    json["trial"].erase("seed");
  });
  EXPECT_THAT(Refusal(Path()),
              AllOf(HasSubstr("unknown key 'depth'"), HasSubstr("'seed'"),
                    HasSubstr("do not fit this program")));
}

TEST_F(ReproductionTest, TheSameResultDiffersInNothing) {
  const auto trial = ReadTrialToReproduce(Path());
  ASSERT_OK(trial);
  const Comparison comparison = Compare(*trial, result_, 0);
  EXPECT_THAT(comparison.differences, IsEmpty());
  // 4 numbers of metrics; 2 rows of step, loss and accuracy.
  EXPECT_EQ(comparison.numbers, 4 + 2 * 3);
  EXPECT_EQ(comparison.rows, 2);
  EXPECT_EQ(comparison.tolerated, 0);
}

TEST_F(ReproductionTest, EachNumberThatDiffersIsNamedWithBothValues) {
  result_.metrics["accuracy"]["groups"][1] = 0.5;
  result_.metrics["accuracy"]["test"] = 1;
  result_.history[0].train_loss = 0.75;
  EXPECT_THAT(
      Differences(),
      ElementsAre("accuracy.groups[1]: recorded 0.25, found 0.5, difference "
                  "0.25 (relative 0.5)",
                  "accuracy.test: recorded null, found 1",
                  "history.csv step 10, train_loss: recorded 0.5, found 0.75, "
                  "difference 0.25 (relative 0.333333)"));
}

TEST_F(ReproductionTest, TheFitAndTheCourseOfTrainingAreCompared) {
  auto trial = ReadTrialToReproduce(Path());
  ASSERT_OK(trial);
  trial->record.fit = {{"accuracy", 1.0}, {"cross_entropy", 0.25}};
  trial->record.course["accuracy"] = {{"train.peak", 0.5}};
  result_.fit = TrainFit{1, 0.25};
  result_.course["accuracy"] = {{"train.peak", 0.5}};
  EXPECT_THAT(Compare(*trial, result_, 0).differences, IsEmpty());
  result_.fit->cross_entropy = 0.5;
  result_.course["accuracy"]["train.peak"] = 0.75;
  EXPECT_THAT(
      Compare(*trial, result_, 0).differences,
      ElementsAre(HasSubstr("course.accuracy.train.peak: recorded 0.5, found "
                            "0.75"),
                  HasSubstr("fit.cross_entropy: recorded 0.25, found 0.5")));
}

TEST_F(ReproductionTest, OneBitIsADifference) {
  result_.metrics["accuracy"]["train"] = std::nextafter(0.1, 1);
  EXPECT_EQ(Differences().size(), 1u);
  EXPECT_THAT(Differences(1e-15), IsEmpty());
}

TEST_F(ReproductionTest, ResultsThatAppearOrVanishDiffer) {
  result_.metrics["accuracy"].erase("train");
  result_.metrics["sharpness"]["value"] = 2;
  result_.history.pop_back();
  EXPECT_THAT(
      Differences(),
      ElementsAre("accuracy.train: recorded 0.1, found nothing",
                  "sharpness.value: recorded nothing, found 2",
                  "history.csv step 30, accuracy.train: recorded 0.1, found "
                  "nothing",
                  "history.csv step 30, step: recorded 30.0, found nothing",
                  "history.csv step 30, train_loss: recorded 0.125, found "
                  "nothing"));
}

TEST_F(ReproductionTest, ToleranceIsForNumbersAndRelative) {
  result_.metrics["prunability"]["auc"] = 3.03;
  const auto trial = ReadTrialToReproduce(Path());
  EXPECT_THAT(Compare(*trial, result_, 0.009).differences,
              ElementsAre(HasSubstr("prunability.auc")));
  const Comparison comparison = Compare(*trial, result_, 0.01);
  EXPECT_THAT(comparison.differences, IsEmpty());
  EXPECT_EQ(comparison.tolerated, 1);
  EXPECT_EQ(comparison.largest_name, "prunability.auc");
  EXPECT_DOUBLE_EQ(comparison.largest, (3.03 - 3) / 3.03);
  result_.steps = 29;
  EXPECT_THAT(Differences(0.5), ElementsAre("steps: recorded 30, found 29, "
                                            "difference -1 (relative "
                                            "0.0333333)"));
}

TEST_F(ReproductionTest, OutcomesAreCompared) {
  result_.outcome = Outcome::kDiverged;
  result_.stop = Stop::kDiverged;
  result_.metrics = Json::object();
  result_.history.clear();
  Write();
  EXPECT_THAT(Differences(), IsEmpty());
  result_.steps = 31;
  EXPECT_EQ(Differences().size(), 1u);
  result_.outcome = Outcome::kFailed;
  result_.steps = 30;
  result_.reason = "no memory";
  EXPECT_THAT(Differences(),
              ElementsAre(R"(outcome: recorded "diverged", found "failed")",
                          R"(reason: recorded "", found "no memory")"));
  Write();
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(ReproductionTest, WithoutAHistoryTheMetricsAreComparedAlone) {
  fs::remove(Path("/history.csv"));
  result_.history.clear();
  EXPECT_THAT(Differences(), IsEmpty());
}

// Files of another person: the record, then the history beside it.
TEST_F(ReproductionTest, DamagedFilesAreRefusedOrCompared) {
  const Json here = ProvenanceJson(MakeProvenance(c10::kCPU, "abc"),
                                   plan_.trials[0].settings);
  const auto use = [&] {
    const auto trial = ReadTrialToReproduce(Path());
    if (!trial.ok()) return false;
    (void)Compare(*trial, result_, 0);
    (void)EnvironmentDifferences(trial->record.provenance, here);
    return true;
  };
  Mutator mutator(/*seed=*/1);
  for (const char* const name : {"/record.json", "/history.csv"}) {
    const std::string text = ReadTestFile(Path(name));
    int accepted = 0;
    for (int i = 0; i < 500; ++i) {
      WriteTestFile(Path(name), mutator.Mutate(text));
      accepted += use() ? 1 : 0;
    }
    EXPECT_GT(accepted, 20);
    WriteTestFile(Path(name), text);
  }
}

// A trial that starts from a file, recorded with its checksum.
class StartFilesTest : public testing::Test {
 protected:
  StartFilesTest() { trial_.folder = folder_; }

  absl::Status Find(const std::string& weights, const std::string& sha256) {
    const Trial trial =
        PlanOf(kTinySpec,
               {absl::StrCat("model={name: resnet18, weights: ", weights,
                             ", weights_sha256: ", Sha256Hex("any"), "}")})
            .trials[0];
    Json json = trial.settings.ToJson();
    json["model"]["weights_sha256"] = sha256;
    trial_.settings = *TrialSettingsFromJson(json, "test");
    return FindStartFiles(&trial_);
  }

  std::string Found() const {
    return trial_.settings.model.ToJson()["weights"];
  }

  const std::string folder_ = MakeTestFolder();
  const std::string path_ = *UserPath(MakeTestFolder() + "/w.safetensors");
  const std::string beside_ = folder_ + "/w.safetensors";
  const std::string sha256_ = Sha256Hex("right");
  TrialToReproduce trial_;
};

TEST_F(StartFilesTest, AreWhereTheRecordSays) {
  WriteTestFile(path_, "right");
  WriteTestFile(beside_, "wrong");
  ASSERT_OK(Find(path_, sha256_));
  EXPECT_EQ(Found(), path_);
}

TEST_F(StartFilesTest, OrBesideTheRecord) {
  WriteTestFile(beside_, "right");
  ASSERT_OK(Find(path_, sha256_));
  EXPECT_EQ(Found(), beside_);
  WriteTestFile(path_, "wrong");
  ASSERT_OK(Find(path_, sha256_));
  EXPECT_EQ(Found(), beside_);
}

TEST_F(StartFilesTest, ButNotUnderTheNameOfTheTrainedWeights) {
  const std::string path = *UserPath(MakeTestFolder() + "/" + kWeightsFile);
  WriteTestFile(absl::StrCat(folder_, "/", kWeightsFile), "right");
  EXPECT_EQ(Find(path, sha256_).code(), absl::StatusCode::kNotFound);
  WriteTestFile(path, "right");
  ASSERT_OK(Find(path, sha256_));
  EXPECT_EQ(Found(), path);
}

TEST_F(StartFilesTest, AnotherContentIsTheReason) {
  WriteTestFile(path_, "wrong");
  EXPECT_EQ(Find(path_, sha256_),
            absl::FailedPreconditionError(absl::StrCat(
                "the trial started from ", path_, " (model.weights), SHA-256 ",
                sha256_, "; ", path_, " has ", Sha256Hex("wrong"),
                ": a file with another content")));
}

TEST_F(StartFilesTest, AMissingFileIsNamed) {
  EXPECT_EQ(Find(path_, sha256_),
            absl::NotFoundError(absl::StrCat("the trial started from ", path_,
                                             " (model.weights), SHA-256 ",
                                             sha256_, "; no such file: ", path_,
                                             ", ", beside_, ": put it there")));
}

// Records from before checksums: what lies beside one may be what
// --save_weights left there.
TEST_F(StartFilesTest, WithoutAChecksumOnlyThePathCounts) {
  WriteTestFile(beside_, "any");
  EXPECT_EQ(Find(path_, "").code(), absl::StatusCode::kNotFound);
  WriteTestFile(path_, "any");
  ASSERT_OK(Find(path_, ""));
  EXPECT_EQ(Found(), path_);
}

}  // namespace
}  // namespace bigstep
