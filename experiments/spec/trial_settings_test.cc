#include "experiments/spec/trial_settings.h"

#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "experiments/plan/testing.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

constexpr char kSections[] =
    "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.1}, "
    "training: {max_steps: 10}}";

TrialSettings Read(const std::string& yaml) {
  Problems problems;
  const SpecNode node = ReadSpec(yaml, "test", 0, problems);
  TrialSettings settings;
  ReadTrialSections(node, "base", {}, problems, &settings);
  EXPECT_EQ(Message(problems), "");
  return settings;
}

std::string Mistake(const std::string& yaml) {
  Problems problems;
  const SpecNode node = ReadSpec(yaml, "test", 0, problems);
  TrialSettings settings;
  ReadTrialSections(node, "base", {}, problems, &settings);
  return Message(problems);
}

TEST(TrialTest, SectionsWithADefaultMayBeLeftOut) {
  const TrialSettings settings = Read(kSections);
  EXPECT_EQ(settings.loss.name(), "cross_entropy");
  EXPECT_EQ(settings.schedule.name(), "constant");
  EXPECT_TRUE(settings.regularizers.empty());
  EXPECT_EQ(settings.training.batch_size, 100);
}

TEST(TrialTest, OtherSectionsMayNot) {
  EXPECT_EQ(Mistake("{schedule: constant}"),
            "test:1:1: base: missing section 'dataset'\n"
            "test:1:1: base: missing section 'model'\n"
            "test:1:1: base: missing section 'optimizer'\n"
            "test:1:1: base: missing section 'training'");
}

TEST(TrialTest, UnknownSectionsAreRefused) {
  EXPECT_EQ(Mistake("{dataset: parity, model: fcn, optimizer: {name: sgd, lr: "
                    "0.1}, training: {max_steps: 1}, regularizer: []}"),
            "test:1:90: base: unknown key 'regularizer'; did you mean "
            "'regularizers'? (known: dataset, model, loss, optimizer, "
            "schedule, regularizers, training)");
}

TEST(TrialTest, IdIsTheHashOfWhatDiffersFromTheDefaults) {
  // Witness: printf '%s'
  // '{"dataset":{"name":"parity","options":{},"version":1},
  // ...}' | sha256sum of the canonical JSON below, written by hand.
  const std::string canonical =
      R"({"dataset":{"name":"parity","options":{},"version":1},)"
      R"("loss":{"name":"cross_entropy","options":{},"version":1},)"
      R"("model":{"name":"fcn","options":{},"version":1},)"
      R"("optimizer":{"name":"sgd","options":{"lr":0.1},"version":1},)"
      R"("regularizers":[],)"
      R"("schedule":{"name":"constant","options":{},"version":1},)"
      R"("seed":0,"training":{"options":{"max_steps":10},"version":1}})";
  EXPECT_EQ(Read(kSections).Id(), Sha256Hex(canonical).substr(0, 16));
  TrialSettings other = Read(kSections);
  other.training.milestones = {0.5};
  EXPECT_EQ(
      other.Id(),
      Sha256Hex(absl::StrReplaceAll(
                    canonical,
                    {{R"({"max_steps":10},"version":1)",
                      R"({"max_steps":10,"milestones":[0.5]},"version":2)"}}))
          .substr(0, 16));
  const std::string with_metrics = absl::StrReplaceAll(
      canonical, {{"\"model\"", "\"metrics\":[],\"model\""}});
  EXPECT_EQ(Read(kSections).IdWithMetrics(),
            Sha256Hex(with_metrics).substr(0, 16));
}

TEST(TrialTest, SpellingADefaultOutChangesNoId) {
  const std::string spelled =
      "{dataset: {name: parity, core_bits: 10}, model: {name: fcn, bias: "
      "false}, loss: cross_entropy, optimizer: {name: sgd, lr: 1e-1}, "
      "regularizers: [], training: {max_steps: 10, batch_size: 100}}";
  EXPECT_EQ(Read(spelled).Id(), Read(kSections).Id());
}

TEST(TrialTest, EverySettingChangesTheId) {
  const std::string id = Read(kSections).Id();
  TrialSettings other_seed = Read(kSections);
  other_seed.seed = 1;
  EXPECT_NE(other_seed.Id(), id);
  for (const char* change :
       {"{dataset: {name: parity, core_bits: 11}, model: fcn, optimizer: "
        "{name: sgd, lr: 0.1}, training: {max_steps: 10}}",
        "{dataset: parity, model: {name: fcn, hidden: [101]}, optimizer: "
        "{name: sgd, lr: 0.1}, training: {max_steps: 10}}",
        "{dataset: parity, model: fcn, optimizer: {name: momentum, lr: 0.1}, "
        "training: {max_steps: 10}}",
        "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.2}, "
        "training: {max_steps: 10}}",
        "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.1}, "
        "training: {max_steps: 11}}",
        "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.1}, "
        "regularizers: [{name: l2, coefficient: 0}], training: {max_steps: "
        "10}}"}) {
    EXPECT_NE(Read(change).Id(), id) << change;
  }
}

TEST(TrialTest, ResolvedYamlReadsBackToTheSameTrial) {
  const TrialSettings settings = Read(kSections);
  Json json = settings.ToJson();
  json.erase("metrics");
  json.erase("seed");
  const TrialSettings again = Read(ToSpecYaml(json));
  EXPECT_EQ(again.ToJson(), settings.ToJson());
  EXPECT_EQ(again.Id(), settings.Id());
}

std::vector<MetricChoice> Metrics(const std::string& yaml) {
  Problems problems;
  const SpecNode node = ReadSpec(yaml, "test", 0, problems);
  std::vector<MetricChoice> choices =
      ReadMetricChoices(node, "metrics", problems);
  EXPECT_EQ(Message(problems), "");
  return choices;
}

TEST(TrialTest, AMetricIsCalledByItsNameUnlessItHasALabel) {
  const auto metrics = Metrics(
      "[accuracy, {name: prunability, label: coarse, ratios: [0, 0.5]}, "
      "{name: prunability}]");
  ASSERT_EQ(metrics.size(), 3u);
  EXPECT_EQ(metrics[0].label, "accuracy");
  EXPECT_EQ(metrics[1].label, "coarse");
  EXPECT_EQ(metrics[1].config.name(), "prunability");
  EXPECT_EQ(metrics[2].label, "prunability");
}

TEST(TrialTest, MetricsAreNotPartOfTheId) {
  const auto with = [](const std::string& yaml) {
    TrialSettings settings = Read(kSections);
    settings.metrics = Metrics(yaml);
    return settings;
  };
  const TrialSettings plain = with("[accuracy]");
  const TrialSettings labelled = with("[{name: accuracy, label: a}]");
  EXPECT_EQ(labelled.Id(), plain.Id());
  EXPECT_NE(labelled.IdWithMetrics(), plain.IdWithMetrics());
  EXPECT_EQ(labelled.ToJson()["metrics"][0]["label"], "a");
  // Saying the obvious changes nothing.
  const TrialSettings obvious = with("[{name: accuracy, label: accuracy}]");
  EXPECT_EQ(obvious.IdWithMetrics(), plain.IdWithMetrics());
  EXPECT_EQ(obvious.ToJson(), plain.ToJson());
}

TEST(TrialTest, OnlyRulesToStopThatAreUsedCountInTheId) {
  const auto with = [](const std::string& training) {
    return Read(
               "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.1},"
               " training: {max_steps: 10" +
               training + "}}")
        .Id();
  };
  const std::string without = with("");
  EXPECT_EQ(with(", stop: {}"), without);
  EXPECT_EQ(with(", stop: {train_accuracy: 0, patience: 0}"), without);
  // As they stand in older records.
  EXPECT_EQ(with(", stop_train_accuracy: 0.0, stop_collapsed_after: 0"),
            without);
  EXPECT_NE(with(", stop: {train_accuracy: 1}"), without);
  EXPECT_NE(with(", stop: {cross_entropy: 1}"),
            with(", stop: {cross_entropy: 2}"));
}

}  // namespace
}  // namespace bigstep
