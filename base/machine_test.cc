#include "base/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/device.h"

namespace bigstep {
namespace {

using ::testing::AnyOf;
using ::testing::MatchesRegex;

TEST(MachineTest, NamesTheVectorInstructions) {
  EXPECT_THAT(CpuCapability(), MatchesRegex("[A-Za-z0-9_ ]+"));
  EXPECT_NE(CpuCapability(), "unknown");
}

TEST(MachineTest, NamesTheSystemAndNothingElse) {
  EXPECT_THAT(OperatingSystem(), MatchesRegex("Linux [^ ,]+ [^ ,]+(, .+)?"));
}

TEST(MachineTest, NamesWhatComputes) {
  const Json versions = LibraryVersions();
  for (const char* library : {"libtorch", "glibc", "nlohmann_json"}) {
    EXPECT_THAT(versions.at(library).get<std::string>(),
                MatchesRegex("[0-9]+\\.[0-9].*"))
        << library;
  }
  EXPECT_TRUE(versions.contains("blas"));
}

TEST(MachineTest, TheCpuIsNoGpu) {
  EXPECT_TRUE(DescribeGpu(c10::kCPU).is_null());
}

TEST(MachineTest, WithoutADriverTheGpuIsUnknown) {
  const Json gpu = DescribeGpu(c10::Device(c10::kCUDA, 0));
  EXPECT_TRUE(gpu.at("name").is_null() || gpu.at("name").is_string());
}

TEST(MachineTest, CountsTheThreadsThatConfigureComputeLeft) {
  ConfigureCompute();
  const Json threads = ThreadsInForce();
  EXPECT_EQ(threads.at("intra_op"), 1);
  EXPECT_EQ(threads.at("inter_op"), 1);
  EXPECT_THAT(threads.at("blas"), AnyOf(Json(1), Json(nullptr)));
}

TEST(MachineTest, TheMostMemoryEverUsedStaysKnown) {
  constexpr int64_t kBlock = int64_t{64} << 20;
  ResetPeakMemory();
  const int64_t before = PeakMemoryBytes();
  EXPECT_GT(before, 0);
  {
    std::vector<char> block(kBlock);
    // Compilers may leave out memory that nobody looks at.
    for (size_t i = 0; i < block.size(); i += 1024) {
      const_cast<volatile char&>(block[i]) = 1;
    }
  }
  // Pages that were never touched before: nearly all of the block.
  EXPECT_GE(PeakMemoryBytes(), before + kBlock * 9 / 10);
}

}  // namespace
}  // namespace bigstep
