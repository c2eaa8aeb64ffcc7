#include "experiments/trial.h"

#include <gtest/gtest.h>

#include "experiments/testing.h"

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
      R"("metrics":[],)"
      R"("model":{"name":"fcn","options":{},"version":1},)"
      R"("optimizer":{"name":"sgd","options":{"lr":0.1},"version":1},)"
      R"("regularizers":[],)"
      R"("schedule":{"name":"constant","options":{},"version":1},)"
      R"("seed":0,"training":{"options":{"max_steps":10},"version":1}})";
  EXPECT_EQ(Read(kSections).Id(), Sha256Hex(canonical).substr(0, 16));
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

}  // namespace
}  // namespace bigstep
