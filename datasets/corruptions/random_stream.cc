#include "datasets/corruptions/random_stream.h"

#include <cmath>
#include <numbers>

namespace bigstep {
namespace {

// The output function: scrambles a state.
uint64_t Mix(uint64_t z) {
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

}  // namespace

uint64_t NextSplitMix64(uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  return Mix(state);
}

// Scrambled, since the states of one stream lie a fixed distance apart: two
// streams whose first states did so as well would share their numbers.
RandomStream::RandomStream(uint64_t seed, uint64_t index)
    : state_(Mix(Mix(seed) + index)) {}

double RandomStream::Uniform() {
  return static_cast<double>(NextSplitMix64(state_) >> 11) * 0x1p-53;
}

// Box and Muller, Annals of Mathematical Statistics 29 (1958). The second
// number of the pair is left unused: keeping it would be state.
double RandomStream::Normal() {
  const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
  return radius * std::cos(2 * std::numbers::pi * Uniform());
}

}  // namespace bigstep
