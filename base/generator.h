// LibTorch's random generators, started from a seed.
#ifndef BIGSTEP_BASE_GENERATOR_H_
#define BIGSTEP_BASE_GENERATOR_H_

#include <ATen/core/Generator.h>

#include <cstdint>

#include "base/seed.h"

namespace bigstep {

// A CPU generator in the state that `seed` gives. LibTorch's CPU generator is
// a Mersenne Twister that uses the low 32 bits of a seed.
at::Generator MakeGenerator(uint64_t seed);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_GENERATOR_H_
