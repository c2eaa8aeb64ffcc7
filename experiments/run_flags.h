// The flags of `run`: what its command line asks for.
#ifndef BIGSTEP_EXPERIMENTS_RUN_FLAGS_H_
#define BIGSTEP_EXPERIMENTS_RUN_FLAGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "experiments/run/commands.h"

namespace bigstep {

// What --help prints.
std::string RunHelp();

// Errors name the flag, the value that was found and the ones it takes.
absl::StatusOr<Command> CommandFromArguments(int argc, char** argv);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_FLAGS_H_
