#include "experiments/plan/configuration_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

SpecNode Read(const std::string& yaml) {
  Problems problems;
  SpecNode node = ReadSpec(yaml, "test", 0, problems);
  EXPECT_EQ(Message(problems), "");
  return node;
}

constexpr char kBase[] =
    "{dataset: parity, model: fcn, optimizer: {name: sgd, lr: 0.1}, "
    "regularizers: [{name: l2, coefficient: 1}], training: {max_steps: 10}}";

// The id of the trial of `draft`, or its errors.
std::string IdOf(ConfigurationReader& reader, const ConfigurationDraft& draft) {
  Problems problems;
  TrialSettings settings;
  TrialIdentity identity;
  if (!reader.Read(draft, problems, &settings, &identity)) {
    return Message(problems);
  }
  EXPECT_EQ(Message(problems), "");
  settings.seed = 3;
  EXPECT_EQ(identity.Id(3), settings.Id());
  return identity.Id(3);
}

TEST(ConfigurationDraftTest, ChangesLeaveTheBaseAsItIs) {
  const SpecNode base = Read(kBase);
  ConfigurationDraft draft(base);
  EXPECT_TRUE(draft.Set("optimizer.lr", Mark(), Read("5")));
  EXPECT_TRUE(draft.Set("regularizers[0].coefficient", Mark(), Read("2")));
  EXPECT_TRUE(draft.Set("schedule", Mark(), Read("cosine")));
  EXPECT_EQ(draft.Find("optimizer")->ToFlow(), "{name: sgd, lr: 5}");
  EXPECT_EQ(draft.Find("regularizers")->ToFlow(),
            "[{name: l2, coefficient: 2}]");
  EXPECT_EQ(draft.Find("schedule")->ToFlow(), "cosine");
  EXPECT_EQ(draft.Find("loss"), nullptr);
  EXPECT_EQ(base.ToFlow(), Read(kBase).ToFlow());
  EXPECT_FALSE(draft.Set("optimizer.lr.x", Mark(), Read("5")));
  EXPECT_FALSE(draft.Set("regularizers[1]", Mark(), Read("[]")));
}

TEST(ConfigurationDraftTest, OptionsNotGivenHaveTheirDefaults) {
  const SpecNode base = Read(kBase);
  ConfigurationDraft draft(base);
  struct OptionCase {
    std::string path, text;  // By hand, from --describe.
  };
  for (const OptionCase& c : std::vector<OptionCase>{
           {"optimizer", "sgd"},
           {"optimizer.name", "sgd"},
           {"optimizer.lr", "0.1"},
           {"model", "fcn"},
           {"model.name", "fcn"},
           {"model.bias", "false"},
           {"model.hidden", "[100]"},
           {"loss", "cross_entropy"},
           {"schedule", "constant"},
           {"training.max_steps", "10"},
           {"training.batch_size", "100"},
           {"regularizers", "[{name: l2, coefficient: 1}]"}}) {
    EXPECT_EQ(draft.OptionText(c.path), c.text) << c.path;
  }
  for (const char* path :
       {"optimizer.momentum", "model.hiden", "optimizer.lr.x", "training.x",
        "loss.gamma", "nothing", "nothing.x"}) {
    EXPECT_EQ(draft.OptionText(path), std::nullopt) << path;
  }
  ASSERT_TRUE(draft.Set("optimizer", Mark(),
                        Read("{name: sam, lr: 1, base: {name: momentum, lr: "
                             "1, momentum: 0.5}}")));
  EXPECT_EQ(draft.OptionText("optimizer.base.momentum"), "0.5");
}

// A plugin in an option is its name, however it is given; its own options have
// the defaults of that plugin.
TEST(ConfigurationDraftTest, PluginsInOptionsAreRead) {
  const SpecNode base = Read(kBase);
  struct NestedCase {
    std::string optimizer, path, text;  // By hand, from --describe.
  };
  for (const NestedCase& c : std::vector<NestedCase>{
           {"{name: sam, lr: 1}", "optimizer.base", "sgd"},
           {"{name: sam, lr: 1, base: momentum}", "optimizer.base", "momentum"},
           {"{name: sam, lr: 1, base: momentum}", "optimizer.base.name",
            "momentum"},
           {"{name: sam, lr: 1, base: momentum}", "optimizer.base.momentum",
            "0.9"},
           {"{name: sam, lr: 1, base: {name: momentum, nesterov: true}}",
            "optimizer.base", "momentum"},
           {"{name: sam, lr: 1, base: {name: momentum, nesterov: true}}",
            "optimizer.base.momentum", "0.9"}}) {
    ConfigurationDraft draft(base);
    ASSERT_TRUE(draft.Set("optimizer", Mark(), Read(c.optimizer)));
    EXPECT_EQ(draft.OptionText(c.path), c.text) << c.optimizer << " " << c.path;
  }
}

TEST(ConfigurationDraftTest, KnownSectionsReadAsNewOnes) {
  const SpecNode base = Read(kBase);
  ConfigurationReader reader, fresh;
  ConfigurationDraft same(base), other(base), again(base);
  ASSERT_TRUE(other.Set("optimizer.lr", Mark(), Read("5")));
  ASSERT_TRUE(again.Set("optimizer.lr", Mark(), Read("5")));
  const std::string id = IdOf(reader, same);
  const std::string other_id = IdOf(reader, other);
  EXPECT_NE(other_id, id);
  EXPECT_EQ(IdOf(reader, again), other_id);
  EXPECT_EQ(IdOf(reader, same), id);
  EXPECT_EQ(IdOf(fresh, other), other_id);
  // Every part of a section counts.
  std::set<std::string> ids = {id};
  for (const char* model :
       {"{name: fcn, hidden: [5]}", "{name: fcn, hidden: [6]}",
        "{name: fcn, hidden: [5, 5]}", "{name: fcn, bias: true}", "cnn"}) {
    ConfigurationDraft changed(base);
    ASSERT_TRUE(changed.Set("model", Mark(), Read(model)));
    EXPECT_TRUE(ids.insert(IdOf(reader, changed)).second) << model;
  }
}

TEST(ConfigurationDraftTest, WhatIsWrongIsWrongEachTime) {
  const SpecNode base = Read(kBase);
  ConfigurationReader reader;
  for (const int line : {1, 2}) {
    ConfigurationDraft draft(base);
    SpecNode wrong = Read("-1");
    wrong.mark.line = line;
    ASSERT_TRUE(draft.Set("optimizer.lr", wrong.mark, wrong));
    EXPECT_EQ(IdOf(reader, draft),
              absl::StrCat("test:", line,
                           ":1: base.optimizer.lr: must be > 0, got -1"));
  }
}

TEST(ConfigurationDraftTest, AListIsNoText) {
  const SpecNode base = Read(kBase);
  ConfigurationReader reader;
  ConfigurationDraft list(base), text(base);
  ASSERT_TRUE(list.Set("model", Mark(), Read("{name: fcn, hidden: [5]}")));
  ASSERT_TRUE(text.Set("model", Mark(), Read("{name: fcn, hidden: '[5]'}")));
  EXPECT_EQ(IdOf(reader, list).size(), 16u);
  EXPECT_THAT(IdOf(reader, text), testing::HasSubstr("expected a list"));
}

}  // namespace
}  // namespace bigstep
