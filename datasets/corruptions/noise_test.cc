#include "datasets/corruptions/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

// Statistics of the values of many noisy versions of a flat image.
struct Moments {
  double mean, variance;
};

constexpr int kImages = 20;
constexpr double kValues = kImages * 3 * kArea;

template <class F>
Moments Measure(uint8_t value, F corrupt) {
  const Image32 image = MakeFlatImage(value);
  double sum = 0, squares = 0;
  for (int i = 0; i < kImages; ++i) {
    RandomStream random(3, i);
    for (const auto& plane : corrupt(image, random)) {
      for (const uint8_t byte : plane) {
        sum += byte;
        squares += byte * byte;
      }
    }
  }
  const double mean = sum / kValues;
  return {mean, squares / kValues - mean * mean};
}

// Expects a mean and a standard deviation, in bytes, of values that are cut to
// bytes: which takes 1/2 from the mean and adds 1/12 to the variance.
void ExpectMoments(const Moments& found, double mean, double deviation) {
  const double variance = deviation * deviation + 1 / 12.;
  // Five standard errors, the variance's as for normal values.
  EXPECT_NEAR(found.mean, mean - 0.5, 5 * std::sqrt(variance / kValues));
  EXPECT_NEAR(found.variance / variance, 1, 5 * std::sqrt(2 / kValues));
}

TEST(NoiseTest, EqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("gaussian_noise", AddGaussianNoise);
  ExpectGoldens("impulse_noise", AddImpulseNoise);
  ExpectGoldens("speckle_noise", AddSpeckleNoise);
  ExpectGoldens("shot_noise",
                [](const Image32& image, int level, RandomStream& random) {
                  return ShotNoise(level).Add(image, random);
                });
}

// The published constants. Value 128 leaves five standard deviations on each
// side, so that next to nothing is clipped.
TEST(NoiseTest, GaussianNoiseHasThePublishedSpread) {
  const std::vector<double> sigmas = {0.04, 0.06, 0.08, 0.09, 0.10};
  for (int level = 1; level <= 5; ++level) {
    const Moments found = Measure(128, [&](const Image32& image, auto& random) {
      return AddGaussianNoise(image, level, random);
    });
    ExpectMoments(found, 128, 255 * sigmas[level - 1]);
  }
}

TEST(NoiseTest, SpeckleNoiseGrowsWithTheValue) {
  for (const uint8_t value : {40, 100}) {
    const Moments found =
        Measure(value, [](const Image32& image, auto& random) {
          return AddSpeckleNoise(image, 4, random);
        });
    ExpectMoments(found, value, 0.16 * value);
  }
  const Moments black = Measure(0, [](const Image32& image, auto& random) {
    return AddSpeckleNoise(image, 5, random);
  });
  EXPECT_EQ(black.mean, 0);
}

TEST(NoiseTest, ShotNoiseHasTheVarianceOfPhotons) {
  const ShotNoise noise(5);  // 50 photons in white.
  const auto add = [&noise](const Image32& image, auto& random) {
    return noise.Add(image, random);
  };
  // A fifth of white: Poisson(10) photons of 5.1 bytes each, cut to bytes. The
  // moments are sums over scipy.stats.poisson.pmf. Without the cut they would
  // be 51 and 10 * 5.1^2 = 260.1.
  const Moments found = Measure(51, add);
  const double mean = 50.5455;
  const double variance = 263.139;
  EXPECT_NEAR(found.mean, mean, 5 * std::sqrt(variance / kValues));
  // The fourth central moment of Poisson(10) is 310, so that squares have the
  // variance 310 - 10^2, relative to 10^2: 2.1.
  EXPECT_NEAR(found.variance / variance, 1, 5 * std::sqrt(2.1 / kValues));
  EXPECT_EQ(Measure(0, add).mean, 0);
}

TEST(NoiseTest, ImpulsesAreAsFrequentAsPublished) {
  const std::vector<double> amounts = {0.01, 0.02, 0.03, 0.05, 0.07};
  for (int level = 1; level <= 5; ++level) {
    double white = 0, black = 0;
    for (int i = 0; i < kImages; ++i) {
      RandomStream random(5, i);
      for (const auto& plane :
           AddImpulseNoise(MakeFlatImage(90), level, random)) {
        for (const uint8_t value : plane) {
          white += value == 255;
          black += value == 0;
          ASSERT_TRUE(value == 0 || value == 90 || value == 255);
        }
      }
    }
    // Five standard deviations of a binomial count.
    const double half = amounts[level - 1] / 2 * kValues;
    EXPECT_NEAR(white, half, 5 * std::sqrt(half));
    EXPECT_NEAR(black, half, 5 * std::sqrt(half));
  }
}

}  // namespace
}  // namespace bigstep
