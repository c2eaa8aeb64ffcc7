#include "base/cuda_graph.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/device.h"

namespace bigstep {
namespace {

TEST(CheckCudaGraphsTest, TheCpuHasNone) {
  const absl::Status status = CheckCudaGraphs(c10::Device(c10::kCPU));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "CUDA graphs need a CUDA device, and trials would run on cpu; "
            "--device=cuda says what is missing");
}

// The rest has not been run yet, for lack of a GPU.
class CudaGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!at::hasCUDA() || at::detail::getCUDAHooks().getNumGPUs() == 0) {
      GTEST_SKIP() << "no CUDA device here";
    }
    const absl::Status status = CheckCudaGraphs(device_);
    if (!status.ok()) GTEST_SKIP() << status;
    const absl::Status stream = UseOwnStream(device_);
    ASSERT_TRUE(stream.ok()) << stream;
  }

  const c10::Device device_ = c10::Device(c10::kCUDA, 0);
};

TEST_F(CudaGraphTest, ReplaysOnTheSameMemory) {
  const at::Tensor x = at::ones({3}, device_);
  const CudaGraph::Work work = [&] {
    return std::vector<at::Tensor>{x * 2, at::Tensor(), x.sum()};
  };
  work();
  const auto graph = MakeCudaGraph();
  graph->Record(work);
  const at::Tensor sum = graph->Replay()[2];
  EXPECT_EQ(sum.item<double>(), 3);
  x.fill_(5);
  EXPECT_TRUE(graph->Replay()[2].is_same(sum));
  EXPECT_EQ(sum.item<double>(), 15);
}

TEST_F(CudaGraphTest, CannotRecordWhatReadsNumbersBack) {
  const at::Tensor x = at::ones({}, device_);
  const CudaGraph::Work work = [&] {
    return std::vector<at::Tensor>{x * x.item<double>()};
  };
  work();
  const auto graph = MakeCudaGraph();
  EXPECT_THROW(graph->Record(work), c10::Error);
}

}  // namespace
}  // namespace bigstep
