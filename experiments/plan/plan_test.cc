#include "experiments/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/testing.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;

TEST(PlanTest, OneAtATimeVariesEachAxisAlone) {
  const Plan plan = PlanOf(kTinySpec);
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr: lr=0.1", "lr: lr=0.3", "l2: l2=none", "l2: l2=strong"));
}

TEST(PlanTest, EqualTrialsAreTrainedOnce) {
  const Plan plan = PlanOf(kTinySpec);
  // By hand: lr=0.1 and l2=none are both the base, so 3 configurations of 4
  // are left, with 2 seeds each.
  ASSERT_EQ(plan.trials.size(), 6u);
  EXPECT_THAT(plan.trials[0].configurations, ElementsAre(0u, 2u));
  EXPECT_EQ(plan.trials[0].settings.seed, 0);
  EXPECT_EQ(plan.trials[1].settings.seed, 1);
}

TEST(PlanTest, AGridCrossesItsAxesTheLastFastest) {
  const Plan plan = PlanOf(kTinySpec, {"plan={grid: [[lr, l2]]}"});
  EXPECT_THAT(
      ConfigurationNames(plan),
      ElementsAre("lr x l2: lr=0.1, l2=none", "lr x l2: lr=0.1, l2=strong",
                  "lr x l2: lr=0.3, l2=none", "lr x l2: lr=0.3, l2=strong"));
  EXPECT_EQ(plan.trials.size(), 8u);
  EXPECT_EQ(plan.trials[7].settings.optimizer.ToJson()["lr"], 0.3);
  EXPECT_EQ(plan.trials[7].settings.regularizers.size(), 1u);
}

TEST(PlanTest, WithoutAxesTheBaseIsTheStudy) {
  const Plan plan = PlanOf(
      "{study: one, base: {dataset: parity, model: fcn, optimizer: {name: sgd, "
      "lr: 1}, training: {max_steps: 1}}, metrics: [accuracy], seeds: 3}");
  EXPECT_THAT(ConfigurationNames(plan), ElementsAre("base: base"));
  EXPECT_EQ(plan.trials.size(), 3u);
}

TEST(PlanTest, WithoutCompareNoTrainingOrValidationResultIsAColumn) {
  const Plan plan = PlanOf(
      "{study: one, base: {dataset: parity, model: fcn, optimizer: {name: sgd, "
      "lr: 1}, training: {max_steps: 1}}, metrics: [accuracy]}");
  std::set<std::string> names;
  for (const Column& column : plan.study.columns) names.insert(column.name());
  EXPECT_EQ(names.count("accuracy.unbiased_test"), 1u);
  EXPECT_EQ(names.count("accuracy.worst_group_test"), 1u);
  for (const char* name :
       {"accuracy.train", "accuracy.train_aligned",
        "accuracy.unbiased_validation", "accuracy.worst_group_validation",
        "accuracy.worst_group_standard_error_test"}) {
    EXPECT_EQ(names.count(name), 0u) << name;
  }
}

TEST(PlanTest, WithoutCompareEveryResultAboutTestDataIsAColumn) {
  const Plan plan = PlanOf(
      "{study: one, base: {dataset: parity, model: fcn, optimizer: {name: sgd, "
      "lr: 1}, training: {max_steps: 1}}, metrics: [activation_sparsity]}");
  ASSERT_EQ(plan.study.columns.size(), 3u);
  EXPECT_EQ(plan.study.columns[0].name(), "activation_sparsity.zeros");
  EXPECT_EQ(plan.study.columns[1].name(), "activation_sparsity.pq_index");
  EXPECT_EQ(plan.study.columns[2].name(), "activation_sparsity.dead_units");
}

TEST(PlanTest, MoreSeedsKeepTheTrialsOfFewer) {
  const Plan two = PlanOf(kTinySpec);
  const Plan three = PlanOf(kTinySpec, {"seeds=3"});
  std::set<std::string> ids;
  for (const Trial& trial : three.trials) ids.insert(trial.id);
  EXPECT_EQ(ids.size(), 9u);
  for (const Trial& trial : two.trials) EXPECT_EQ(ids.count(trial.id), 1u);
}

// A study as text.
std::string Text(const Study& study) {
  std::string text =
      absl::StrCat(study.name, "|", study.question, "|", study.reference, "|",
                   study.selection, "|", study.selection_lower);
  for (const StudyAxis& axis : study.axes) {
    absl::StrAppend(&text, "\naxis ", axis.name, " ", axis.set);
  }
  for (const Column& column : study.columns) {
    absl::StrAppend(&text, "\ncolumn ", column.name());
  }
  for (const Configuration& configuration : study.configurations) {
    absl::StrAppend(&text, "\n", ConfigurationToJson(configuration).dump());
  }
  for (const StudyTrial& trial : study.trials) {
    absl::StrAppend(&text, "\n", trial.id, " ", trial.seed, " ",
                    absl::StrJoin(trial.configurations, ","));
  }
  return text;
}

class ResolveTest : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(ResolveTest, TheResolvedSpecGivesTheSameStudy) {
  const Plan plan = PlanOf(kTinySpec, GetParam());
  const std::string resolved = ToSpecYaml(PlanToSpec(plan));
  const Plan again = PlanOf(resolved);
  EXPECT_EQ(Text(again.study), Text(plan.study));
  EXPECT_EQ(ToSpecYaml(PlanToSpec(again)), resolved);
}

INSTANTIATE_TEST_SUITE_P(
    All, ResolveTest,
    testing::Values(
        std::vector<std::string>{},
        std::vector<std::string>{"compare.reference=l2"},
        std::vector<std::string>{"compare={reference: none, selection: none}"},
        std::vector<std::string>{"metrics=[accuracy, sharpness]",
                                 "compare={selection: sharpness.residual}"},
        // Axes in another order than that of the alphabet, and of the plan.
        std::vector<std::string>{
            "axes.batch={set: training.batch_size, values: [10, 20, 200]}",
            "plan=[{zip: [[l2, lr]], exclude: [{lr: 0.3}]}, {grid: [[batch, "
            "l2]], when: {l2: strong}}, {random: {axes: [lr, batch], draws: 3, "
            "seed: 1}}]"}));

Study StudyOf(absl::string_view yaml,
              const std::vector<std::string>& overrides = {}) {
  return PlanOf(yaml, overrides).study;
}

TEST(PlanTest, TheReferenceIsAnAxisVariedAlone) {
  EXPECT_EQ(StudyOf(kTinySpec, {"plan={one_at_a_time: [l2, lr]}"}).reference,
            "lr");
  EXPECT_EQ(StudyOf(kTinySpec, {"plan={one_at_a_time: [l2], grid: [[lr, l2]]}"})
                .reference,
            "l2");
  EXPECT_EQ(StudyOf(kTinySpec, {"plan={grid: [[lr, l2]]}"}).reference, "");
  EXPECT_EQ(StudyOf(kTinySpec, {"compare.reference=l2"}).reference, "l2");
  EXPECT_EQ(StudyOf(kTinySpec, {"compare.reference=none"}).reference, "");
}

TEST(PlanTest, TheSelectionIsAResultWithADirection) {
  const Study study = StudyOf(kTinySpec);
  EXPECT_EQ(study.selection, "accuracy.unbiased_validation");
  EXPECT_FALSE(study.selection_lower);
  EXPECT_EQ(StudyOf(kTinySpec, {"compare.selection=none"}).selection, "");
  EXPECT_EQ(
      StudyOf(kTinySpec, {"metrics=[prunability]", "compare={reference: lr}"})
          .selection,
      "");
  const Study lower =
      StudyOf(kTinySpec, {"metrics=[accuracy, calibration_error]",
                          "compare={selection: calibration_error.expected}"});
  EXPECT_EQ(lower.selection, "calibration_error.expected");
  EXPECT_TRUE(lower.selection_lower);
}

TEST(PlanTest, OfSeveralSelectionsTheFirstChooses) {
  const Study study =
      StudyOf(kTinySpec, {"metrics=[accuracy, calibration_error]",
                          "compare={selection: [accuracy.unbiased_validation, "
                          "calibration_error.expected]}"});
  EXPECT_EQ(study.selection, "accuracy.unbiased_validation");
  ASSERT_EQ(study.other_selections.size(), 1u);
  EXPECT_EQ(study.other_selections[0].result, "calibration_error.expected");
  EXPECT_TRUE(study.other_selections[0].lower);
  EXPECT_THAT(
      Mistakes(kTinySpec, {"compare={selection: [accuracy.unbiased_validation, "
                           "accuracy.x]}"}),
      testing::HasSubstr("compare.selection[1]: the study's metrics have no "
                         "result 'accuracy.x'"));
  EXPECT_THAT(Mistakes(kTinySpec, {"compare={selection: []}"}),
              testing::HasSubstr("expected one to 10 results"));
}

TEST(PlanTest, MistakesInWrittenOutTrialsAreNamed) {
  EXPECT_EQ(Mistakes("{study: s, metrics: [accuracy], trials: [{dataset: "
                     "parity, model: fcn, optimizer: sgd, training: "
                     "{max_steps: 1}, cells: [{block: a}]}]}"),
            "test.yaml:1:72: trials[0].optimizer: missing key 'lr' (double: "
            "learning rate (eta), per step)\n"
            "test.yaml:1:122: trials[0].cells[0]: expected {block, setting}");
}

TEST(PlanTest, AxisValuesOfExplicitTrialsAreOfNamedAxes) {
  EXPECT_EQ(Mistakes("{study: s, metrics: [accuracy], trials: [{dataset: "
                     "parity, model: fcn, optimizer: {name: sgd, lr: 1}, "
                     "training: {max_steps: 1}, cells: [{block: a, setting: b, "
                     "knobs: [{axis: \"../a'b\", label: c}]}]}]}"),
            "test.yaml:1:169: trials[0].cells[0].knobs[0].axis: must be "
            "lower-case letters, digits and _, beginning with a letter, got "
            "'../a'b'");
}

TEST(PlanTest, ConfigurationsKnowTheirAxisValues) {
  const Study study =
      StudyOf(kTinySpec,
              {"plan={one_at_a_time: [lr], grid: [[lr, l2]]}",
               "axes.lr.labels=[low, high]", "axes.l2.labels=[none, '1e-1']"});
  ASSERT_EQ(study.axes.size(), 2u);
  EXPECT_EQ(study.axes[0].set, "optimizer.lr");
  ASSERT_EQ(study.configurations.size(), 6u);  // 2 and 2 x 2.
  const std::vector<AxisValue>& alone = study.configurations[1].axis_values;
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(alone[0].axis, "lr");
  EXPECT_EQ(alone[0].label, "high");
  EXPECT_EQ(alone[0].number, 0.3);  // The value, whatever its label.
  EXPECT_EQ(alone[0].value, "0.3");
  const std::vector<AxisValue>& crossed = study.configurations[5].axis_values;
  ASSERT_EQ(crossed.size(), 2u);
  EXPECT_EQ(crossed[1].label, "1e-1");
  EXPECT_EQ(crossed[1].number, 0.1);  // The label: the value is a list.
  EXPECT_EQ(study.configurations[4].axis_values[1].number, std::nullopt);
  ASSERT_EQ(study.trials.size(), 8u);  // Four configurations, two seeds.
  EXPECT_EQ(study.trials[1].seed, 1);
  EXPECT_EQ(study.trials[0].configurations, (std::vector<size_t>{0, 2}));
}

}  // namespace
}  // namespace bigstep
