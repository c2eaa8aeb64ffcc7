// A process as workers are.
#ifndef BIGSTEP_TOOLS_BENCH_RESTART_H_
#define BIGSTEP_TOOLS_BENCH_RESTART_H_

#include <cstdlib>
#include <string>

#include "base/blas_kernels.h"
#include "base/device.h"

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
  const std::string kernels = KernelsToSet();
  RestartWithKernels(kernels.empty() ? BlasKernels() : kernels, argv);
}

}  // namespace bigstep

#endif  // BIGSTEP_TOOLS_BENCH_RESTART_H_
