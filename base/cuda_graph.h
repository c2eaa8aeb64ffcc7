// Work that a GPU is given as a whole, without a call for each operation: a
// CUDA graph.
#ifndef BIGSTEP_BASE_CUDA_GRAPH_H_
#define BIGSTEP_BASE_CUDA_GRAPH_H_

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"

namespace bigstep {

// Operations on tensors that are recorded once and replayed any number of times
// on the same memory: their inputs must still be there, with new values; their
// results are overwritten.
class CudaGraph {
 public:
  // Returns its results, some of which may be undefined.
  using Work = std::function<std::vector<at::Tensor>()>;

  virtual ~CudaGraph() = default;

  // Records the operations that `work` launches on the device, without running
  // them. Call once. `work` has run before, so that libraries are initialized.
  // It computes nothing on the CPU that another run would compute differently
  // (random numbers, counters) and does not read results back. While it runs,
  // no other thread uses the device. Throws c10::Error if an operation cannot
  // be recorded, and whatever `work` throws: LibTorch may then be unable to use
  // the device in this process.
  virtual void Record(const Work& work) = 0;

  // Enqueues the recorded work on the device; returns the results, the same
  // tensors each time. Call after Record.
  virtual const std::vector<at::Tensor>& Replay() = 0;
};

// OK if this program can run graphs on `device`. InvalidArgument if it is
// not a GPU, FailedPrecondition if the program was built without CUDA's
// headers.
absl::Status CheckCudaGraphs(c10::Device device);

// Not yet recorded. CheckCudaGraphs was OK, and UseOwnStream was called in this
// thread.
std::unique_ptr<CudaGraph> MakeCudaGraph();

}  // namespace bigstep

#endif  // BIGSTEP_BASE_CUDA_GRAPH_H_
