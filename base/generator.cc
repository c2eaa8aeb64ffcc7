#include "base/generator.h"

#include <ATen/CPUGeneratorImpl.h>

namespace bigstep {

at::Generator MakeGenerator(uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

}  // namespace bigstep
