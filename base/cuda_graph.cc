#include "base/cuda_graph.h"

#include "absl/strings/str_cat.h"
#include "base/log.h"

// Set where LibTorch has CUDA and CUDA's headers are there: libtorch.bzl.
#ifdef BIGSTEP_CUDA_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/util/Exception.h>
#endif

namespace bigstep {
namespace {

#ifdef BIGSTEP_CUDA_GRAPHS
constexpr bool kBuiltWithGraphs = true;

class LibtorchCudaGraph final : public CudaGraph {
 public:
  void Record(const Work& work) override {
    // Memory of earlier graphs comes back only here: while one is recorded,
    // LibTorch gives up where it would otherwise free it and try again.
    c10::cuda::CUDACachingAllocator::emptyCache();
    graph_.capture_begin();
    try {
      results_ = work();
    } catch (...) {
      Abandon();
      throw;
    }
    graph_.capture_end();
  }

  const std::vector<at::Tensor>& Replay() override {
    graph_.replay();
    return results_;
  }

 private:
  // Ends the recording as far as possible. That it failed is known already.
  void Abandon() {
    try {
      graph_.capture_end();
    } catch (const c10::Error&) {
    }
  }

  at::cuda::CUDAGraph graph_;
  std::vector<at::Tensor> results_;  // In memory that the graph owns.
};

#else
constexpr bool kBuiltWithGraphs = false;
#endif

}  // namespace

absl::Status CheckCudaGraphs(c10::Device device) {
  if (!device.is_cuda()) {
    return absl::InvalidArgumentError(
        absl::StrCat("CUDA graphs need a CUDA device, and trials would run on ",
                     device.str(), "; --device=cuda says what is missing"));
  }
  if (!kBuiltWithGraphs) {
    return absl::FailedPreconditionError(
        "this program cannot make CUDA graphs: it was built without CUDA's "
        "headers; set CUDA_HOME and build it again, see "
        "third_party/README.md");
  }
  return absl::OkStatus();
}

std::unique_ptr<CudaGraph> MakeCudaGraph() {
  BIGSTEP_CHECK(kBuiltWithGraphs) << "see CheckCudaGraphs";
#ifdef BIGSTEP_CUDA_GRAPHS
  return std::make_unique<LibtorchCudaGraph>();
#else
  return nullptr;
#endif
}

}  // namespace bigstep
