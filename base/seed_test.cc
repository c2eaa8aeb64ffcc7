#include "base/seed.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace bigstep {
namespace {

// The next `n` raw numbers of `generator`.
std::vector<uint32_t> Draw(const at::Generator& generator, int n) {
  std::vector<uint32_t> numbers(n);
  for (uint32_t& number : numbers) {
    number = generator.get<at::CPUGeneratorImpl>()->random();
  }
  return numbers;
}

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

TEST(SeedTest, GeneratorRepeats) {
  const at::Generator first = MakeGenerator(Seed(3, "order"));
  const at::Generator second = MakeGenerator(Seed(3, "order"));
  const std::vector<uint32_t> numbers = Draw(first, 1000);
  EXPECT_EQ(Draw(second, 1000), numbers);
  // Going on gives new numbers: the two above do not share one state.
  EXPECT_NE(Draw(first, 1000), numbers);
}

TEST(SeedTest, GeneratorsOfDifferentSeedsDiffer) {
  EXPECT_NE(Draw(MakeGenerator(1), 10), Draw(MakeGenerator(2), 10));
}

TEST(SeedTest, GeneratorIsTheMersenneTwisterOfTheLow32Bits) {
  const uint64_t seed = Seed(3, "model/init");
  std::mt19937 witness(0x794dd90f);  // The low 32 bits, see above.
  std::vector<uint32_t> expected(1000);
  for (uint32_t& number : expected) number = witness();
  EXPECT_EQ(Draw(MakeGenerator(seed), 1000), expected);
}

}  // namespace
}  // namespace bigstep
