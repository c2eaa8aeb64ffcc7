#include "base/blas_kernels.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/log.h"

namespace bigstep {
namespace {

constexpr absl::string_view kNamedBy = ", kernels for ";

bool IsForAvx2(absl::string_view kernels) {
  return kernels == "Haswell" || kernels == "Zen";
}

bool HasAvx512() {
#ifdef __x86_64__
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
#else
  return false;
#endif
}

}  // namespace

std::string BlasKernels() {
  // Looked up at run time: LibTorch may have been built with another BLAS.
  void* const name = dlsym(RTLD_DEFAULT, "openblas_get_corename");
  return name == nullptr ? "" : reinterpret_cast<char* (*)()>(name)();
}

std::string KernelsIn(absl::string_view description) {
  const size_t at = description.rfind(kNamedBy);
  if (at == absl::string_view::npos) return "";
  return std::string(description.substr(at + kNamedBy.size()));
}

std::string KernelsToSet(absl::string_view found, absl::string_view wanted,
                         bool has_avx512) {
  constexpr absl::string_view kForAvx512 = "SkylakeX";
  if (found.empty() || found == wanted) return "";
  if (wanted.empty()) {
    return std::string(IsForAvx2(found) && has_avx512 ? kForAvx512 : "");
  }
  // Others may need what this processor lacks, which OpenBLAS does not check.
  const bool known_to_work =
      (wanted == kForAvx512 && has_avx512) ||
      (IsForAvx2(wanted) && (IsForAvx2(found) || has_avx512));
  return std::string(known_to_work ? wanted : "");
}

std::string KernelsToSet(absl::string_view wanted) {
  if (std::getenv(kBlasKernelsVariable) != nullptr) return "";
  return KernelsToSet(BlasKernels(), wanted, HasAvx512());
}

void RestartWithKernels(const std::string& kernels, char** argv) {
  setenv(kBlasKernelsVariable, kernels.c_str(), /*overwrite=*/1);
  execv("/proc/self/exe", argv);
  BIGSTEP_CHECK(false) << "cannot start " << argv[0]
                       << " again: " << std::strerror(errno);
}

}  // namespace bigstep
