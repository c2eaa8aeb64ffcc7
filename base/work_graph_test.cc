#include "base/work_graph.h"

#include <gtest/gtest.h>

namespace bigstep {
namespace {

TEST(WorkGraphTest, TheCpuHasNone) {
  const absl::Status status = CheckWorkGraphs(c10::Device(c10::kCPU));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "--cuda_graphs needs a CUDA device, not cpu; see --device");
}

}  // namespace
}  // namespace bigstep
