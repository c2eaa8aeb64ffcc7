#include "base/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct AllOptions {
  bool adaptive = false;
  int64_t steps = 10;
  double rho = 0.05;
  std::string mode = "mean";
  std::vector<int64_t> hidden = {100, 100};
  std::vector<double> betas;
  std::vector<std::string> layers = {"all"};

  static void Describe(Schema<AllOptions>& s) {
    s.Summary("Every type.").Details("More.").Paper("arXiv:0000.00000");
    s.Field("adaptive", &AllOptions::adaptive).Doc("a switch");
    s.Field("steps", &AllOptions::steps).Doc("a count");
    s.Field("rho", &AllOptions::rho).Doc("a radius");
    s.Field("mode", &AllOptions::mode).Doc("a word");
    s.Field("hidden", &AllOptions::hidden).Doc("widths");
    s.Field("betas", &AllOptions::betas).Doc("decays");
    s.Field("layers", &AllOptions::layers).Doc("names");
  }
};

struct LimitedOptions {
  double above = 1;
  double tiny = 1;
  double at_least = 1;
  double below = -1;
  double at_most = -1;
  int64_t count = 1;
  std::string mode = "mean";
  std::vector<int64_t> hidden;
  std::vector<double> reals;
  std::vector<std::string> words;

  static void Describe(Schema<LimitedOptions>& s) {
    s.Summary("Every kind of limit.").Version(3);
    s.Field("above", &LimitedOptions::above).Above(0);
    s.Field("at_least", &LimitedOptions::at_least).AtLeast(0);
    s.Field("below", &LimitedOptions::below).Below(0);
    s.Field("at_most", &LimitedOptions::at_most).AtMost(0);
    s.Field("count", &LimitedOptions::count).AtLeast(1).AtMost(8);
    s.Field("mode", &LimitedOptions::mode).OneOf({"mean", "sum"});
    s.Field("hidden", &LimitedOptions::hidden).Above(0);
    s.Field("words", &LimitedOptions::words).OneOf({"a", "b"});
    s.Field("reals", &LimitedOptions::reals).Above(0);
    s.Field("tiny", &LimitedOptions::tiny).Above(0, /*may_vanish=*/true);
  }
};

int checks = 0;  // Calls of the rule below.

struct RuleOptions {
  int64_t low = 0;
  int64_t high = 1;

  static void Describe(Schema<RuleOptions>& s) {
    s.Field("low", &RuleOptions::low).Required().AtLeast(0).Doc("lower end");
    s.Field("high", &RuleOptions::high).Doc("upper end");
    s.Check([](const RuleOptions& o) -> std::string {
      ++checks;
      return o.low < o.high ? "" : "low must be below high";
    });
  }
};

struct NoOptions {
  static void Describe(Schema<NoOptions>&) {}
};

// Reads the YAML `text` at path "o" into `options`; returns the errors.
template <class Options>
std::string Read(absl::string_view text, Options* options) {
  Problems problems;
  const SpecNode node = ReadSpec(text, "s", 0, problems);
  TableOf<Options>().Read(node, "o", problems, options);
  return Message(problems);
}

template <class Options>
std::string Wrong(absl::string_view text) {
  Options options;
  return Read(text, &options);
}

// The error in "key: value", without the position and the path.
template <class Options>
std::string WrongValue(absl::string_view key, absl::string_view value) {
  const std::string message = Wrong<Options>(absl::StrCat(key, ": ", value));
  const std::string prefix = absl::StrCat("s:1:1: o.", key, ": ");
  return message.substr(0, prefix.size()) == prefix
             ? message.substr(prefix.size())
             : absl::StrCat("no '", prefix, "' in '", message, "'");
}

TEST(SchemaTest, TableRemembersTheDescription) {
  const OptionTable& table = TableOf<AllOptions>();
  EXPECT_EQ(&table, &TableOf<AllOptions>());
  EXPECT_EQ(table.summary(), "Every type.");
  EXPECT_EQ(table.details(), "More.");
  EXPECT_EQ(table.paper(), "arXiv:0000.00000");
  EXPECT_EQ(table.version(), 1);
  EXPECT_EQ(TableOf<LimitedOptions>().version(), 3);

  std::vector<std::string> types, names;
  for (const Field& field : table.fields()) {
    names.push_back(field.name);
    types.push_back(field.type);
    EXPECT_FALSE(field.required);
    EXPECT_THAT(field.constraints, IsEmpty());
  }
  EXPECT_THAT(names, ElementsAre("adaptive", "steps", "rho", "mode", "hidden",
                                 "betas", "layers"));
  EXPECT_THAT(types,
              ElementsAre("bool", "int", "double", "string", "list of int",
                          "list of double", "list of string"));
  EXPECT_EQ(table.fields()[2].doc, "a radius");
}

TEST(SchemaTest, ConstraintsAreWordsForHelp) {
  const std::vector<Field>& fields = TableOf<LimitedOptions>().fields();
  EXPECT_THAT(fields[0].constraints, ElementsAre("> 0"));
  EXPECT_THAT(fields[1].constraints, ElementsAre(">= 0"));
  EXPECT_THAT(fields[2].constraints, ElementsAre("< 0"));
  EXPECT_THAT(fields[3].constraints, ElementsAre("<= 0"));
  EXPECT_THAT(fields[4].constraints, ElementsAre(">= 1", "<= 8"));
  EXPECT_THAT(fields[5].constraints, ElementsAre("one of mean, sum"));
  EXPECT_TRUE(TableOf<RuleOptions>().fields()[0].required);
  EXPECT_FALSE(TableOf<RuleOptions>().fields()[1].required);
}

TEST(SchemaTest, DefaultsAreTheMemberInitialisers) {
  const OptionTable& table = TableOf<AllOptions>();
  EXPECT_EQ(CanonicalJson(table.ToJson(table.New().get())),
            R"({"adaptive":false,"betas":[],"hidden":[100,100],)"
            R"("layers":["all"],"mode":"mean","rho":0.05,"steps":10})");
}

TEST(SchemaTest, NewStructsAreIndependent) {
  const OptionTable& table = TableOf<AllOptions>();
  const std::shared_ptr<void> first = table.New(), second = table.New();
  static_cast<AllOptions*>(first.get())->steps = 11;
  EXPECT_EQ(static_cast<AllOptions*>(second.get())->steps, 10);
}

TEST(SchemaTest, EveryTypeIsRead) {
  AllOptions options;
  EXPECT_EQ(Read("adaptive: true\n"
                 "steps: 1000\n"
                 "rho: 1\n"
                 "mode: sum\n"
                 "hidden: [1, 2, 3]\n"
                 "betas: [0.9, 1e-3]\n"
                 "layers: [a, '1', 2]\n",
                 &options),
            "");
  EXPECT_TRUE(options.adaptive);
  EXPECT_EQ(options.steps, 1000);
  EXPECT_EQ(options.rho, 1.0);
  EXPECT_EQ(options.mode, "sum");
  EXPECT_THAT(options.hidden, ElementsAre(1, 2, 3));
  EXPECT_THAT(options.betas, ElementsAre(0.9, 1e-3));
  EXPECT_THAT(options.layers, ElementsAre("a", "1", "2"));
}

TEST(SchemaTest, OptionsThatAreNotGivenKeepTheirDefaults) {
  AllOptions options;
  EXPECT_EQ(Read("rho: 0.5\nhidden: []\n", &options), "");
  EXPECT_EQ(options.rho, 0.5);
  EXPECT_THAT(options.hidden, IsEmpty());
  EXPECT_EQ(options.steps, 10);
  EXPECT_EQ(options.mode, "mean");
  EXPECT_THAT(options.layers, ElementsAre("all"));
}

TEST(SchemaTest, WrongItemsAreNamedByTheirIndex) {
  EXPECT_EQ(Wrong<AllOptions>("hidden: [1, x, 2, 3.0, [4]]\n"
                              "betas:\n"
                              "  - 0.9\n"
                              "  - .inf\n"
                              "layers: [a, , {b: 1}]\n"),
            "s:1:13: o.hidden[1]: expected an integer, found 'x'\n"
            "s:1:19: o.hidden[3]: expected an integer, found '3.0'; write 3\n"
            "s:1:24: o.hidden[4]: expected an integer, found a list\n"
            "s:4:5: o.betas[1]: must be finite, got .inf\n"
            "s:5:13: o.layers[1]: expected text, found nothing\n"
            "s:5:15: o.layers[2]: expected text, found a map");
}

TEST(SchemaTest, WrongValuesLeaveTheOptionAsItWas) {
  AllOptions o;
  EXPECT_NE(Read("adaptive: yes\n"
                 "steps: 9223372036854775808\n"
                 "rho: 1e400\n"
                 "mode: [sum]\n"
                 "hidden: [1, x]\n"
                 "betas: 1\n"
                 "layers: [[]]\n",
                 &o),
            "");
  const OptionTable& table = TableOf<AllOptions>();
  EXPECT_EQ(table.ToJson(&o), table.ToJson(table.New().get()));
}

TEST(SchemaTest, ValuesOutOfRangeAreRefused) {
  struct RangeCase {
    std::string key, value, message;  // By hand; "" if inside.
  };
  const std::vector<RangeCase> cases = {
      // By hand: the least float that is not denormal is 2^-126
      // = 1.1754944e-38.
      {"above", "1.1754945e-38", ""},
      {"above", "1.1754943e-38",
       "must be at least 1.17549e-38, as smaller numbers are 0 in float32, got "
       "1.1754943e-38"},
      {"above", "1e-300",
       "must be at least 1.17549e-38, as smaller numbers are 0 in float32, got "
       "1e-300"},
      {"tiny", "5e-324", ""},
      {"tiny", "0", "must be > 0, got 0"},
      {"reals", "[1]", ""},
      {"above", "0", "must be > 0, got 0"},
      {"above", "-0.0", "must be > 0, got -0.0"},
      {"above", "-1e-3", "must be > 0, got -1e-3"},
      {"at_least", "0", ""},
      {"at_least", "-1e-300", "must be >= 0, got -1e-300"},
      {"below", "-5e-324", ""},
      {"below", "0", "must be < 0, got 0"},
      {"below", "1.50", "must be < 0, got 1.50"},
      {"at_most", "0", ""},
      {"at_most", "+1", "must be <= 0, got +1"},
      {"count", "1", ""},
      {"count", "8", ""},
      {"count", "0", "must be >= 1, got 0"},
      {"count", "9", "must be <= 8, got 9"},
      {"mode", "sum", ""},
      {"mode", "'sum'", ""},
      {"mode", "Sum", "must be one of mean, sum, got Sum"},
      {"mode", "", "expected text, found nothing"},
      // Each mistake is reported once: a range applies to numbers only.
      {"count", "1e1", "expected an integer, found '1e1'; write 10"},
      {"above", ".nan", "must be finite, got .nan"},
  };
  for (const RangeCase& c : cases) {
    if (c.message.empty()) {
      EXPECT_EQ(Wrong<LimitedOptions>(absl::StrCat(c.key, ": ", c.value)), "");
    } else {
      EXPECT_EQ(WrongValue<LimitedOptions>(c.key, c.value), c.message);
    }
  }
}

TEST(SchemaTest, EveryItemKeepsTheRange) {
  EXPECT_EQ(Wrong<LimitedOptions>("hidden: [1, 2]\nwords: [a, b, a]\n"), "");
  EXPECT_EQ(Wrong<LimitedOptions>("reals: [1, 1e-300]"),
            "s:1:12: o.reals[1]: must be at least 1.17549e-38, as smaller "
            "numbers are 0 in float32, got 1e-300");
  EXPECT_EQ(Wrong<LimitedOptions>("hidden: [1, 0, 2, -3]\nwords: [a, c]\n"),
            "s:1:13: o.hidden[1]: must be > 0, got 0\n"
            "s:1:19: o.hidden[3]: must be > 0, got -3\n"
            "s:2:12: o.words[1]: must be one of a, b, got c");
}

TEST(SchemaTest, RuleBetweenOptionsPointsAtTheMap) {
  checks = 0;
  EXPECT_EQ(Wrong<RuleOptions>("low: 1\nhigh: 2\n"), "");
  EXPECT_EQ(checks, 1);
  EXPECT_EQ(Wrong<RuleOptions>("# c\n  low: 2\n  high: 2\n"),
            "s:2:3: o: low must be below high");
  EXPECT_EQ(checks, 2);
}

struct TwoRulesOptions {
  int64_t x = 0;
  static void Describe(Schema<TwoRulesOptions>& s) {
    s.Summary("Options with two rules.");
    s.Field("x", &TwoRulesOptions::x).Doc("a number");
    s.Check([](const TwoRulesOptions& o) {
      return std::string(o.x % 2 == 0 ? "" : "x must be even");
    });
    s.Check([](const TwoRulesOptions& o) {
      return std::string(o.x % 3 == 0 ? "" : "x must be a multiple of 3");
    });
  }
};

TEST(SchemaTest, TheFirstOfSeveralRulesThatFailsIsTold) {
  EXPECT_EQ(Wrong<TwoRulesOptions>("x: 6\n"), "");
  EXPECT_EQ(Wrong<TwoRulesOptions>("x: 3\n"), "s:1:1: o: x must be even");
  EXPECT_EQ(Wrong<TwoRulesOptions>("x: 2\n"),
            "s:1:1: o: x must be a multiple of 3");
  EXPECT_EQ(Wrong<TwoRulesOptions>("x: 5\n"), "s:1:1: o: x must be even");
}

TEST(SchemaTest, RuleIsNotAskedWhileAnOptionIsWrong) {
  checks = 0;
  for (const char* text : {"low: 5\nhigh: x\n", "low: -1\nhigh: -2\n",
                           "high: -3\n", "low: 5\nhigh: 2\nhihg: 7\n"}) {
    EXPECT_NE(Wrong<RuleOptions>(text), "") << text;
  }
  EXPECT_EQ(checks, 0);
  // A problem elsewhere does not matter.
  Problems problems;
  problems.Add(Mark(), "elsewhere", "wrong");
  RuleOptions options;
  TableOf<RuleOptions>().Read(ReadSpec("{low: 2}", "s", 0, problems), "o",
                              problems, &options);
  EXPECT_EQ(checks, 1);
}

TEST(SchemaTest, MissingKeysAreNamedWithTypeAndMeaning) {
  EXPECT_EQ(Wrong<RuleOptions>("x:\n"),
            "s:1:1: o: unknown key 'x' (known: high, low)\n"
            "s:1:1: o: missing key 'low' (int: lower end)");
  EXPECT_EQ(Wrong<RuleOptions>("\n  high: 3\n"),
            "s:2:3: o: missing key 'low' (int: lower end)");
  // A plugin's name alone gives no options.
  EXPECT_EQ(Wrong<RuleOptions>("plugin"),
            "s:1:1: o: missing key 'low' (int: lower end)");
}

TEST(SchemaTest, UnknownKeysGetASuggestionAndTheKnownOnes) {
  const std::string known =
      " (known: adaptive, betas, hidden, layers, mode, rho, steps)";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"roh: 1", "unknown key 'roh'; did you mean 'rho'?"},
      {"Rho: 1", "unknown key 'Rho'; did you mean 'rho'?"},
      {"rho_: 1", "unknown key 'rho_'; did you mean 'rho'?"},
      {"step: x", "unknown key 'step'; did you mean 'steps'?"},
      {"'': 1", "unknown key ''"},
      {"xyz: 1", "unknown key 'xyz'"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(Wrong<AllOptions>(text),
              absl::StrCat("s:1:1: o: ", message, known));
  }
  EXPECT_EQ(Wrong<NoOptions>("{a: 1}"),
            "s:1:2: o: unknown key 'a' (it has no options)");
}

TEST(SchemaTest, ValuesPutInFromElsewhereAreNamedThereUnknownKeysHere) {
  Problems problems;
  SpecNode node = ReadSpec("rho: 1\nroh: 1\n", "s", 0, problems);
  SpecNode value = ReadSpec("[x, y]", "set", 1, problems).items[1];
  for (const char* key : {"rho", "roh"}) {
    ASSERT_TRUE(SetAtPath(node, key, value.mark, value));
  }
  AllOptions options;
  TableOf<AllOptions>().Read(node, "o", problems, &options);
  EXPECT_EQ(Message(problems),
            "s:2:1: o: unknown key 'roh'; did you mean 'rho'? (known: "
            "adaptive, betas, hidden, layers, mode, rho, steps)\n"
            "set:1:5: o.rho: expected a number, found 'y'");
}

TEST(SchemaTest, NameBelongsToTheChoiceOfPlugin) {
  EXPECT_EQ(Wrong<NoOptions>("name: anything\n"), "");
}

TEST(SchemaTest, SeveralMistakesComeInFileOrder) {
  EXPECT_EQ(Wrong<AllOptions>("steps: 1e3\n"
                              "roh: 0.1\n"
                              "layers: [a, [b]]\n"
                              "adaptive: yes\n"
                              "rho: .inf\n"),
            "s:1:1: o.steps: expected an integer, found '1e3'; write 1000\n"
            "s:2:1: o: unknown key 'roh'; did you mean 'rho'? (known: "
            "adaptive, betas, hidden, layers, mode, rho, steps)\n"
            "s:3:13: o.layers[1]: expected text, found a list\n"
            "s:4:1: o.adaptive: expected true or false, found 'yes'\n"
            "s:5:1: o.rho: must be finite, got .inf");
}

TEST(SchemaTest, ReadingAgainNotesTheSameProblemOnce) {
  Problems problems;
  const SpecNode node = ReadSpec("count: 0", "s", 0, problems);
  LimitedOptions options;
  for (int trial = 0; trial < 3; ++trial) {
    TableOf<LimitedOptions>().Read(node, "o", problems, &options);
  }
  EXPECT_EQ(Message(problems), "s:1:1: o.count: must be >= 1, got 0");
}

TEST(SchemaTest, JsonHoldsEveryOptionInItsType) {
  AllOptions options;
  ASSERT_EQ(
      Read("{rho: 1, steps: 3, mode: '5', betas: [1], layers: []}", &options),
      "");
  EXPECT_EQ(CanonicalJson(TableOf<AllOptions>().ToJson(&options)),
            R"({"adaptive":false,"betas":[1.0],"hidden":[100,100],)"
            R"("layers":[],"mode":"5","rho":1.0,"steps":3})");
}

TEST(SchemaTest, NonDefaultsLeaveOutWhatEqualsItsDefault) {
  const OptionTable& table = TableOf<AllOptions>();
  EXPECT_EQ(CanonicalJson(table.NonDefaults(table.New().get())), "{}");
  AllOptions options;
  ASSERT_EQ(
      Read("{rho: 5e-2, steps: 11, hidden: [100, 100], layers: [b]}", &options),
      "");
  EXPECT_EQ(CanonicalJson(table.NonDefaults(&options)),
            R"({"layers":["b"],"steps":11})");
}

TEST(SchemaTest, NonDefaultsKeepRequiredOptions) {
  RuleOptions options;
  ASSERT_EQ(Read("{low: 0, high: 1}", &options), "");
  EXPECT_EQ(CanonicalJson(TableOf<RuleOptions>().NonDefaults(&options)),
            R"({"low":0})");
}

// An option struct before and after somebody added an option.
struct OldOptions {
  double lr = 0.1;
  static void Describe(Schema<OldOptions>& s) {
    s.Field("lr", &OldOptions::lr).Required();
  }
};
struct GrownOptions {
  double lr = 0.1;
  bool nesterov = false;
  static void Describe(Schema<GrownOptions>& s) {
    s.Field("nesterov", &GrownOptions::nesterov);
    s.Field("lr", &GrownOptions::lr).Required();
  }
};

TEST(SchemaTest, NewOptionWithANeutralDefaultLeavesNonDefaultsAsTheyWere) {
  OldOptions old_options;
  GrownOptions grown;
  ASSERT_EQ(Read("lr: 0.3", &old_options), "");
  ASSERT_EQ(Read("lr: 0.3", &grown), "");
  const std::string before =
      CanonicalJson(TableOf<OldOptions>().NonDefaults(&old_options));
  EXPECT_EQ(before, R"({"lr":0.3})");
  EXPECT_EQ(CanonicalJson(TableOf<GrownOptions>().NonDefaults(&grown)), before);
  // Used, it shows.
  ASSERT_EQ(Read("{lr: 0.3, nesterov: true}", &grown), "");
  EXPECT_EQ(CanonicalJson(TableOf<GrownOptions>().NonDefaults(&grown)),
            R"({"lr":0.3,"nesterov":true})");
}

TEST(SchemaTest, NumbersBeyondFloat32AreRefused) {
  const OptionTable& table = TableOf<AllOptions>();
  const auto message = [&](const std::string& yaml) {
    Problems problems;
    const auto options = table.New();
    table.Read(ReadSpec(yaml, "test", 0, problems), "here", problems,
               options.get());
    return Message(problems);
  };
  // By hand: the largest float is (2 - 2^-23) * 2^127 = 3.4028235e38.
  EXPECT_EQ(message("{rho: 3.4028234e38, betas: [-3.4028234e38]}"), "");
  EXPECT_EQ(message("rho: 3.4028236e38"),
            "test:1:1: here.rho: must lie between -3.40282e+38 and "
            "3.40282e+38, the range of float32, got 3.4028236e38");
  EXPECT_EQ(message("betas: [0, -1e39]"),
            "test:1:12: here.betas[1]: must lie between -3.40282e+38 and "
            "3.40282e+38, the range of float32, got -1e39");
  // Smaller ones become 0 there, as they would in any sum.
  EXPECT_EQ(message("rho: 1e-300"), "");
}

}  // namespace
}  // namespace bigstep
