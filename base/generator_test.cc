#include "base/generator.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
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

TEST(GeneratorTest, Repeats) {
  const at::Generator first = MakeGenerator(Seed(3, "order"));
  const at::Generator second = MakeGenerator(Seed(3, "order"));
  const std::vector<uint32_t> numbers = Draw(first, 1000);
  EXPECT_EQ(Draw(second, 1000), numbers);
  // Going on gives new numbers: the two above do not share one state.
  EXPECT_NE(Draw(first, 1000), numbers);
}

TEST(GeneratorTest, DifferentSeedsDiffer) {
  EXPECT_NE(Draw(MakeGenerator(1), 10), Draw(MakeGenerator(2), 10));
}

TEST(GeneratorTest, IsTheMersenneTwisterOfTheLow32Bits) {
  const uint64_t seed = Seed(3, "model/init");
  std::mt19937 witness(0x794dd90f);  // The low 32 bits, see above.
  std::vector<uint32_t> expected(1000);
  for (uint32_t& number : expected) number = witness();
  EXPECT_EQ(Draw(MakeGenerator(seed), 1000), expected);
}

}  // namespace
}  // namespace bigstep
