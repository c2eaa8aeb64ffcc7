#include "base/seed.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <set>

namespace bigstep {
namespace {

TEST(SeedTest, ValueIsTheStartOfTheHash) {
  // First 16 digits of `printf '<trial_seed>/<stream>' | sha256sum`.
  EXPECT_EQ(Seed(3, "model/init"), 0xc88a5983794dd90fu);
  EXPECT_EQ(Seed(0, ""), 0x1ff70ec879acb377u);
  EXPECT_EQ(Seed(-1, "order"), 0x41c56c352653c199u);
  EXPECT_EQ(Seed(std::numeric_limits<int64_t>::max(), "dataset/train"),
            0x1857d0024b7fc4eau);
}

TEST(SeedTest, StreamsAndTrialsDiffer) {
  std::set<uint64_t> seeds;
  std::set<uint32_t> low;  // What LibTorch's CPU generator uses of them.
  for (int trial = 0; trial < 5; ++trial) {
    for (const char* stream : {"dataset/train", "dataset/test", "model/init",
                               "order", "order/", "1/order"}) {
      seeds.insert(Seed(trial, stream));
      low.insert(static_cast<uint32_t>(Seed(trial, stream)));
    }
  }
  EXPECT_EQ(seeds.size(), 5u * 6u);
  EXPECT_EQ(low.size(), 5u * 6u);
}

}  // namespace
}  // namespace bigstep
