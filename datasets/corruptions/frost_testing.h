// Stand-ins for the photographs of frost, for tests.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_FROST_TESTING_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_FROST_TESTING_H_

#include <cstdint>
#include <string>

namespace bigstep {

// Value of channel `c` of the pixel (y, x) of photograph i, 0 to 4.
inline uint8_t FrostPixel(int i, int y, int x, int c) {
  return static_cast<uint8_t>(100 + 20 * i + 5 * c + (3 * x + 7 * y) % 40);
}

// Writes the five photographs that frost uses into `<root>/frost/`. All are
// PNG: the two that are named .jpg as well, so that no value is lost.
void WriteFrostPhotographs(const std::string& root, int height, int width);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_FROST_TESTING_H_
