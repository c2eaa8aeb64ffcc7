// Metrics that a study asks for after its trials were trained.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "experiments/records/record.h"
#include "experiments/records/study_records.h"
#include "experiments/run/former_records.h"
#include "experiments/run/recorded_plan.h"
#include "experiments/run/testing.h"
#include "experiments/spec/trial_reader.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kMore[] = "metrics=[accuracy, prunability, class_separation]";
constexpr char kFewer[] = "metrics=[accuracy, activation_sparsity]";
constexpr char kCompared[] = "compare.metrics=[accuracy.unbiased_test]";

class MeasureTest : public RunnerTest {
 protected:
  std::string Weights(const Trial& trial) const {
    return TrialFolder(folder_, trial.id) + "/weights.safetensors";
  }
};

TEST_F(MeasureTest, WhatIsMeasuredLaterIsWhatWouldHaveBeenMeasuredThen) {
  ASSERT_OK(Run(PlanOf(kTinySpec, {kFewer, kCompared})));
  const Plan plan = PlanOf(kTinySpec, {kMore, kCompared});
  const auto later = Run(plan);
  ASSERT_OK(later);
  EXPECT_EQ(later->measured, 6);
  EXPECT_EQ(later->trained, 0);
  EXPECT_EQ(later->failed, 0);
  EXPECT_THAT(progress_.str(), HasSubstr("measured prunability, class_sep"));
  std::vector<Json> measured;
  for (const Trial& trial : plan.trials) measured.push_back(MetricsOf(trial));
  // Nothing is lost.
  EXPECT_TRUE(measured[0].contains("activation_sparsity"));
  EXPECT_EQ(RecordOf(plan.trials[0]).measured.size(), 1u);

  folder_ = options_.setup.study_folder = MakeTestFolder();
  ASSERT_OK(Run(plan));
  for (size_t i = 0; i < plan.trials.size(); ++i) {
    measured[i].erase("activation_sparsity");
    EXPECT_EQ(CanonicalJson(measured[i]),
              CanonicalJson(MetricsOf(plan.trials[i])));
  }
}

TEST_F(MeasureTest, ThatIsDoneOnce) {
  ASSERT_OK(Run(PlanOf(kTinySpec, {kFewer, kCompared})));
  const Plan plan = PlanOf(kTinySpec, {kMore, kCompared});
  ASSERT_OK(Run(plan));
  const auto again = Run(plan);
  ASSERT_OK(again);
  EXPECT_EQ(again->measured, 0);
  EXPECT_EQ(again->trained, 0);
  EXPECT_EQ(again->reused, 6);
}

TEST_F(MeasureTest, MetricsOfTheTrainingNeedIt) {
  ASSERT_OK(Run(PlanOf(kTinySpec, {kFewer, kCompared})));
  const Plan plan = PlanOf(
      kTinySpec,
      {"metrics=[accuracy, activation_sparsity, loss_dynamics]", kCompared});
  const Json before = MetricsOf(plan.trials[0]);
  const auto content = ReadFolder(folder_, plan);
  ASSERT_OK(content);
  EXPECT_EQ(content->WorkOf(plan.trials[0]).reason,
            "loss_dynamics is measured during training");
  const auto later = Run(plan);
  ASSERT_OK(later);
  EXPECT_EQ(later->measured, 0);
  EXPECT_EQ(later->trained, 6);
  // The same training, with the record before it beside the new one.
  Json now = MetricsOf(plan.trials[0]);
  EXPECT_TRUE(now.contains("loss_dynamics"));
  now.erase("loss_dynamics");
  EXPECT_EQ(CanonicalJson(now), CanonicalJson(before));
  EXPECT_TRUE(
      fs::exists(TrialFolder(folder_, plan.trials[0].id) + "/record.json.old"));
}

TEST_F(MeasureTest, AChangedOptionIsMeasuredAndTheFormerResultsStay) {
  const auto with = [](const std::string& ratios) {
    return PlanOf(
        kTinySpec,
        {"metrics=[accuracy, {name: prunability, ratios: " + ratios + "}]",
         kCompared});
  };
  const Plan before = with("[0, 0.5]");
  ASSERT_OK(Run(before));
  const Json results = MetricsOf(before.trials[0])["prunability"];
  const Plan after = with("[0, 0.5, 0.9]");
  const auto later = Run(after);
  ASSERT_OK(later);
  EXPECT_EQ(later->measured, 6);
  EXPECT_EQ(later->trained, 0);
  const Record record = RecordOf(after.trials[0]);
  EXPECT_EQ(record.metrics["prunability"]["ratios"].size(), 3u);
  const std::string label =
      "prunability_" + before.trials[0].settings.metrics[1].Id().substr(0, 4);
  EXPECT_EQ(record.metrics[label], results);
  // Reports take none of the two for the other.
  const auto read = ReadStudyRecords(folder_, before.study);
  ASSERT_OK(read);
  EXPECT_FALSE(read->at(before.trials[0].id).metrics.contains("prunability"));
}

TEST_F(MeasureTest, AnOptionThatIsChangedBackAndForthLeavesTwoMetrics) {
  std::vector<Json> metrics;
  Plan plan;
  for (const char* const ratios :
       {"[0, 0.5]", "[0, 0.9]", "[0, 0.5]", "[0, 0.9]"}) {
    plan = PlanOf(kTinySpec,
                  {absl::StrCat("metrics=[accuracy, {name: prunability, "
                                "ratios: ",
                                ratios, "}]"),
                   kCompared});
    const auto run = Run(plan);
    ASSERT_OK(run);
    EXPECT_EQ(run->failed, 0);
    metrics.push_back(MetricsOf(plan.trials[0]));
  }
  // accuracy, prunability and the other one under its former label.
  EXPECT_EQ(metrics[3].size(), 3u);
  EXPECT_EQ(metrics[3], metrics[1]);
  EXPECT_EQ(metrics[2]["prunability"], metrics[0]["prunability"]);
  const Record record = RecordOf(plan.trials[0]);
  EXPECT_EQ(record.metric_ids.size(), 3u);
  const auto settings = TrialSettingsFromJson(record.trial, "record.json");
  ASSERT_OK(settings);
  EXPECT_EQ(settings->metrics.size(), 3u);
}

TEST_F(MeasureTest, AFolderIsMeasuredByWhatIsAskedForAlone) {
  const Plan plan = PlanOf(kTinySpec);
  ASSERT_OK(Run(plan));
  std::string note;
  const auto to_measure = PlanToMeasure(folder_, "class_separation", &note);
  ASSERT_OK(to_measure);
  EXPECT_EQ(note, "");
  ASSERT_EQ(to_measure->trials.size(), 6u);
  EXPECT_EQ(to_measure->trials[0].id, plan.trials[0].id);
  ASSERT_EQ(to_measure->trials[0].settings.metrics.size(), 1u);
  EXPECT_EQ(to_measure->trials[0].settings.metrics[0].label,
            "class_separation");
  // Those of before, and the new one.
  EXPECT_EQ(to_measure->study.metric_ids.size(), 4u);
}

TEST_F(MeasureTest, TrialsWithAnotherIdTodayKeepTheirsAndAreLeftOut) {
  ASSERT_OK(Run(PlanOf(kTinySpec)));
  // As if a plugin had had another version.
  Study study = *ReadStudy(folder_);
  const std::string old = "0123456789abcdef";
  fs::rename(TrialFolder(folder_, study.trials[0].id),
             TrialFolder(folder_, old));
  study.trials[0].id = old;
  ASSERT_OK(WriteStudy(folder_, study));
  const std::string file = TrialFolder(folder_, old) + "/record.json";
  Json record = *ParseJson(*ReadFile(file));
  record["id"] = old;
  WriteTestFile(file, record.dump());
  std::string note;
  const auto to_measure = PlanToMeasure(folder_, "class_separation", &note);
  ASSERT_OK(to_measure);
  EXPECT_EQ(to_measure->trials.size(), 5u);
  EXPECT_EQ(to_measure->study.trials[0].id, old);
  EXPECT_THAT(note, HasSubstr("--measure: 1 trial is left out (the first: " +
                              TrialFolder(folder_, old) + "): "));
}

TEST_F(MeasureTest, WithoutWeightsTheTrialIsTrainedAgain) {
  Plan plan = PlanOf(kTinySpec, {kFewer, kCompared});
  ASSERT_OK(Run(plan));
  fs::remove(Weights(plan.trials[0]));
  plan = PlanOf(kTinySpec, {kMore, kCompared});
  const auto content = ReadFolder(folder_, plan);
  ASSERT_OK(content);
  EXPECT_EQ(content->WorkOf(plan.trials[0]).reason,
            "its weights were not kept");
  const auto later = Run(plan);
  ASSERT_OK(later);
  EXPECT_EQ(later->measured, 5);
  EXPECT_EQ(later->trained, 1);
}

TEST_F(MeasureTest, WeightsThatChangedAreNotMeasured) {
  Plan plan = PlanOf(kTinySpec, {kFewer, kCompared});
  ASSERT_OK(Run(plan));
  std::string bytes = *ReadFile(Weights(plan.trials[0]));
  bytes.back() ^= 1;
  WriteTestFile(Weights(plan.trials[0]), bytes);
  const std::string record =
      TrialFolder(folder_, plan.trials[0].id) + "/record.json";
  const std::string before = *ReadFile(record);
  plan = PlanOf(kTinySpec, {kMore, kCompared});
  const auto later = Run(plan);
  ASSERT_OK(later);
  EXPECT_EQ(later->measured, 6);
  EXPECT_EQ(later->failed, 1);
  EXPECT_THAT(*ReadFile(TrialFolder(folder_, plan.trials[0].id) + "/log.txt"),
              HasSubstr("expected the weights with SHA-256"));
  EXPECT_EQ(*ReadFile(record), before);
}

TEST_F(MeasureTest, WeightsAreKeptWhileTheyAreFew) {
  EXPECT_TRUE(KeepsWeights(KeepWeights::kAuto, 1.9e9));
  EXPECT_FALSE(KeepsWeights(KeepWeights::kAuto, 2e9));
  EXPECT_TRUE(KeepsWeights(KeepWeights::kAll, 2e9));
  EXPECT_FALSE(KeepsWeights(KeepWeights::kNone, 1));
}

TEST_F(MeasureTest, TheWeightsOfAllTrialsAreCounted) {
  const Plan plan = PlanOf(kTinySpec, {kFewer, kCompared});
  ASSERT_OK(Run(plan));
  const auto content = ReadFolder(folder_, plan);
  ASSERT_OK(content);
  // By hand: 20 inputs (10 core and 10 spurious bits), 8 units, 2 classes, no
  // biases, 4 bytes each: 704 a trial. The records have the size of the files.
  CheckedTrials checked;
  IdentityCache identities;
  checked.weights_bytes[NetworkKey(plan.trials[0], identities)] = 704;
  EXPECT_EQ(StudyWeightsBytes(plan, FolderContent(), checked), 6 * 704);
  const double files = StudyWeightsBytes(plan, *content, CheckedTrials());
  EXPECT_EQ(files,
            6.0 * static_cast<double>(fs::file_size(Weights(plan.trials[0]))));
}

// Of a folder that the program wrote before ids left out the metrics.
class FormerRecordsTest : public MeasureTest {
 protected:
  FormerRecordsTest() {
    fs::copy(kData, folder_, fs::copy_options::recursive);
    options_.setup.study = "former";
  }

  static Plan PlanWith(const std::vector<std::string>& overrides) {
    return PlanOf(ReadTestFile(std::string(kData) + "/spec.yaml"), overrides);
  }

  static constexpr char kData[] = "experiments/run/testdata/format1";
};

TEST_F(FormerRecordsTest, AreUsedUnderTheirNewIds) {
  const Plan plan = PlanWith({});
  const Json results =
      Json::parse(ReadTestFile(std::string(kData) +
                               "/trials/2f0d50e0fb596a9e/record.json"))
          .at("metrics");
  const auto content = ReadFolder(folder_, plan);
  ASSERT_OK(content);
  EXPECT_EQ(content->former_folders.at(plan.trials[0].id), "2f0d50e0fb596a9e");
  const auto run = Run(plan);
  ASSERT_OK(run);
  // Both metrics have other versions since: they are measured again, and the
  // accuracies are those of then.
  EXPECT_EQ(run->measured, 1);
  EXPECT_EQ(run->reused, 1);
  EXPECT_EQ(run->trained, 0);
  const Json measured = MetricsOf(plan.trials[0]).at("accuracy");
  for (const auto& [name, value] : results.at("accuracy").items()) {
    EXPECT_EQ(measured.at(name), value) << name;
  }
  EXPECT_EQ(RecordOf(plan.trials[0]).format, 2);
  EXPECT_EQ(RecordOf(plan.trials[1]).outcome, Outcome::kDiverged);
  EXPECT_THAT(*ListTrials(folder_), testing::UnorderedElementsAre(
                                        plan.trials[0].id, plan.trials[1].id));
  EXPECT_TRUE(
      fs::exists(TrialFolder(folder_, plan.trials[0].id) + "/history.csv"));
}

TEST_F(FormerRecordsTest, AreMeasuredFromTheirWeights) {
  const Plan plan = PlanWith({kMore, kCompared});
  const auto run = Run(plan);
  ASSERT_OK(run);
  EXPECT_EQ(run->measured, 1);
  EXPECT_EQ(run->reused, 1);  // It diverged.
  EXPECT_EQ(run->failed, 0);
  EXPECT_TRUE(MetricsOf(plan.trials[0]).contains("class_separation"));
}

TEST_F(FormerRecordsTest, ARunThatEndedBeforeRenamingIsContinued) {
  const Plan plan = PlanWith({});
  const auto content = ReadFolder(folder_, plan);
  ASSERT_OK(content);
  ASSERT_OK(AdoptFormerRecords(folder_, *content));
  const std::string old = TrialFolder(folder_, "2f0d50e0fb596a9e");
  fs::rename(TrialFolder(folder_, plan.trials[0].id), old);
  const auto run = Run(plan);
  ASSERT_OK(run);
  EXPECT_EQ(run->trained, 0);
  EXPECT_FALSE(fs::exists(old));
}

TEST_F(FormerRecordsTest, OthersStayAsTheyAre) {
  const auto run = Run(PlanWith({"base.training.max_steps=20"}));
  ASSERT_OK(run);
  EXPECT_EQ(run->trained, 2);
  EXPECT_EQ(ListTrials(folder_)->size(), 4u);
}

}  // namespace
}  // namespace bigstep
