#include "experiments/spec/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "datasets/dataset.h"
#include "experiments/plan/testing.h"
#include "metrics/metric.h"

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
  EXPECT_EQ(spec.seeds, (std::vector<int64_t>{0, 1}));
  ASSERT_EQ(spec.axes.size(), 2u);
  EXPECT_EQ(spec.axes[0].set, "optimizer.lr");
  EXPECT_THAT(spec.axes[0].labels, ElementsAre("0.1", "0.3"));
  EXPECT_THAT(spec.axes[1].labels, ElementsAre("none", "strong"));
  ASSERT_EQ(spec.sweeps.size(), 2u);
  EXPECT_THAT(spec.sweeps[1].axes, ElementsAre(1u));
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

// What a message says of the plugins there are.
std::string Registered(const PluginRegistry& registry) {
  const std::vector<std::string> names = registry.Names();
  return absl::StrCat(names.size(),
                      " registered: ", absl::StrJoin(names, ", "));
}

// Folders and files are named after studies and axes.
TEST(SpecTest, NamesHaveAtMostAHundredCharacters) {
  const std::string spec = absl::StrReplaceAll(
      kElevenMistakes, {{"Tiny Study", std::string(300, 'a')}});
  EXPECT_THAT(Mistakes(spec),
              HasSubstr("study: must have at most 100 characters, got "
                        "300\n"));
}

TEST(SpecTest, ElevenMistakesAreElevenMessagesInFileOrder) {
  EXPECT_EQ(
      Mistakes(kElevenMistakes),
      absl::StrCat(
          "test.yaml:1:1: study: must be lower-case letters, digits and _, "
          "beginning with a letter, got 'Tiny Study'\n"
          "test.yaml:3:13: base.dataset: no dataset 'party'; did you mean "
          "'parity'? (",
          Registered(Datasets::Get()),
          ")\n"
          "    If it should exist: is it in the plugin list of the BUILD file "
          "beside its .cc?\n"
          "test.yaml:4:22: base.model: unknown key 'hiden'; did you mean "
          "'hidden'? "
          "(known: bias, hidden, init_std)\n"
          "test.yaml:5:26: base.optimizer.lr: must be > 0, got -0.1\n"
          "test.yaml:6:14: base.training.batch_size: expected an integer, "
          "found "
          "'1e2'; write 100\n"
          "test.yaml:6:46: base.training: duplicate key 'max_steps'; it stands "
          "at "
          "line 6 already\n"
          "test.yaml:7:11: metrics[0]: no metric 'acuracy'; did you mean "
          "'accuracy'? (",
          Registered(Metrics::Get()),
          ")\n"
          "    If it should exist: is it in the plugin list of the BUILD file "
          "beside its .cc?\n"
          "test.yaml:9:41: base.optimizer.lr: must be finite, got .inf\n"
          "test.yaml:11:23: plan.one_at_a_time[1]: no axis 'momentum' (known: "
          "lr)\n"
          "test.yaml:12:1: seeds: must be >= 1, <= 10000, got 0\n"
          "test.yaml:13:1: unknown key 'comment' (known: study, question, "
          "base, "
          "metrics, axes, plan, seeds, compare, claims, extends)"));
}

TEST(SpecTest, SeedsMayBeAList) {
  EXPECT_THAT(Read(kTinySpec, {"seeds=[7, 3]"}).seeds, ElementsAre(3, 7));
  for (const auto& [seeds, message] : {std::pair("[]", "expected one to 10000"),
                                       {"[3, 3]", "seeds[1]: duplicate 3"},
                                       {"[-1]", "seeds[0]: must be >= 0"},
                                       {"[a]", "seeds[0]: expected an integer"},
                                       {"{a: 1}", "seeds: expected an "}}) {
    Problems problems;
    ReadStudySpec(kTinySpec, "test.yaml", {absl::StrCat("seeds=", seeds)},
                  problems);
    EXPECT_THAT(Message(problems), HasSubstr(message)) << seeds;
  }
}

TEST(SpecTest, OverridesReachBaseAndTop) {
  const Spec spec =
      Read(kTinySpec, {"optimizer.lr=0.7", "seeds=5", "axes.lr.values=[0.2]"});
  EXPECT_EQ(spec.base.Find("optimizer")->Find("lr")->text, "0.7");
  EXPECT_EQ(spec.seeds, (std::vector<int64_t>{0, 1, 2, 3, 4}));
  EXPECT_THAT(spec.axes[0].labels, ElementsAre("0.2"));
}

TEST(SpecTest, OverridesReachItemsOfLists) {
  const Spec spec =
      Read(kTinySpec, {"axes.lr.values[1]=0.7", "plan.one_at_a_time[0]=l2",
                       "plan.one_at_a_time[1]=lr", "metrics[0]=loss_dynamics",
                       "axes.l2.values[1][0].coefficient=0.5"});
  EXPECT_THAT(spec.axes[0].labels, ElementsAre("0.1", "0.7"));
  EXPECT_THAT(spec.sweeps[0].axes, ElementsAre(1u));
  EXPECT_EQ(spec.metrics[0].label, "loss_dynamics");
  EXPECT_EQ(spec.axes[1].values[1].ToFlow(), "[{name: l2, coefficient: 0.5}]");
}

// In these maps the rest of a path is one key, with its dots.
TEST(SpecTest, OverridesReachSingleOptionsOfMapsFromOptions) {
  Problems problems;
  const Spec spec = ReadStudySpec(
      kTinySpec, "test.yaml",
      {"axes.lr.with={training.max_steps: 60, training.batch_size: 10}",
       "axes.lr.with.training.max_steps=90", "axes.l2.with=[{}, {}]",
       "axes.l2.with[1].model.hidden=[4]", "axes.l2.when.optimizer.lr=0.1",
       "plan.exclude=[{lr: 0.3}]", "plan.exclude[0].model.name=fcn",
       "plan.when.loss.name=cross_entropy"},
      problems);
  EXPECT_EQ(Message(problems), "");
  const auto options = [&spec](size_t axis, size_t map) {
    std::vector<std::string> texts;
    for (const OptionSetting& setting : spec.axes[axis].with[map]) {
      texts.push_back(setting.option + " " + setting.value.ToFlow());
    }
    return texts;
  };
  using testing::ElementsAre;
  EXPECT_THAT(options(0, 0),
              ElementsAre("training.max_steps 90", "training.batch_size 10"));
  EXPECT_THAT(options(1, 0), ElementsAre());
  EXPECT_THAT(options(1, 1), ElementsAre("model.hidden [4]"));
  EXPECT_EQ(spec.axes[1].when->all[0].key, "optimizer.lr");
  EXPECT_EQ(spec.rules[0].exclude[0].all[1].key, "model.name");
  EXPECT_EQ(spec.rules[0].when->all[0].key, "loss.name");
}

TEST(SpecTest, ValuesAndLabelsMayBeOverriddenTogether) {
  const Spec spec =
      Read(kTinySpec, {"axes.l2.values=[[{name: l2, coefficient: 1}]]",
                       "axes.l2.labels=[huge]"});
  EXPECT_THAT(spec.axes[1].labels, ElementsAre("huge"));
}

TEST(SpecTest, APlanMayBeAListOfMaps) {
  const Spec spec =
      Read(kTinySpec, {"plan=[{one_at_a_time: [lr]}, {zip: [[lr, l2]], random: "
                       "{axes: [l2], draws: 3, seed: 4}}]"});
  ASSERT_EQ(spec.sweeps.size(), 3u);
  EXPECT_EQ(spec.sweeps[1].path, "plan[1].zip[0]");
  EXPECT_EQ(spec.sweeps[1].rules, 1u);
  EXPECT_EQ(spec.sweeps[2].draws, 3);
  EXPECT_EQ(spec.sweeps[2].seed, 4);
  EXPECT_EQ(SweepName(spec.sweeps[2], spec.axes), "random l2");
}

TEST(SpecTest, AWholeSectionMayBeCrossedWithAnOptionInsideItNamedLater) {
  EXPECT_EQ(Mistakes(kTinySpec,
                     {"axes.l2={set: optimizer, values: [{name: momentum, lr: "
                      "1}], labels: [m]}",
                      "plan={grid: [[l2, lr]]}"}),
            "");
}

TEST(SpecTest, AnEmptyTextIsNoStudy) {
  EXPECT_EQ(Mistakes(""), "test.yaml:1:1: expected a map, found nothing");
}

TEST(SpecTest, ASyntaxErrorIsOneMessage) {
  EXPECT_THAT(Mistakes("study: [a\n"), HasSubstr("not valid YAML"));
}

}  // namespace
}  // namespace bigstep
