// What every plugin of every family must do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "experiments/conformance/testing.h"
#include "experiments/spec/describe.h"
#include "experiments/spec/spec_json.h"
#include "experiments/spec/training_options.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// The choices that an option may make which is itself a plugin: each of its
// family, every option written out, with the required ones and without, since
// they may be given elsewhere.
std::vector<Json> OtherPlugins(const Field& field) {
  std::vector<Json> others;
  for (const PluginRegistry* family : Families()) {
    if (family->singular() != field.type) continue;
    for (const std::string& name : family->Names()) {
      const Json full = Default(*family, name).ToJson();
      Json optional = full;
      for (const Field& inner : family->Find(name)->table->fields()) {
        if (inner.required) optional.erase(inner.name);
      }
      others.insert(others.end(), {full, optional});
    }
  }
  return others;
}

// Values near `value` that an option might take.
std::vector<Json> OtherValues(const Field& field, const Json& value) {
  if (field.type == "map of string") return {{{"key", "x"}}};
  if (value.is_object()) return OtherPlugins(field);
  if (value.is_boolean()) return {!value.get<bool>()};
  if (value.is_number_integer()) {
    const auto number = value.get<int64_t>();
    return {number + 1, number - 1};
  }
  if (value.is_number()) {
    const auto number = value.get<double>();
    return {number / 2, number * 2, number + 0.1};
  }
  if (value.is_array()) {
    if (value.empty()) return {{"x"}, {1}, {0.5}};
    Json longer = value, shorter = value;
    longer.push_back(value.back());
    shorter.erase(shorter.size() - 1);
    // Lists that must stay as long as another one.
    Json reversed = value;
    std::reverse(reversed.begin(), reversed.end());
    std::vector<Json> others = {longer, shorter, reversed};
    for (const Json& first : OtherValues(field, value[0])) {
      others.push_back(value);
      others.back()[0] = first;
    }
    return others;
  }
  std::vector<Json> words = {value.get<std::string>() + "x"};
  for (absl::string_view rule : field.constraints) {
    if (!absl::ConsumePrefix(&rule, "one of ")) continue;
    for (const absl::string_view word : absl::StrSplit(rule, ", ")) {
      if (word != value.get<std::string>()) words.push_back(std::string(word));
    }
  }
  return words;
}

// "family/name".
std::vector<std::string> AllPlugins() {
  std::vector<std::string> all;
  for (const PluginRegistry* family : Families()) {
    for (const std::string& name : family->Names()) {
      all.push_back(family->plural() + "/" + name);
    }
  }
  return all;
}

class PluginTest : public testing::TestWithParam<std::string> {
 protected:
  PluginTest() {
    const size_t slash = GetParam().find('/');
    for (const PluginRegistry* family : Families()) {
      if (family->plural() == GetParam().substr(0, slash)) registry_ = family;
    }
    name_ = GetParam().substr(slash + 1);
  }

  const OptionTable& table() { return *registry_->Find(name_)->table; }

  const PluginRegistry* registry_ = nullptr;
  std::string name_;
};

INSTANTIATE_TEST_SUITE_P(All, PluginTest, testing::ValuesIn(AllPlugins()),
                         [](const auto& info) {
                           std::string name = info.param;
                           name[name.find('/')] = '_';
                           return name;
                         });

TEST_P(PluginTest, SaysWhatItIsAndWhereItComesFrom) {
  EXPECT_THAT(table().summary(), testing::EndsWith("."))
      << "Summary() in Describe() takes a sentence";
  EXPECT_NE(table().paper(), "")
      << "Paper() in Describe() names the source, or says \"none\"";
  for (const std::string& text :
       {table().summary(), table().details(), table().paper()}) {
    // What //tools:new_plugin writes is there to be replaced.
    EXPECT_THAT(text, testing::Not(HasSubstr("to start from")))
        << "Summary(), Details() or Paper() is still that of the toy";
  }
  for (const Field& field : table().fields()) {
    EXPECT_NE(field.doc, "")
        << "Doc() of the option '" << field.name << "' says what it means";
  }
}

TEST_P(PluginTest, IsNamedAsItsFile) {
  EXPECT_THAT("/" + registry_->Find(name_)->file,
              testing::EndsWith("/" + name_ + ".cc"))
      << "BIGSTEP_REGISTER gives the plugin another name than its file has";
  EXPECT_THAT(name_, testing::MatchesRegex("[a-z][a-z0-9_]*"));
}

TEST_P(PluginTest, RefusesEachMistypedOptionWithASuggestion) {
  for (const Field& field : table().fields()) {
    Problems problems;
    ReadChoice(*registry_, name_, {{field.name + "_", 1}}, problems);
    EXPECT_THAT(Message(problems),
                HasSubstr(absl::StrCat("unknown key '", field.name,
                                       "_'; did you mean '", field.name)));
  }
}

TEST_P(PluginTest, ReadsBackItsResolvedOptions) {
  const PluginConfig config = Default(*registry_, name_);
  Problems problems;
  for (const SpecNode& node :
       {ReadSpec(ToSpecYaml(config.ToJson()), "test", 0, problems),
        ToSpecNode(config.ToJson(), "test")}) {
    const PluginConfig again = registry_->Read(node, "", problems);
    ASSERT_EQ(Message(problems), "");
    EXPECT_EQ(again.ToJson(), config.ToJson());
    EXPECT_EQ(again.Identity(), config.Identity());
  }
}

TEST_P(PluginTest, EveryOptionCanBeSetAndCountsForTheIdentity) {
  const PluginConfig config = Default(*registry_, name_);
  for (const Field& field : table().fields()) {
    const Json before = config.ToJson()[field.name];
    bool set = false;
    for (const Json& value : OtherValues(field, before)) {
      if (value == before) continue;
      Problems problems;
      const PluginConfig changed =
          ReadChoice(*registry_, name_, {{field.name, value}}, problems);
      if (!problems.empty()) continue;  // Out of range.
      set = true;
      EXPECT_EQ(changed.ToJson()[field.name], value);
      EXPECT_NE(changed.Identity(), config.Identity());
      break;
    }
    EXPECT_TRUE(set) << "no other value of '" << field.name << "' is accepted";
  }
}

}  // namespace
}  // namespace bigstep
