// Where tensors live, and how LibTorch is set up for training small networks.
#ifndef BIGSTEP_BASE_DEVICE_H_
#define BIGSTEP_BASE_DEVICE_H_

#include <c10/core/Device.h>

#include <cfenv>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// "cpu", "cuda", "cuda:1", or "auto": the first CUDA device if there is one,
// else the CPU. InvalidArgument for another text, FailedPrecondition if the
// device is not on this machine.
absl::StatusOr<c10::Device> ParseDevice(absl::string_view text);

// Names the device in records: the CPU's model name, or the number of a GPU.
std::string DeviceDescription(c10::Device device);

// Prepares the process for one trial at a time. Call once, before any tensor
// exists.
//  - `threads` inside an operation, in LibTorch and in OpenBLAS (which ignores
//    LibTorch's setting): a second one makes a small network's step several
//    times slower.
//  - Freed memory stays with the process, blocks of 1 GiB and more aside:
//    returning it after each operation costs about a quarter of a small
//    network's step in page faults.
//  - Denormal numbers count as zero: they are slow and carry no information.
//  - UseRightConvolutions.
void ConfigureCompute(int threads = 1);

// Switches oneDNN off in this process if the gradients of its convolutions are
// wrong on this machine; LibTorch's own take its place. LibTorch 2.6 with
// oneDNN 3.7.2 (Debian 13) has wrong gradients of the inputs of convolutions
// with up to eight output channels. Takes some 20 ms.
void UseRightConvolutions();

// While it exists, this thread does not flush denormal numbers to zero: for
// reading and writing numbers, as in specs and records.
class KeepDenormals {
 public:
  KeepDenormals();
  ~KeepDenormals();
  KeepDenormals(const KeepDenormals&) = delete;
  KeepDenormals& operator=(const KeepDenormals&) = delete;

 private:
  std::fenv_t before_;  // Flushing is part of the floating-point environment.
};

// Prepares the process for `device`, before it is used: on a GPU, so that
// products are of float32, and those of cuDNN and cuBLAS have the same bits
// each time, at some cost in speed. Does nothing for the CPU.
void ConfigureDevice(c10::Device device);

// From now on this thread's work for `device`, a GPU, runs on a stream of its
// own: only there can it be recorded (cuda_graph.h). It is not ordered with the
// work of other threads. Unavailable if the device cannot be used or is not a
// GPU.
absl::Status UseOwnStream(c10::Device device);

// The environment variables that a process needs at its start to compute at
// full speed and that cannot be set later.
//  - `threads` for OpenMP and each BLAS, before these start theirs.
//  - Memory in large pages, where glibc can ask for them (2.35): examples lie
//    anywhere in memory, and each would cost a walk through the page table.
//    The user's own GLIBC_TUNABLES are kept and take precedence.
std::vector<std::pair<std::string, std::string>> ComputeEnvironment(
    int threads = 1);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_DEVICE_H_
