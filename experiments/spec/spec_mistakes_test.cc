// What is wrong with single keys of specs, a case each; spec_test.cc reads
// whole ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

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
        Case{"AxisWithoutSet",
             {"axes.lr={values: [1]}"},
             "axes.lr: missing key 'set' (what the axis varies)"},
        Case{"AxisWithoutValues",
             {"axes.lr={set: optimizer.lr}"},
             "expected 'values', a list with at least one value"},
        Case{"AxisWithEmptyValues",
             {"axes.lr.values=[]"},
             "expected 'values', a list with at least one value"},
        Case{
            "LabelThatIsAnotherValue",
            {"axes.lr={set: optimizer.lr, values: [0.1, 0.2], labels: "
             "['0.20', '0.1']}"},
            "--set=axes.lr:1:50: axes.lr.labels[0]: '0.20' is another value of "
            "this axis, so that it cannot be the label of 0.1"},
        Case{"LabelThatLooksLikeAnother",
             {"axes.lr={set: optimizer.lr, values: [0.1, 0.2], labels: "
              "[cat, c\u0430t]}"},
             "axes.lr.labels[1]: looks like the label 'cat' but has other "
             "bytes; "
             "character 2 is U+0430, not the ASCII 'a'; change one of them"},
        Case{"AxisOfUnknownSection",
             {"axes.lr.set=optimiser.lr"},
             "axes.lr.set: no section 'optimiser' to vary; did you mean "
             "'optimizer'?"},
        Case{"AxisOfUnknownOption",
             {"axes.lr.set=optimizer.momentum"},
             "--set=axes.lr.set:1:1: base.optimizer: unknown "
             "key 'momentum'; the optimizer with momentum is {name: "
             "momentum, ...} (known: lr)"},
        Case{
            "AxisThroughAScalar",
            {"axes.lr.set=optimizer.lr.x"},
            "axes.lr.set: 'optimizer.lr.x' leads through a value that is not a "
            "map"},
        Case{"LrBeyondFloat",
             {"axes.lr.values=[0.1, 1.0e+300]"},
             "base.optimizer.lr: must lie between -3.40282e+38 and "
             "3.40282e+38, the range of float32, got 1.0e+300"},
        Case{"ListBeyondFloat",
             {"base.dataset={name: cifar10, mean: [0, -3.5e38, 1]}"},
             "base.dataset.mean[1]: must lie between -3.40282e+38 and "},
        Case{"FormerRuleToStop",
             {"base.training={max_steps: 10, stop_train_loss: 0.1}"},
             ":1:17: base.training.stop_train_loss: is now a rule of "
             "training.stop, which looks at all training examples; write stop: "
             "{cross_entropy: 0.1}"},
        Case{"FormerRuleOfAnAxis",
             {"axes.lr={set: training.stop_train_accuracy, values: [0.9, 1]}"},
             "base.training.stop_train_accuracy: is now a rule of"},
        Case{"StepsAndEpochs",
             {"base.training={max_steps: 10, epochs: 2}"},
             "base.training: max_steps and epochs are both given; keep one of "
             "them and set the other to 0"},
        Case{"NoSteps",
             {"base.training={max_steps: 0}"},
             "base.training.max_steps: must be > 0, got 0"},
        Case{"NeitherStepsNorEpochs",
             {"base.training={batch_size: 20}"},
             "base.training: missing key 'max_steps' (the budget in optimizer "
             "steps) or 'epochs' (in passes over the training examples)"},
        Case{"StopThatIsNoMap",
             {"base.training.stop=0.1"},
             "base.training.stop: expected a map, as in {train_accuracy: 1}, "
             "found '0.1'"},
        Case{"UnknownRuleToStop",
             {"base.training.stop={train_loss: 0.1}"},
             "base.training.stop: unknown key 'train_loss'"},
        Case{"RisingMilestones",
             {"base.training.milestones=[0.1, 0.3]"},
             "base.training: milestones: expected falling numbers"},
        Case{"EqualMilestones",
             {"base.training.milestones=[0.512345678, 0.512345671]"},
             "base.training: milestones: two are 0.512346 in six digits"},
        Case{"LookingForNothing",
             {"base.training.stop={check_every: 10}"},
             "base.training: stop.check_every has nothing to look for"},
        Case{"RepeatedValue",
             {"axes.lr.values=[0.1, 0.2, 0.1]"},
             "axes.lr.values[2]: duplicate '0.1'"},
        Case{"TooFewLabels",
             {"axes.l2.labels=[none]"},
             "axes.l2.labels: expected 2 labels, one for each value, found 1"},
        Case{"AxisInNoPlan",
             {"plan.one_at_a_time=[lr]"},
             "axes.l2: this axis is in no sweep of the plan"},
        Case{"GridOfNames",
             {"plan={grid: [lr, l2]}"},
             "plan.grid[0]: expected a list of axes, as in [[lr, l2]], found "
             "'lr'"},
        Case{"UnknownPlan",
             {"plan={zap: [lr]}"},
             "plan: unknown key 'zap'; did you mean 'zip'? (known: "
             "one_at_a_time, grid, zip, random, exclude, when)"},
        Case{"UnknownResult",
             {"compare.metrics=[accuracy.unbiased_tset]"},
             "compare.metrics[0]: the study's metrics have no result "
             "'accuracy.unbiased_tset'; did you mean "
             "'accuracy.unbiased_test'?"},
        Case{"MetricTwice",
             {"metrics=[accuracy, accuracy]"},
             "metrics[1]: duplicate metric 'accuracy'; to measure in "
             "two ways, give one of them another 'label'"},
        Case{"MetricLabelTwice",
             {"metrics=[accuracy, {name: prunability, label: accuracy}]"},
             "metrics[1]: duplicate metric 'accuracy'; to measure in "
             "two ways, give one of them another 'label'"},
        Case{"MetricLabelIsNoName",
             {"metrics=[{name: accuracy, label: Top-1}]"},
             "metrics[0].label: must be lower-case letters, digits and _, "
             "beginning with a letter, got 'Top-1'"},
        Case{"MetricLabelIsNoText",
             {"metrics=[{name: accuracy, label: []}]"},
             "metrics[0].label: expected text, found a list"},
        Case{"NoMetric", {"metrics=[]"}, "metrics: expected at least one"},
        Case{"ResultsForMetrics",
             {"metrics=[unbiased_test, accuracy.worst_group_test]"},
             "metrics[0]: 'unbiased_test' is a result of accuracy: write "
             "accuracy here; compare.metrics chooses results"},
        Case{"ResultAboutTheCourseForAMetric",
             {"metrics=[loss_dynamics.loss_ratio.peak]"},
             "metrics[0]: 'loss_dynamics.loss_ratio.peak' is a result "
             "of loss_dynamics: write loss_dynamics here"},
        Case{"NoSuchResult",
             {"metrics=[accuracy.bogus]"},
             "metrics[0]: no metric 'accuracy.bogus'"},
        Case{"TextSeeds",
             {"seeds=many"},
             "seeds: expected an integer, found 'many'"},
        Case{"AMetricAlone",
             {"metrics=[acuracy]", "compare={metrics: []}"},
             "metrics[0]: no metric 'acuracy'; did you mean 'accuracy'?"},
        Case{"AMetricsOptionAlone",
             {"metrics=[accuracy, {name: activation_sparsity, p: 2}]",
              "compare={metrics: []}"},
             "metrics[1]: p must be less than q"},
        Case{"ADatasetAlone",
             {"dataset.core_bits=0"},
             "base.dataset.core_bits: must be >= 1, got 0"},
        Case{"AModelAlone",
             {"model.hidden=[0]"},
             "base.model.hidden[0]: must be >= 1, got 0"},
        Case{"ALossAlone",
             {"loss=crossentropy"},
             "base.loss: no loss 'crossentropy'"},
        Case{"AScheduleAlone",
             {"schedule={name: constant, x: 1}"},
             "base.schedule: unknown key 'x' (it has no options)"},
        Case{"TrainingAlone",
             {"training=5"},
             "base.training: expected a map, found '5'"},
        Case{"BaseIsNoMap",
             {"base=5"},
             "base: expected a map with the sections of a trial, found '5'"},
        Case{"BaseIsEmpty",
             {"base=null"},
             "base: expected a map with the sections of a trial, found "
             "nothing"},
        Case{
            "AxesAreNoMap", {"axes=[]"}, "axes: expected a map from axis name"},
        Case{"PlanIsNoMap",
             {"plan=5"},
             "plan: expected a map of sweeps, or a list of such maps, found "
             "'5'"},
        Case{"PlanIsAListOfNames",
             {"plan=[lr]"},
             "plan[0]: expected a map of sweeps, found 'lr'"},
        Case{"PlanOfRulesAlone",
             {"plan={exclude: [{lr: 0.1}]}"},
             "plan: expected a sweep: one_at_a_time, grid, zip or random"},
        Case{"EmptyMapInAPlan",
             {"plan=[{one_at_a_time: [lr, l2]}, {}]"},
             "--set=plan:1:29: plan[1]: expected a sweep"},
        Case{"EmptyOneAtATime",
             {"plan={one_at_a_time: []}"},
             "plan.one_at_a_time: expected at least one axis"},
        Case{"ZipOfOneAxis",
             {"plan={zip: [[lr]]}"},
             "plan.zip[0]: expected at least two axes"},
        Case{"ZipOfUnequalLengths",
             {"axes.lr.values=[1, 2, 3]", "plan={zip: [[lr, l2]]}"},
             "--set=plan:1:13: plan.zip[0][1]: axis 'l2' has 2 values, axis "
             "'lr' 3; axes of a zip need equally many"},
        Case{"ZipWithAPairTwice",
             {"axes.lr.values=[1, 1]", "axes.l2.labels=[a, a]",
              "plan={zip: [[lr, l2]]}"},
             "--set=axes.lr.values:1:5: plan.zip[0]: duplicate '1, a'"},
        Case{"RepeatedValueOfACrossedAxis",
             {"axes.lr.values=[1, 1]",
              "plan={one_at_a_time: [lr], zip: [[lr, l2]]}"},
             "axes.lr.values[1]: duplicate '1'"},
        Case{"RandomIsNoMap",
             {"plan={random: [lr]}"},
             "plan.random: expected a map with 'axes', 'draws' and 'seed', "
             "found a list"},
        Case{"RandomWithoutDraws",
             {"plan={random: {axes: [lr, l2]}}"},
             "plan.random: missing key 'draws' (how many configurations)"},
        Case{"RandomWithoutAxes",
             {"plan={random: {draws: 3}}"},
             "plan.random: missing key 'axes' (what is drawn)"},
        Case{"RandomWithNoDraw",
             {"plan={random: {axes: [lr, l2], draws: 0}}"},
             "plan.random.draws: must be >= 1, <= 1000000, got 0"},
        Case{"RandomWithAnUnknownKey",
             {"plan={random: {axes: [lr, l2], draw: 3}}"},
             "plan.random: unknown key 'draw'; did you mean 'draws'?"},
        Case{"RandomOfAnUnknownAxis",
             {"plan={random: {axes: [lr, l3], draws: 3}}"},
             "plan.random.axes[1]: no axis 'l3'; did you mean 'lr' or 'l2'?"},
        Case{
            "RangeOutsideRandom",
            {"axes.lr={set: optimizer.lr, range: {low: 1, high: 2}}"},
            "plan.one_at_a_time[0]: axis 'lr' has a range, which only a random "
            "sweep can draw from; give it 'values'"},
        Case{"RangeBesideValues",
             {"axes.lr.range={low: 1, high: 2}"},
             "axes.lr: 'values' beside a 'range'"},
        Case{"RangeUpsideDown",
             {"axes.lr={set: optimizer.lr, range: {low: 2, high: 1}}"},
             "axes.lr.range: 'low' must be less than 'high'"},
        Case{"RangeWithoutEnd",
             {"axes.lr={set: optimizer.lr, range: {low: 2}}"},
             "axes.lr.range: missing key 'high'"},
        Case{"RangeThatIsNoMap",
             {"axes.lr={set: optimizer.lr, range: [1, 2]}"},
             "axes.lr.range: expected a map with 'low' and 'high', found a "
             "list"},
        Case{"RangeWithAListOfOptions",
             {"axes.lr={set: optimizer.lr, range: {low: 1, high: 2}, with: []}",
              "plan={random: {axes: [lr, l2], draws: 3}}"},
             "axes.lr.with: expected a map, which all numbers of a range "
             "share, found a list"},
        Case{"LogarithmOfZero",
             {"axes.lr={set: optimizer.lr, range: {low: 0, high: 1, scale: "
              "log}}"},
             "axes.lr.range: with scale log, 'low' must be > 0"},
        Case{"UnknownScale",
             {"axes.lr={set: optimizer.lr, range: {low: 1, high: 2, scale: "
              "sqrt}}"},
             "axes.lr.range.scale: must be one of linear, log, got sqrt"},
        Case{"FractionalIntegers",
             {"axes.lr={set: optimizer.lr, range: {low: 0.5, high: 2, integer: "
              "true}}"},
             "axes.lr.range: with integer, 'low' and 'high' must be whole "
             "numbers"},
        Case{"ExclusionIsNoList",
             {"plan={one_at_a_time: [lr, l2], exclude: {lr: 0.1}}"},
             "plan.exclude: expected a list of maps from axes to values, found "
             "a map"},
        Case{"ExclusionOfAnUnknownValue",
             {"plan={one_at_a_time: [lr, l2], exclude: [{l2: weak}]}"},
             "plan.exclude[0].l2: axis 'l2' has no value 'weak' (known: none, "
             "strong)"},
        Case{"ExclusionOfAnUnknownAxis",
             {"plan={one_at_a_time: [lr, l2], exclude: [{l3: weak}]}"},
             "--set=plan:1:38: plan.exclude[0]: no axis or option 'l3'; did "
             "you mean 'lr' or 'l2'? (axes: lr, l2; options begin with "
             "dataset,"},
        Case{"ExclusionWithoutValue",
             {"plan={one_at_a_time: [lr, l2], exclude: [{lr: []}]}"},
             "plan.exclude[0].lr: expected a value, or a list of which any may "
             "hold"},
        Case{"EmptyExclusion",
             {"plan={one_at_a_time: [lr, l2], exclude: [{}]}"},
             "plan.exclude[0]: expected a map from axes or options to values"},
        Case{"ExclusionFromARange",
             {"axes.lr={set: optimizer.lr, range: {low: 1, high: 2}}",
              "plan={random: {axes: [lr, l2], draws: 3}, exclude: [{lr: 1}]}"},
             "plan.exclude[0].lr: axis 'lr' has a range, so that no value can "
             "be named"},
        Case{"WhenOfAnUnknownValue",
             {"axes.lr.when={l2: weak}"},
             "axes.lr.when.l2: axis 'l2' has no value 'weak'"},
        Case{"WhenOfItself",
             {"axes.lr.when={lr: 0.1}"},
             "axes.lr.when.lr: an axis cannot depend on itself"},
        Case{"WhenOfAnAxisNamedLater",
             {"axes.lr.when={l2: strong}", "plan={grid: [[lr, l2]]}"},
             "plan.grid[0][0]: axis 'lr' depends on axis 'l2', which must be "
             "named before it here"},
        Case{"WhenOfAnAxisThatIsNotThere",
             {"axes.lr.when={l2: strong}"},
             "plan.one_at_a_time[0]: axis 'lr' depends on axis 'l2', which "
             "must be named before it here"},
        Case{"WhenOfAnOptionSetLater",
             {"axes.l2.when={optimizer.lr: 0.3}", "plan={grid: [[l2, lr]]}"},
             "plan.grid[0][0]: axis 'l2' depends on optimizer.lr, which axis "
             "'lr' changes (it sets optimizer.lr); 'lr' must be named before "
             "it here"},
        Case{"WhenOfAnOptionSetWithinALaterOne",
             {"axes.lr.set=optimizer",
              "axes.lr.values=[{name: sgd, lr: 1}, {name: sgd, lr: 2}]",
              "axes.l2.when={optimizer.lr: 2}", "plan={grid: [[l2, lr]]}"},
             "axis 'l2' depends on optimizer.lr, which axis 'lr' changes (it "
             "sets optimizer)"},
        Case{"WhenOfAnOptionThatItSets",
             {"axes.lr.when={optimizer.lr: 0.1}"},
             "axis 'lr' depends on optimizer.lr, which it sets (optimizer.lr) "
             "itself"},
        Case{"LabelOfNoValue",
             {"axes.lr.when={model: fcn}", "axes.lr.labels=[a, '-']"},
             "'-' is what tables show where the axis does not apply"},
        Case{"WithIsNoMap",
             {"axes.lr.with=5"},
             "axes.lr.with: expected a map from options to values, found '5'"},
        Case{"WithOfTheWrongLength",
             {"axes.lr.with=[{}]"},
             "axes.lr.with: expected a map, or 2 maps, one for each value, "
             "found 1"},
        Case{"WithOfAnUnknownSection",
             {"axes.lr.with={optimiser.lr: 1}"},
             "axes.lr.with.optimiser.lr: no section 'optimiser' to vary; did "
             "you mean 'optimizer'?"},
        Case{"WithThatUndoesItsAxis",
             {"axes.lr.with={optimizer: {name: sgd, lr: 1}}"},
             "axes.lr.with.optimizer: undoes what the axis itself sets, "
             "optimizer.lr"},
        Case{"WithThatUndoesItself",
             {"axes.lr.with={loss.gamma: 1, loss: focal}"},
             "axes.lr.with.loss: undoes loss.gamma; name it before that"},
        Case{"WithThatUndoesAnotherAxis",
             {"axes.l2.with={optimizer: {name: sgd, lr: 1}}",
              "plan={grid: [[lr, l2]]}"},
             "plan.grid[0][1]: axis 'l2' sets optimizer and so undoes axis "
             "'lr', which sets optimizer.lr; name it first"},
        Case{"AxisUndoneInAZip",
             {"axes.l2={set: optimizer, values: [{name: sgd, lr: 1}, adam]}",
              "plan={zip: [[lr, l2]]}"},
             "plan.zip[0][1]: axis 'l2' sets optimizer and so undoes"},
        Case{"AxisUndoneInADraw",
             {"axes.l2={set: optimizer, values: [{name: sgd, lr: 1}, adam]}",
              "plan={random: {axes: [lr, l2], draws: 1}}"},
             "plan.random.axes[1]: axis 'l2' sets optimizer and so undoes"},
        Case{"ItemUndoneByItsList",
             {"axes.lr.set=regularizers[0].coefficient",
              "plan={grid: [[lr, l2]]}"},
             "plan.grid[0][1]: axis 'l2' sets regularizers and so undoes"},
        Case{"AxisWithAReservedName",
             {"axes.seed={set: optimizer.lr, values: [1]}"},
             "axes.seed: an axis cannot have this name (reserved: axis, block, "
             "id, none, seed, setting, state)"},
        Case{"AxisThatIsNoName",
             {"axes.L2={set: optimizer.lr, values: [1]}"},
             "axes.L2: must be lower-case letters, digits and _"},
        Case{"AxisWithAnUnknownKey",
             {"axes.lr.label=[a, b]"},
             "axes.lr: unknown key 'label'; did you mean 'labels'?"},
        Case{"ValuesThatNoLongerFitTheLabels",
             {"axes.l2.values=[[]]"},
             "axes.l2.labels: expected 1 labels, one for each value, found 2; "
             "the values come from --set=axes.l2.values"},
        Case{"UnknownReference",
             {"compare.reference=l3"},
             "--set=compare.reference:1:1: compare.reference: no axis 'l3'; "
             "did you mean 'lr' or 'l2'? (known: lr, l2); or 'none'"},
        Case{"ReferenceNeverAlone",
             {"compare.reference=lr",
              "plan={one_at_a_time: [l2], grid: [[lr, l2]]}"},
             "compare.reference: axis 'lr' is never varied alone, so that "
             "nothing can be compared with it"},
        Case{"UnknownSelection",
             {"compare.selection=accuracy.unbiased"},
             "compare.selection: the study's metrics have no result "
             "'accuracy.unbiased'"},
        Case{"SelectionWithoutDirection",
             {"metrics=[accuracy, prunability, loss_dynamics]",
              "compare.selection=loss_dynamics.logit_norm"},
             "compare.selection: 'loss_dynamics.logit_norm' is neither better "
             "when higher nor when lower"},
        Case{"CompareOfNothing",
             {"compare={}"},
             "compare: expected a map with 'metrics', 'reference' or "
             "'selection', found a map"},
        Case{"OverrideOfAnItemThatIsNotThere",
             {"axes.lr.values[2]=1"},
             "--set=axes.lr.values[2]:1:1: cannot set 'axes.lr.values[2]': a "
             "part of the path is not a map, or is an item that the list does "
             "not have"},
        Case{"OverrideOfAnItemHasItsPosition",
             {"axes.l2.values[1][0].coefficient=-1"},
             "--set=axes.l2.values[1][0].coefficient:1:1: "
             "base.regularizers[0].coefficient: must be >= 0, got -1"},
        Case{"CompareIsNoMap",
             {"compare=3"},
             "compare: expected a map with 'metrics', 'reference' or "
             "'selection', found '3'"},
        Case{"MetricsAreNoList",
             {"metrics=accuracy"},
             "metrics: expected a list of metrics, found 'accuracy'"},
        Case{"RegularizersAreNoList",
             {"regularizers={name: l2, coefficient: 1}"},
             "base.regularizers: expected a list of regularizers, found a "
             "map"},
        Case{"EmptyGrid",
             {"plan={grid: [[]]}"},
             "plan.grid[0]: expected at least one axis"},
        Case{"AxisTwiceInAGrid",
             {"plan={grid: [[lr, lr]]}"},
             "plan.grid[0][1]: axis 'lr' sets optimizer.lr and so undoes axis "
             "'lr', which sets optimizer.lr; they cannot be crossed"},
        Case{"AxisUndoneInAGrid",
             {"axes.l2={set: optimizer, values: [{name: sgd, lr: 1}]}",
              "plan={grid: [[lr, l2]]}"},
             "plan.grid[0][1]: axis 'l2' sets optimizer and so undoes axis "
             "'lr', which sets optimizer.lr; name it first"},
        Case{"ResultTwice",
             {"compare.metrics=[prunability.auc, prunability.auc]"},
             "compare.metrics[1]: duplicate 'prunability.auc'"},
        Case{"TooManySeeds",
             {"seeds=9223372036854775807"},
             "seeds: must be >= 1, <= 10000, got 9223372036854775807"},
        Case{"TooMuchData",
             {"dataset.num_train=1000000000000000"},
             "base.dataset.num_train: must be <= 1e+08, got 1000000000000000"},
        Case{"OverrideWithoutValue",
             {"optimizer.lr"},
             "expected path=value, as in optimizer.lr=0.3"},
        Case{"OverrideWithNothing",
             {"optimizer.lr= "},
             "--set=optimizer.lr:1:1: expected a value after '='"},
        Case{"OverrideWithoutPath",
             {"=0.3"},
             "--set=:1:1: expected path=value, as in optimizer.lr=0.3"},
        Case{"OverrideOfSeveralLines",
             {"optimizer.lr=0.1\nb: 2"},
             "--set=optimizer.lr:2:2: not valid YAML: a ':' cannot stand here"},
        Case{"OverrideOfBytesThatAreNotUtf8",
             {"axes.l\xE9.values=[1]"},
             "--set=axes.l<0xE9>.values:1:1: not valid UTF-8"},
        Case{"OverrideByBytesThatAreNotUtf8",
             {"axes.lr.values=[\xE9]"},
             "not valid UTF-8: '<0xE9>'; save the file as UTF-8"},
        Case{"OverrideWithASecondEqualsSign",
             {"optimizer.lr=0.1=0.2"},
             "base.optimizer.lr: expected a number, found '0.1=0.2'"},
        Case{"OverrideOfAnUnknownPath",
             {"optimiser.lr=0.1"},
             "--set=optimiser.lr:1:1: unknown key 'optimiser'"},
        Case{"OverrideWithAnInvisibleCharacter",
             {"optimizer.\xC2\xA0lr=0.1"},
             "unknown key '<U+00A0>lr'; did you mean 'lr'?; character 1 is "
             "U+00A0, a no-break space"},
        Case{"OverrideOfWhatTheSpecExtends",
             {"extends=other.yaml"},
             "--set=extends:1:1: only the spec itself can name the spec that "
             "it extends; write 'extends' there"},
        Case{"OverrideThroughAList",
             {"metrics.accuracy=1"},
             "cannot set 'metrics.accuracy': a part of the path is not a map"},
        Case{"OverrideOutOfRange",
             {"optimizer.lr=-1", "axes={}", "plan={}"},
             "--set=optimizer.lr:1:1: base.optimizer.lr: must be > 0, got -1"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace bigstep
