#include "models/testing.h"

#include <gtest/gtest-spi.h>

#include <limits>

namespace bigstep {
namespace {

// Expects of a tensor of two values that the first is 1.
void ExpectOne(double first, double second) {
  ExpectGolden({{"golden", {1}}}, "golden", at::tensor({first, second}), 1e-4);
}

TEST(ExpectGoldenTest, TakesErrorsWithinTheTolerance) {
  ExpectOne(1 + 0.9e-4, 7);
  ExpectOne(1 - 0.9e-4, 7);
  EXPECT_NONFATAL_FAILURE(ExpectOne(1 + 1.1e-4, 7), "golden");
  EXPECT_NONFATAL_FAILURE(ExpectOne(1 - 1.1e-4, 7), "golden");
}

TEST(ExpectGoldenTest, RefusesWhatIsNotFinite) {
  using Limits = std::numeric_limits<double>;
  EXPECT_FATAL_FAILURE(ExpectOne(Limits::quiet_NaN(), 7), "golden");
  EXPECT_FATAL_FAILURE(ExpectOne(Limits::infinity(), 7), "golden");
  // Where no number was written down as well.
  EXPECT_FATAL_FAILURE(ExpectOne(1, Limits::quiet_NaN()), "golden");
  EXPECT_FATAL_FAILURE(ExpectOne(1, -Limits::infinity()), "golden");
}

}  // namespace
}  // namespace bigstep
