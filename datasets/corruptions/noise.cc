#include "datasets/corruptions/noise.h"

#include <algorithm>
#include <cmath>

namespace bigstep {
namespace {

constexpr std::array<double, 5> kGaussianNoiseSigma = {0.04, 0.06, 0.08, 0.09,
                                                       0.10};
constexpr std::array<double, 5> kPhotons = {500, 250, 100, 75, 50};
constexpr std::array<double, 5> kImpulses = {0.01, 0.02, 0.03, 0.05, 0.07};
constexpr std::array<double, 5> kSpeckleSigma = {0.06, 0.1, 0.12, 0.16, 0.2};

// Replaces each byte by `f` of it, red plane first.
template <class F>
Image32 Transform(const Image32& image, F f) {
  Image32 result;
  for (int c = 0; c < 3; ++c) {
    std::transform(image[c].begin(), image[c].end(), result[c].begin(), f);
  }
  return result;
}

std::vector<double> CumulativePoisson(double mean) {
  // Ten standard deviations and ten photons beyond the mean: nothing that 53
  // random bits can reach is left out.
  const int count = static_cast<int>(mean + 10 * std::sqrt(mean) + 10);
  std::vector<double> cumulative(count);
  double probability = std::exp(-mean);
  double sum = 0;
  for (int k = 0; k < count; ++k) {
    sum += probability;
    cumulative[k] = sum;
    probability *= mean / (k + 1);
  }
  return cumulative;
}

}  // namespace

Image32 AddGaussianNoise(const Image32& image, int level,
                         RandomStream& random) {
  const double sigma = kGaussianNoiseSigma[level - 1];
  return Transform(image, [sigma, &random](uint8_t byte) {
    return ToByte(byte / 255. + sigma * random.Normal());
  });
}

ShotNoise::ShotNoise(int level) : photons_(kPhotons[level - 1]) {
  for (int byte = 0; byte < 256; ++byte) {
    cumulative_.push_back(CumulativePoisson(byte / 255. * photons_));
  }
}

Image32 ShotNoise::Add(const Image32& image, RandomStream& random) const {
  return Transform(image, [this, &random](uint8_t byte) {
    // The smallest number of photons whose cumulative probability exceeds u.
    const std::vector<double>& cumulative = cumulative_[byte];
    const auto found = std::upper_bound(cumulative.begin(), cumulative.end(),
                                        random.Uniform());
    return ToByte((found - cumulative.begin()) / photons_);
  });
}

Image32 AddImpulseNoise(const Image32& image, int level, RandomStream& random) {
  const double amount = kImpulses[level - 1];
  return Transform(image, [amount, &random](uint8_t byte) -> uint8_t {
    if (random.Uniform() >= amount) return byte;
    return random.Uniform() < 0.5 ? 255 : 0;
  });
}

Image32 AddSpeckleNoise(const Image32& image, int level, RandomStream& random) {
  const double sigma = kSpeckleSigma[level - 1];
  return Transform(image, [sigma, &random](uint8_t byte) {
    const double x = byte / 255.;
    return ToByte(x + x * (sigma * random.Normal()));
  });
}

}  // namespace bigstep
