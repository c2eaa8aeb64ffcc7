#include "base/command_line.h"

#include <gflags/gflags.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

DEFINE_string(spec, "", "the study");
DEFINE_string(list, "", "what to list");
DEFINE_string(set, "", "an override");
DEFINE_int64(workers, 1, "how many");

namespace bigstep {
namespace {

class CommandLineTest : public testing::Test {
 protected:
  absl::Status Parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "program");
    return ParseCommandLine(static_cast<int>(arguments.size()),
                            arguments.data(), rules_);
  }

  std::string Message(std::vector<const char*> arguments) {
    return std::string(Parse(std::move(arguments)).message());
  }

  gflags::FlagSaver saver_;  // Puts the flags back after each test.
  std::vector<std::string> sets_;
  CommandLineRules rules_ = {__FILE__, {{"list", "all"}}, {{"set", &sets_}}};
};

TEST_F(CommandLineTest, TakesValuesWithAndWithoutEqualsSign) {
  EXPECT_OK(Parse({"--spec=a=b.yaml", "--workers", "3"}));
  EXPECT_EQ(FLAGS_spec, "a=b.yaml");
  EXPECT_EQ(FLAGS_workers, 3);
}

TEST_F(CommandLineTest, CollectsRepeatedFlagsInOrder) {
  EXPECT_OK(Parse({"--set=a=1", "--set", "b=2"}));
  EXPECT_EQ(sets_, (std::vector<std::string>{"a=1", "b=2"}));
}

TEST_F(CommandLineTest, ABareFlagHasItsOwnMeaning) {
  EXPECT_OK(Parse({"--list", "--spec=x"}));
  EXPECT_EQ(FLAGS_list, "all");
}

TEST_F(CommandLineTest, NamesEveryMistakeAtOnce) {
  EXPECT_EQ(Message({"--spce=x", "--workers=many", "study.yaml", "--spec"}),
            "unknown flag '--spce'; did you mean '--spec'? (known: --list, "
            "--set, --spec, --workers)\n"
            "flag '--workers': expected a value of type int64, found 'many'\n"
            "expected a flag (--name=value), found 'study.yaml'\n"
            "flag '--spec' needs a value: --spec=...");
}

TEST_F(CommandLineTest, GivenFlagsAreThoseOtherThanTheDefaults) {
  EXPECT_OK(Parse({"--spec=x", "--workers=1", "--set=a=1", "--set=b=2"}));
  using Flags = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(GivenFlags(rules_),
            (Flags{{"set", "a=1"}, {"set", "b=2"}, {"spec", "x"}}));
}

TEST_F(CommandLineTest, AnEmptyValueIsAMistake) {
  const std::string empty =
      "' is empty: give it a value or leave it out (is a variable not set?)";
  EXPECT_EQ(Message({"--spec="}), absl::StrCat("flag '--spec", empty));
  EXPECT_EQ(Message({"--spec", ""}), absl::StrCat("flag '--spec", empty));
  EXPECT_EQ(Message({"--set="}), absl::StrCat("flag '--set", empty));
  EXPECT_EQ(Message({"--list="}), absl::StrCat("flag '--list", empty));
  EXPECT_EQ(Message({"--workers="}),
            "flag '--workers': expected a value of type int64, found ''");
  EXPECT_EQ(FLAGS_spec, "");
}

TEST_F(CommandLineTest, ValuesAreAnyBytes) {
  EXPECT_OK(Parse({"--spec=r\xE9s\n'\" -x"}));
  EXPECT_EQ(FLAGS_spec, "r\xE9s\n'\" -x");
  EXPECT_EQ(Message({"r\xE9s\n"}),
            "expected a flag (--name=value), found 'r<0xE9>s<U+000A>'");
}

TEST_F(CommandLineTest, AFlagGivenTwiceIsAMistake) {
  EXPECT_EQ(Message({"--spec=a", "--spec=b"}), "flag '--spec' is given twice");
}

TEST_F(CommandLineTest, CollectsOtherArgumentsWhereTheyAreAllowed) {
  std::vector<std::string> arguments;
  rules_.arguments = &arguments;
  EXPECT_OK(Parse({"mnist", "--spec", "x", "cifar10", "--list", "frost"}));
  EXPECT_EQ(arguments, (std::vector<std::string>{"mnist", "cifar10", "frost"}));
  EXPECT_EQ(FLAGS_spec, "x");
}

TEST_F(CommandLineTest, FlagsOfOtherFilesAreUnknown) {
  // gflags defines --flagfile itself.
  EXPECT_EQ(Parse({"--flagfile=x"}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CommandLineTest, HelpShowsNameDefaultAndMeaning) {
  EXPECT_EQ(FlagsHelp(rules_),
            "  --list\n      what to list\n"
            "  --set\n      an override\n"
            "  --spec\n      the study\n"
            "  --workers (default 1)\n      how many\n");
}

TEST_F(CommandLineTest, HelpIsGroupedAndItsLinesAreShort) {
  rules_.groups = {{"Run:", {"spec", "set"}}, {"Look:", {"list", "workers"}}};
  EXPECT_EQ(FlagsHelp(rules_),
            "\nRun:\n"
            "  --spec\n      the study\n"
            "  --set\n      an override\n"
            "\nLook:\n"
            "  --list\n      what to list\n"
            "  --workers (default 1)\n      how many\n");
  rules_.groups = {{"Run:", {"spec", "set", "list"}}};
  EXPECT_DEATH(FlagsHelp(rules_), "workers is in no group");
  rules_.groups[0].second = {"spec", "set", "list", "workers", "spec"};
  EXPECT_DEATH(FlagsHelp(rules_), "spec is not a flag or in two groups");
}

TEST_F(CommandLineTest, HelpNamesTheTargetsOfTheWorkspace) {
  const std::string usage =
      "bazel run //experiments:run\nbazel run //experiments:report\n"
      "bazel run //tools:show_dataset\nbazel run //tools:fetch_data\n";
  EXPECT_EQ(HelpText(usage, rules_), usage + FlagsHelp(rules_));
  // Programs with plugins are the workspace's own; see tools/defs.bzl.
  EXPECT_EQ(
      UsageElsewhere(usage),
      "bazel run //:run\nbazel run @bigstep//experiments:report\n"
      "bazel run //:show_dataset\nbazel run @bigstep//tools:fetch_data\n");
}

TEST_F(CommandLineTest, HelpAndVersionHaveTheirFlags) {
  for (const char* const help : {"-h", "--help", "--help=run"}) {
    const char* const argv[] = {"program", "--spec=x", help};
    EXPECT_TRUE(WantsHelp(3, argv)) << help;
    EXPECT_FALSE(WantsVersion(3, argv)) << help;
  }
  const char* const argv[] = {"--help", "--version"};
  EXPECT_TRUE(WantsVersion(2, argv));
  EXPECT_FALSE(WantsHelp(2, argv));  // The program's name.
}

}  // namespace
}  // namespace bigstep
