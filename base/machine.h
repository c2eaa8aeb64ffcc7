// The machine and the libraries of a run, for records, without the names of
// host, user or paths.
#ifndef BIGSTEP_BASE_MACHINE_H_
#define BIGSTEP_BASE_MACHINE_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "base/json.h"

namespace bigstep {

// The vector instructions that LibTorch's own code uses here, such as "AVX2":
// others may round differently.
std::string CpuCapability();

// Kernel and distribution: "Linux 6.1.0-9-amd64 x86_64, Debian GNU/Linux 12".
std::string OperatingSystem();

// {library: version} of the libraries that compute: LibTorch, the BLAS and
// OpenMP that it uses here, and others that report a version.
Json LibraryVersions();

// {name, driver: the CUDA version it supports} of a CUDA device; null for the
// CPU and for values that the driver does not report.
Json DescribeGpu(c10::Device device);

// {intra_op, inter_op, blas: null if unknown}: how many threads may compute
// now.
Json ThreadsInForce();

// The most memory that this process has used since its start, or since
// ResetPeakMemory where the kernel can do that. 0 if unknown.
int64_t PeakMemoryBytes();
void ResetPeakMemory();

}  // namespace bigstep

#endif  // BIGSTEP_BASE_MACHINE_H_
