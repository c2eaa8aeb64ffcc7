#include "experiments/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Spec Read(const std::string& yaml,
          const std::vector<std::string>& overrides = {}) {
  Problems problems;
  Spec spec = ReadStudySpec(yaml, "test.yaml", overrides, problems);
  EXPECT_EQ(Message(problems), "");
  return spec;
}

TEST(SpecTest, ReadsAWholeStudy) {
  const Spec spec = Read(kTinySpec);
  EXPECT_EQ(spec.study, "tiny");
  EXPECT_EQ(spec.question, "Does it run?");
  EXPECT_EQ(spec.seeds, 2);
  ASSERT_EQ(spec.axes.size(), 2u);
  EXPECT_EQ(spec.axes[0].set, "optimizer.lr");
  EXPECT_THAT(spec.axes[0].labels, ElementsAre("0.1", "0.3"));
  EXPECT_THAT(spec.axes[1].labels, ElementsAre("none", "strong"));
  ASSERT_EQ(spec.blocks.size(), 2u);
  EXPECT_THAT(spec.blocks[1].axes, ElementsAre(1u));
}

// The positions were counted in the text by hand.
constexpr char kElevenMistakes[] = R"(study: Tiny Study
base:
  dataset: {name: party}
  model: {name: fcn, hiden: [8]}
  optimizer: {name: sgd, lr: -0.1}  # Wrong, though the axis hides it.
  training: {batch_size: 1e2, max_steps: 30, max_steps: 40}
metrics: [acuracy]
axes:
  lr: {set: optimizer.lr, values: [0.1, .inf]}
plan:
  one_at_a_time: [lr, momentum]
seeds: 0
comment: none
)";

TEST(SpecTest, ElevenMistakesAreElevenMessagesInFileOrder) {
  EXPECT_EQ(
      Mistakes(kElevenMistakes),
      "test.yaml:1:1: study: must be lower-case letters, digits and _, "
      "beginning with a letter, got 'Tiny Study'\n"
      "test.yaml:3:13: base.dataset: no dataset 'party'; did you mean "
      "'parity'? (2 registered: colored_mnist, parity)\n"
      "    If it should exist: is it in the plugin list of the BUILD file "
      "beside its .cc?\n"
      "test.yaml:4:22: base.model: unknown key 'hiden'; did you mean 'hidden'? "
      "(known: bias, hidden)\n"
      "test.yaml:5:26: base.optimizer.lr: must be > 0, got -0.1\n"
      "test.yaml:6:14: base.training.batch_size: expected an integer, found "
      "'1e2'; write 100\n"
      "test.yaml:6:46: base.training: duplicate key 'max_steps'; it stands at "
      "line 6 already\n"
      "test.yaml:7:11: metrics[0]: no metric 'acuracy'; did you mean "
      "'accuracy'? (3 registered: accuracy, activation_sparsity, "
      "prunability)\n"
      "    If it should exist: is it in the plugin list of the BUILD file "
      "beside its .cc?\n"
      "test.yaml:9:41: base.optimizer.lr: must be finite, got .inf\n"
      "test.yaml:11:23: plan.one_at_a_time[1]: no axis 'momentum' (known: "
      "lr)\n"
      "test.yaml:12:1: seeds: must be >= 1, got 0\n"
      "test.yaml:13:1: unknown key 'comment' (known: study, question, base, "
      "metrics, axes, plan, seeds, compare)");
}

struct Case {
  const char* name;
  std::vector<std::string> overrides;
  std::string message;
};

class SpecMistakeTest : public testing::TestWithParam<Case> {};

TEST_P(SpecMistakeTest, IsNamed) {
  EXPECT_THAT(Mistakes(kTinySpec, GetParam().overrides),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, SpecMistakeTest,
    testing::Values(
        Case{"AxisWithoutSet", {"axes.lr={values: [1]}"},
             "axes.lr: missing key 'set' (what the axis varies)"},
        Case{"AxisWithoutValues", {"axes.lr={set: optimizer.lr}"},
             "expected 'values', a list with at least one value"},
        Case{"AxisWithEmptyValues", {"axes.lr.values=[]"},
             "expected 'values', a list with at least one value"},
        Case{"AxisOfUnknownSection", {"axes.lr.set=optimiser.lr"},
             "axes.lr.set: no section 'optimiser' to vary; did you mean "
             "'optimizer'?"},
        Case{"AxisOfUnknownOption", {"axes.lr.set=optimizer.momentum"},
             "--set=axes.lr.set=optimizer.momentum:1:1: base.optimizer: "
             "unknown key 'momentum' (known: lr)"},
        Case{"AxisThroughAScalar", {"axes.lr.set=optimizer.lr.x"},
             "axes.lr.set: 'optimizer.lr.x' leads through a value that is no "
             "map"},
        Case{"RepeatedValue", {"axes.lr.values=[0.1, 0.2, 0.1]"},
             "axes.lr.values[2]: '0.1' stands there twice"},
        Case{"TooFewLabels", {"axes.l2.labels=[none]"},
             "axes.l2.labels: expected 2 labels, one for each value, found 1"},
        Case{"AxisInNoPlan", {"plan.one_at_a_time=[lr]"},
             "axes.l2: this axis is in no block of the plan"},
        Case{"GridOfNames", {"plan={grid: [lr, l2]}"},
             "plan.grid[0]: expected a list of axes, found 'lr'"},
        Case{"UnknownPlan", {"plan={zap: [lr]}"},
             "plan: unknown key 'zap' (known: one_at_a_time, grid)"},
        Case{"UnknownResult", {"compare.metrics=[accuracy.unbiased_tset]"},
             "compare.metrics[0]: the study's metrics have no result "
             "'accuracy.unbiased_tset'; did you mean "
             "'accuracy.unbiased_test'?"},
        Case{"MetricTwice", {"metrics=[accuracy, accuracy]"},
             "metrics[1]: metric 'accuracy' stands there twice"},
        Case{"NoMetric", {"metrics=[]"}, "metrics: expected at least one"},
        Case{"TextSeeds", {"seeds=many"},
             "seeds: expected an integer, found 'many'"},
        Case{"MisspelledInWrittenOutCells",
             {"cells=[{block: a, seting: b}]"},
             "unknown key 'cells'"},
        Case{"OverrideWithoutValue", {"optimizer.lr"},
             "expected path=value, as in optimizer.lr=0.3"},
        Case{"OverrideThroughAList", {"metrics.accuracy=1"},
             "cannot set 'metrics.accuracy': a part of the path is not a map"},
        Case{"OverrideOutOfRange", {"optimizer.lr=-1", "axes={}", "plan={}"},
             "--set=optimizer.lr=-1:1:1: base.optimizer.lr: must be > 0, got "
             "-1"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SpecTest, OverridesReachBaseAndTop) {
  const Spec spec = Read(kTinySpec, {"optimizer.lr=0.7", "seeds=5",
                                     "axes.lr.values=[0.2]"});
  EXPECT_EQ(spec.base.Find("optimizer")->Find("lr")->text, "0.7");
  EXPECT_EQ(spec.seeds, 5);
  EXPECT_THAT(spec.axes[0].labels, ElementsAre("0.2"));
}

TEST(SpecTest, AnEmptyTextIsNoStudy) {
  EXPECT_EQ(Mistakes(""), "test.yaml:1:1: expected a map, found nothing");
}

TEST(SpecTest, ASyntaxErrorIsOneMessage) {
  EXPECT_THAT(Mistakes("study: [a\n"), HasSubstr("not valid YAML"));
}

}  // namespace
}  // namespace bigstep
