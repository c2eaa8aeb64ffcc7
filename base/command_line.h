// Reads command lines into gflags, strictly: gflags itself ends the process
// with code 1 at the first mistake, suggests nothing, and keeps only the last
// of repeated flags.
#ifndef BIGSTEP_BASE_COMMAND_LINE_H_
#define BIGSTEP_BASE_COMMAND_LINE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace bigstep {

struct CommandLineRules {
  std::string file;  // The __FILE__ whose DEFINE_ flags may be given.
  // Flags that need no value, and the value implied.
  std::map<std::string, std::string> bare;
  // Flags that may be given several times, and where their values go.
  std::map<std::string, std::vector<std::string>*> repeated;
  // Receives arguments that are not flags; none are allowed if null.
  std::vector<std::string>* arguments = nullptr;
  // For --help: titles and the flags below each, every flag once. Empty: all
  // flags by name.
  std::vector<std::pair<std::string, std::vector<std::string>>> groups = {};
};

// Whether --help or -h is among the arguments. gflags has a --help of its own,
// which shows every library's flags.
bool WantsHelp(int argc, const char* const* argv);

// Whether --version is.
bool WantsVersion(int argc, const char* const* argv);

// Sets the flags in argv[1] ... argv[argc - 1], each --name=value or
// --name value. InvalidArgument naming every mistake: unknown flags with a
// suggestion, flags given twice, missing values, empty ones, values of the
// wrong type, other arguments where there may be none.
absl::Status ParseCommandLine(int argc, const char* const* argv,
                              const CommandLineRules& rules);

// After ParseCommandLine: the flags that differ from their defaults and the
// values of repeated ones, as {name, value}.
std::vector<std::pair<std::string, std::string>> GivenFlags(
    const CommandLineRules& rules);

// The flags of `rules.file` with their defaults and meanings, by group, in
// lines of at most 80 characters.
std::string FlagsHelp(const CommandLineRules& rules);

// What --help prints: `usage`, which names Bigstep's targets, and FlagsHelp. In
// another workspace (IsBuiltElsewhere) the targets are those that one has
// there: its own for programs that hold its plugins, else Bigstep's.
std::string HelpText(const std::string& usage, const CommandLineRules& rules);

// `usage` with the targets of such a workspace.
std::string UsageElsewhere(const std::string& usage);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_COMMAND_LINE_H_
