#include "base/command_line.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/log.h"
#include "base/registry.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "base/unicode.h"

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

// Reads arguments one after another. Life: Take, any number of times; ToStatus.
class Parser {
 public:
  explicit Parser(const CommandLineRules& rules)
      : rules_(rules), flags_(FlagsOf(rules.file)) {
    for (const auto& [name, info] : flags_) known_.push_back("--" + name);
  }

  // Reads `argument`. `next` is the one that may be its value, or null.
  // Returns whether it is.
  bool Take(const std::string& argument, const char* next) {
    if (!absl::StartsWith(argument, "--")) {
      TakeArgument(argument);
      return false;
    }
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals - 2);
    if (flags_.count(name) == 0) {
      Wrong("unknown flag '--", VisibleText(name), "'",
            DidYouMean("--" + name, known_),
            " (known: ", absl::StrJoin(known_, ", "), ")");
      return false;
    }
    const auto bare = rules_.bare.find(name);
    if (equals != std::string::npos) {
      Set(name, argument.substr(equals + 1));
    } else if (bare != rules_.bare.end()) {
      Set(name, bare->second);
    } else if (next != nullptr) {
      Set(name, next);
      return true;
    } else {
      Wrong("flag '--", name, "' needs a value: --", name, "=...");
    }
    return false;
  }

  absl::Status ToStatus() const {
    if (wrong_.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(wrong_, "\n"));
  }

 private:
  template <class... Parts>
  void Wrong(const Parts&... parts) {
    wrong_.push_back(absl::StrCat(parts...));
  }

  void TakeArgument(const std::string& argument) {
    if (rules_.arguments != nullptr) {
      rules_.arguments->push_back(argument);
    } else {
      Wrong("expected a flag (--name=value), found '", VisibleText(argument),
            "'");
    }
  }

  void Set(const std::string& name, const std::string& value) {
    const std::string& type = flags_.at(name).type;
    const auto repeated = rules_.repeated.find(name);
    if (value.empty() && type == "string") {
      // An unset variable of a job script leaves an empty value, which must not
      // mean "everything".
      Wrong("flag '--", name,
            "' is empty: give it a value or leave it out (is a variable not "
            "set?)");
    } else if (repeated != rules_.repeated.end()) {
      repeated->second->push_back(value);
    } else if (!seen_.insert(name).second) {
      Wrong("flag '--", name, "' is given twice");
    } else if (gflags::SetCommandLineOption(name.c_str(), value.c_str())
                   .empty()) {
      Wrong("flag '--", name, "': expected a value of type ", type, ", found '",
            VisibleText(value), "'", OddCharacterHint(value));
    }
  }

  const CommandLineRules& rules_;
  const std::map<std::string, gflags::CommandLineFlagInfo> flags_;
  std::vector<std::string> known_;
  std::set<std::string> seen_;
  std::vector<std::string> wrong_;
};

// The flag with its default, and what it is for below, in lines of 80 columns.
std::string FlagHelp(const gflags::CommandLineFlagInfo& flag) {
  std::string help = absl::StrCat("  --", flag.name);
  if (!flag.default_value.empty()) {
    absl::StrAppend(&help, " (default ", flag.default_value, ")");
  }
  help += "\n";
  for (const std::string& line : WrapWords(flag.description, 74)) {
    absl::StrAppend(&help, "      ", line, "\n");
  }
  return help;
}

}  // namespace

bool WantsHelp(int argc, const char* const* argv) {
  return std::any_of(argv + 1, argv + argc, [](absl::string_view argument) {
    return argument == "--help" || argument == "-h" ||
           absl::StartsWith(argument, "--help=");  // As other programs have it.
  });
}

bool WantsVersion(int argc, const char* const* argv) {
  return std::any_of(argv + 1, argv + argc, [](absl::string_view argument) {
    return argument == "--version";
  });
}

absl::Status ParseCommandLine(int argc, const char* const* argv,
                              const CommandLineRules& rules) {
  Parser parser(rules);
  for (int i = 1; i < argc; ++i) {
    const char* next = i + 1 < argc ? argv[i + 1] : nullptr;
    if (next != nullptr && absl::StartsWith(next, "--")) next = nullptr;
    if (parser.Take(argv[i], next)) ++i;
  }
  return parser.ToStatus();
}

std::vector<std::pair<std::string, std::string>> GivenFlags(
    const CommandLineRules& rules) {
  std::vector<std::pair<std::string, std::string>> given;
  for (const auto& [name, flag] : FlagsOf(rules.file)) {
    const auto repeated = rules.repeated.find(name);
    if (repeated != rules.repeated.end()) {
      for (const std::string& value : *repeated->second) {
        given.emplace_back(name, value);
      }
    } else if (flag.current_value != flag.default_value) {
      given.emplace_back(name, flag.current_value);
    }
  }
  return given;
}

std::string FlagsHelp(const CommandLineRules& rules) {
  auto flags = FlagsOf(rules.file);
  std::string help;
  for (const auto& [title, names] : rules.groups) {
    absl::StrAppend(&help, "\n", title, "\n");
    for (const std::string& name : names) {
      const auto flag = flags.extract(name);
      BIGSTEP_CHECK(!flag.empty()) << name << " is not a flag or in two groups";
      help += FlagHelp(flag.mapped());
    }
  }
  BIGSTEP_CHECK(rules.groups.empty() || flags.empty())
      << flags.begin()->first << " is in no group";
  for (const auto& [name, flag] : flags) help += FlagHelp(flag);
  return help;
}

std::string HelpText(const std::string& usage, const CommandLineRules& rules) {
  return (IsBuiltElsewhere() ? UsageElsewhere(usage) : usage) +
         FlagsHelp(rules);
}

std::string UsageElsewhere(const std::string& usage) {
  // At each place the longest of these counts.
  return absl::StrReplaceAll(
      usage, {{"//experiments:report", "@bigstep//experiments:report"},
              {"//tools:fetch_data", "@bigstep//tools:fetch_data"},
              {"//experiments:", "//:"},
              {"//tools:", "//:"}});
}

}  // namespace bigstep
