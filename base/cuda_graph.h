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

// Operations on tensors that are noted down once and done as often as wanted,
// each time on the same memory: what they read from outside must still be
// there, and with new values in it; their results are overwritten.
class CudaGraph {
 public:
  // Returns its results, some of which may be undefined.
  using Work = std::function<std::vector<at::Tensor>()>;

  virtual ~CudaGraph() = default;

  // Notes down what `work` asks of the device, which does not do it yet. Once
  // only. `work` has run before, so that libraries have prepared what they
  // need. It computes nothing on the CPU that another run would compute
  // otherwise (random numbers, counters) and does not read results back. While
  // it runs, no other thread uses the device. Throws c10::Error if `work` did
  // what cannot be noted down, and what `work` throws: LibTorch may then be of
  // no use for the device in this process.
  virtual void Record(const Work& work) = 0;

  // Asks the device to do it all, after what it was asked before; returns the
  // results, the same tensors each time. Recorded work only.
  virtual const std::vector<at::Tensor>& Replay() = 0;
};

// OK if `device` can be given graphs by this program. InvalidArgument if it is
// not a GPU, FailedPrecondition if the program was built without CUDA's
// headers.
absl::Status CheckCudaGraphs(c10::Device device);

// Not yet recorded. CheckCudaGraphs was OK, and UseOwnStream was called in this
// thread.
std::unique_ptr<CudaGraph> MakeCudaGraph();

}  // namespace bigstep

#endif  // BIGSTEP_BASE_CUDA_GRAPH_H_
