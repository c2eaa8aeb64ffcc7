// Which of its kernels OpenBLAS computes with, a choice that it makes when a
// process starts. On the AMD processors with AVX-512 that came after it, it
// takes those for AVX2, at half the speed.
#ifndef BIGSTEP_BASE_BLAS_KERNELS_H_
#define BIGSTEP_BASE_BLAS_KERNELS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// The variable that names them to a process at its start.
inline constexpr char kBlasKernelsVariable[] = "OPENBLAS_CORETYPE";

// The kernels of this process, such as "Haswell"; empty if its BLAS is not
// OpenBLAS.
std::string BlasKernels();

// The kernels that `description`, LibraryVersions' "blas", names; empty if it
// names none.
std::string KernelsIn(absl::string_view description);

// What a process with the kernels `found` on a processor with or without
// AVX-512 should set the variable to, for the kernels `wanted`, or the fastest
// if that is empty. Empty: nothing to set, or nothing known to work.
std::string KernelsToSet(absl::string_view found, absl::string_view wanted,
                         bool has_avx512);

// The same for this process and processor. Empty if the variable is set: the
// user's value stays.
std::string KernelsToSet(absl::string_view wanted = "");

// Sets the variable to `kernels` and starts this program again; `argv` is
// main's. Does not return.
void RestartWithKernels(const std::string& kernels, char** argv);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_BLAS_KERNELS_H_
