// Any bytes as study.json are refused or reported.
#include <cstddef>
#include <cstdint>
#include <string>

#include "experiments/report/foreign_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)bigstep::UseStudy(
      std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
