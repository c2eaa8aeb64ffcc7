#include "base/command_line.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/suggest.h"

namespace bigstep {
namespace {

// The flags of one file, by name.
std::map<std::string, gflags::CommandLineFlagInfo> FlagsOf(
    const std::string& file) {
  std::vector<gflags::CommandLineFlagInfo> all;
  gflags::GetAllFlags(&all);
  std::map<std::string, gflags::CommandLineFlagInfo> flags;
  for (gflags::CommandLineFlagInfo& flag : all) {
    if (flag.filename == file) flags.emplace(flag.name, std::move(flag));
  }
  return flags;
}

}  // namespace

bool WantsHelp(int argc, const char* const* argv) {
  return std::any_of(argv + 1, argv + argc, [](absl::string_view argument) {
    return argument == "--help";
  });
}

absl::Status ParseCommandLine(int argc, const char* const* argv,
                              const CommandLineRules& rules) {
  const auto flags = FlagsOf(rules.file);
  std::vector<std::string> known;
  for (const auto& [name, info] : flags) known.push_back("--" + name);
  std::vector<std::string> wrong;
  std::set<std::string> seen;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (!absl::StartsWith(argument, "--")) {
      if (rules.arguments != nullptr) {
        rules.arguments->push_back(argument);
        continue;
      }
      wrong.push_back(absl::StrCat("expected a flag (--name=value), found '",
                                   argument, "'"));
      continue;
    }
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals - 2);
    const auto flag = flags.find(name);
    if (flag == flags.end()) {
      wrong.push_back(absl::StrCat(
          "unknown flag '--", name, "'", DidYouMean("--" + name, known),
          " (known: ", absl::StrJoin(known, ", "), ")"));
      continue;
    }
    std::string value;
    const auto bare = rules.bare.find(name);
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (bare != rules.bare.end()) {
      value = bare->second;
    } else if (i + 1 < argc && !absl::StartsWith(argv[i + 1], "--")) {
      value = argv[++i];
    } else {
      wrong.push_back(
          absl::StrCat("flag '--", name, "' needs a value: --", name, "=..."));
      continue;
    }
    const auto repeated = rules.repeated.find(name);
    if (repeated == rules.repeated.end() && !seen.insert(name).second) {
      wrong.push_back(absl::StrCat("flag '--", name, "' is given twice"));
      continue;
    }
    if (repeated != rules.repeated.end()) {
      repeated->second->push_back(value);
    } else if (gflags::SetCommandLineOption(name.c_str(), value.c_str())
                   .empty()) {
      wrong.push_back(absl::StrCat("flag '--", name,
                                   "': expected a value of "
                                   "type ",
                                   flag->second.type, ", found '", value, "'"));
    }
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
}

std::string FlagsHelp(const CommandLineRules& rules) {
  std::string help;
  for (const auto& [name, flag] : FlagsOf(rules.file)) {
    absl::StrAppend(&help, "  --", name);
    if (!flag.default_value.empty()) {
      absl::StrAppend(&help, " (default ", flag.default_value, ")");
    }
    absl::StrAppend(&help, "\n      ", flag.description, "\n");
  }
  return help;
}

}  // namespace bigstep
