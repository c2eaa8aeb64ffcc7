#include "experiments/run/dry_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/files.h"
#include "experiments/plan/testing.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DryRunTest : public testing::Test {
 protected:
  // Writes a record of trial `i`, of 1500 bytes with the other file.
  void Record(size_t i, const std::string& outcome, double train_s,
              double evaluate_s) {
    const Trial& trial = plan_.trials[i];
    Json json = {{"format", kRecordFormat},
                 {"id", trial.id},
                 {"outcome", outcome},
                 {"collapsed", false},
                 {"steps", 1},
                 {"stop", outcome == "failed"     ? Json()
                          : outcome == "diverged" ? Json("diverged")
                                                  : Json("max_steps")},
                 {"metrics", Json::object()},
                 {"trial", {{"seed", trial.settings.seed}}},
                 {"provenance", Json::object()},
                 {"times", {{"train_s", train_s}, {"evaluate_s", evaluate_s}}}};
    if (outcome == "failed") json["reason"] = "no luck";
    json["metric_ids"] = Json::object();
    for (const MetricChoice& metric : trial.settings.metrics) {
      json["metric_ids"][metric.label] = metric.Id();
    }
    const std::string text = json.dump();
    const std::string trial_folder = TrialFolder(folder_, trial.id);
    WriteTestFile(trial_folder + "/record.json", text);
    WriteTestFile(trial_folder + "/log.txt",
                  std::string(1500 - text.size(), '.'));
  }

  std::string Print(const std::string& only, const std::string& shard = "",
                    int64_t workers = 1) {
    const auto content = ReadFolder(folder_, plan_);
    if (!content.ok()) return std::string(content.status().message());
    const auto trials = ChooseTrials(plan_, only, shard, *content);
    if (!trials.ok()) return std::string(trials.status().message());
    std::ostringstream out;
    PrintPlan(plan_, *content, *trials, folder_, workers, checked_,
              /*list=*/true, out);
    return out.str();
  }

  // Trials 0, 1: the base; 2, 3: lr=0.3; 4, 5: 60 steps.
  const Plan plan_ = PlanOf(
      kTinySpec, {"axes.l2={set: training.max_steps, values: [30, 60]}"});
  const std::string folder_ = MakeTestFolder();
  CheckedTrials checked_;
};

TEST_F(DryRunTest, WithoutRecordsNothingIsKnown) {
  const std::string text = Print("");
  EXPECT_THAT(text,
              HasSubstr(plan_.trials[0].id + "  missing  lr: lr=0.1, seed 0\n" +
                        plan_.trials[0].id + "  missing  l2: l2=30, seed 0\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "6 trials in 4 configurations: 0 done, 6 to train (records in " +
          folder_ +
          ")\n"
          "  states: 0 completed, 0 diverged, 0 failed, 6 missing\n"
          "  time to train: unknown: no trial like these was completed "
          "or could be timed\n"
          "  disk: unknown: no trial is done yet\n"));
}

TEST_F(DryRunTest, RecordsGiveStatesTimesAndSizes) {
  Record(0, "completed", 8, 2);
  Record(1, "completed", 16, 4);
  Record(2, "diverged", 1, 0);  // Its time is not that of a whole trial.
  Record(3, "failed", 100, 0);
  const std::string text = Print("");
  EXPECT_THAT(text, HasSubstr(plan_.trials[2].id + "  diverged  lr: lr=0.3"));
  EXPECT_THAT(text, HasSubstr(plan_.trials[3].id +
                              "  failed  lr: lr=0.3, seed 1 (no luck)\n"));
  // Trial 3 as 0 and 1: (10 + 20) / 2 = 15 s; 4 and 5 have other costs. Three
  // folders of 1500 bytes; three trials to run.
  EXPECT_THAT(
      text,
      HasSubstr(
          "6 trials in 4 configurations: 3 done, 3 to train (records in " +
          folder_ +
          ")\n"
          "  states: 2 completed, 1 diverged, 1 failed, 2 missing\n"
          "  time to train: about 15 s with 1 worker, from completed "
          "trials of the same dataset, model and training; and unknown "
          "for 2 of 3 trials\n"
          "  disk: about 4 kB, 2 kB a trial\n"));
}

TEST_F(DryRunTest, TimedStepsGiveTheTimeOfTheirKind) {
  checked_.timed = {{&plan_.trials[0], 0.5}};
  // 30 steps in trials 0 to 3, 60 in 4 and 5: 4 * 15 + 2 * 30 = 120 s.
  EXPECT_THAT(Print(""),
              HasSubstr("  time to train: about 2 min with 1 worker, from "
                        "timing a few steps of each kind of trial, without "
                        "evaluations\n"));
  // Trial 1 as 0; the others still by steps.
  Record(0, "completed", 8, 2);
  EXPECT_THAT(Print(""), HasSubstr("from completed trials of the same dataset, "
                                   "model and training; timing a few steps of "
                                   "each kind of trial, without evaluations, "
                                   "for 2 of 5 trials\n"));
}

TEST_F(DryRunTest, WorkersShareTheTimeButNotATrial) {
  Record(0, "completed", 9, 1);
  Record(4, "completed", 100, 0);
  // To run: 1, 2, 3 of 10 s and 5 of 100 s: 130 s. Two workers: the longest.
  EXPECT_THAT(Print(""), HasSubstr("about 2 min with 1 worker,"));
  EXPECT_THAT(Print("", "", 2), HasSubstr("about 2 min with 2 workers,"));
  const auto content = ReadFolder(folder_, plan_);
  ASSERT_OK(content);
  const TimeEstimate time = EstimateTime(
      plan_, *content, TrialsToRun(plan_, *content, {0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(time.seconds, 130);
  EXPECT_EQ(time.SecondsWith(1), 130);
  EXPECT_EQ(time.SecondsWith(2), 100);
  EXPECT_EQ(time.known, 4);
}

TEST_F(DryRunTest, WhenAllIsDoneNothingIsLeft) {
  for (size_t i = 0; i < 6; ++i) Record(i, "completed", 1, 0);
  EXPECT_THAT(Print(""), HasSubstr("  time to train: none\n  disk: none\n"));
}

TEST_F(DryRunTest, AChoiceIsShownAlone) {
  Record(3, "failed", 1, 0);
  EXPECT_THAT(Print("state=failed"),
              HasSubstr("\n1 trial in 1 configuration: 0 done, 1 to train"));
  EXPECT_THAT(Print("axis=lr", "1/2"),
              HasSubstr("\n2 trials in 3 configurations: 0 done, 2 to train"));
  EXPECT_THAT(Print("lr=7"), HasSubstr("(known: 0.1, 0.3)"));
  EXPECT_THAT(Print("", "7"), HasSubstr("--shard: expected index/count"));
  const auto some = ChooseTrials(plan_, "lr=0.3", "", {});
  ASSERT_OK(some);
  EXPECT_THAT(*some, ElementsAre(2u, 3u));
}

TEST(DryRunOfEpochsTest, ShowsTheStepsThatTheyAre) {
  const Plan plan = PlanOf(
      kTinySpec, {"base.training={batch_size: 100, epochs: 2}",
                  "axes.l2={set: training.batch_size, values: [20, 100]}"});
  const std::string folder = MakeTestFolder();
  CheckedTrials checked;
  IdentityCache identities;
  checked.train_examples[NetworkKey(plan.trials[0], identities)] = 250;
  std::ostringstream out;
  PrintPlan(plan, {}, {0, 4}, folder, 1, checked, /*list=*/true, out);
  // 2 x 250 / 100 and / 20.
  EXPECT_THAT(out.str(), HasSubstr("\n  steps: 5 to 25, from "
                                   "training.epochs\n"));
}

TEST_F(DryRunTest, CountsComeFromChecksOrRecords) {
  const Json counts = {
      {"num_labels", 2},
      {"num_bias_labels", 1},
      {"labels", {"a", "b"}},
      {"bias_labels", {"0"}},
      {"splits",
       {{{"name", "train"}, {"examples", 7}, {"groups", {{3}, {4}}}}}}};
  const auto print = [this](const DataNotes& notes) {
    const auto content = ReadFolder(folder_, plan_);
    EXPECT_TRUE(content.ok()) << content.status();
    std::ostringstream out;
    PrintData(plan_, *content, {0, 1, 2, 3, 4, 5}, notes, out);
    return out.str();
  };
  EXPECT_EQ(print({}), "");
  const PluginConfig& dataset = plan_.trials[0].settings.dataset;
  const std::string identity = CanonicalJson(dataset.Identity());
  const std::string text =
      print({{identity, {{"counts", counts}, {"warnings", {"look at them"}}}}});
  EXPECT_THAT(text, testing::StartsWith("data: {"));
  EXPECT_THAT(text, testing::EndsWith("\n"
                                      "  label  train\n"
                                      "  a          3\n"
                                      "  b          4\n"
                                      "  all        7\n"
                                      "  warning: look at them\n"));
  // Trial 4 is the first with a record.
  Record(4, "completed", 1, 0);
  EXPECT_EQ(print({}), "");
  const std::string path =
      TrialFolder(folder_, plan_.trials[4].id) + "/record.json";
  Json record = Json::parse(ReadTestFile(path));
  record["data"] = {{"counts", counts}};
  WriteTestFile(path, record.dump());
  EXPECT_THAT(print({}), HasSubstr("  all        7\n"));
}

TEST_F(DryRunTest, FoldersOfOthersAreLeftAlone) {
  WriteTestFile(folder_ + "/trials/notes/record.json", "{");
  WriteTestFile(folder_ + "/trials/" + plan_.trials[1].id + "/log.txt", "");
  EXPECT_THAT(Print(""), HasSubstr("6 to train"));
}

TEST_F(DryRunTest, ADamagedRecordIsNamed) {
  WriteTestFile(TrialFolder(folder_, plan_.trials[1].id) + "/record.json", "{");
  EXPECT_TRUE(absl::IsDataLoss(ReadFolder(folder_, plan_).status()));
  EXPECT_THAT(Print("state=failed"), HasSubstr(plan_.trials[1].id));
}

}  // namespace
}  // namespace bigstep
