// Random numbers for one image.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_RANDOM_STREAM_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_RANDOM_STREAM_H_

#include <cstdint>

namespace bigstep {

// The generator SplitMix64 (Steele, Lea and Flood, OOPSLA 2014,
// doi:10.1145/2660193.2660195): advances `state` and returns 64 random bits.
uint64_t NextSplitMix64(uint64_t& state);

// A stream of random numbers that (seed, index) decides, index being the
// image's: so an image looks the same whichever others are made, in whatever
// order. SplitMix64 costs nothing to start, which happens once for each image.
// The distributions are our own because those of <random> give other numbers
// with another standard library.
class RandomStream {
 public:
  RandomStream(uint64_t seed, uint64_t index);

  // In [0, 1), 53 bits.
  double Uniform();

  double Uniform(double low, double high) {
    return low + (high - low) * Uniform();
  }

  // Mean 0, variance 1.
  double Normal();

  // In [0, n), n far below 2^53.
  int64_t Below(int64_t n) { return static_cast<int64_t>(Uniform() * n); }

 private:
  uint64_t state_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_RANDOM_STREAM_H_
