// A process as workers are.
#ifndef BIGSTEP_TOOLS_BENCH_RESTART_H_
#define BIGSTEP_TOOLS_BENCH_RESTART_H_

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/device.h"
#include "base/log.h"

namespace bigstep {

// Starts this program again with the environment that workers get, unless it
// has it. For the first line of main; `argv` is main's.
inline void RestartAsWorker(char** argv) {
  constexpr char kRestarted[] = "BIGSTEP_BENCH_RESTARTED";
  if (std::getenv(kRestarted) != nullptr) return;
  for (const auto& [name, value] : ComputeEnvironment()) {
    setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
  }
  setenv(kRestarted, "1", /*overwrite=*/1);
  execv("/proc/self/exe", argv);
  BIGSTEP_CHECK(false) << "cannot start " << argv[0]
                       << " again: " << std::strerror(errno);
}

}  // namespace bigstep

#endif  // BIGSTEP_TOOLS_BENCH_RESTART_H_
