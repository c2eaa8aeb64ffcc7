// The image and the goldens that the tests of corruptions share.
#ifndef BIGSTEP_DATASETS_CORRUPTIONS_TESTING_H_
#define BIGSTEP_DATASETS_CORRUPTIONS_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "datasets/corruptions/image.h"
#include "datasets/corruptions/random_stream.h"

namespace bigstep {

// Gray, black and white corners, else a pattern; source_image() of
// testdata/make_goldens.py.
inline Image32 MakeTestImage() {
  Image32 image;
  for (int c = 0; c < 3; ++c) {
    for (int i = 0; i < kArea; ++i) {
      const int y = i / kSide;
      const int x = i % kSide;
      int value = (7 * x + 5 * y * (c + 1) + (x * y >> (c + 1))) & 255;
      if (x < 8 && y < 8) value = 200;
      if (x >= 24 && y < 8) value = 0;
      if (x < 8 && y >= 24) value = 255;
      image[c][i] = static_cast<uint8_t>(value);
    }
  }
  return image;
}

// An image whose every value is `value`.
inline Image32 MakeFlatImage(uint8_t value) {
  Image32 image;
  for (auto& plane : image) plane.fill(value);
  return image;
}

// The line of testdata/goldens.txt about `name` at `level`.
struct Golden {
  int64_t sum = 0;      // Of all bytes.
  std::string samples;  // Every 67th byte, in hexadecimal.
};

inline Golden FindGolden(const std::string& name, int level) {
  std::ifstream file("datasets/corruptions/testdata/goldens.txt");
  std::string line_name;
  int line_level;
  Golden golden;
  while (file >> line_name >> line_level >> golden.sum >> golden.samples) {
    if (line_name == name && line_level == level) return golden;
  }
  ADD_FAILURE() << "no golden " << name << " " << level;
  return Golden();
}

// Expects `corrupt(image, level, random)` to give the test image the very bytes
// that the libraries of the reference give it, at each level. Where compilers
// fuse multiplications and additions by default (not on x86-64), this needs
// -ffp-contract=off.
template <class F>
void ExpectGoldens(const std::string& name, F corrupt) {
  const Image32 image = MakeTestImage();
  for (int level = 1; level <= 5; ++level) {
    RandomStream random(7, level);
    const Image32 result = corrupt(image, level, random);
    const Golden golden = FindGolden(name, level);
    int64_t sum = 0;
    for (const auto& plane : result) {
      for (const uint8_t value : plane) sum += value;
    }
    EXPECT_EQ(sum, golden.sum) << name << " " << level;
    for (size_t i = 0; 2 * i < golden.samples.size(); ++i) {
      const int at = static_cast<int>(67 * i);
      EXPECT_EQ(static_cast<int>(result[at / kArea][at % kArea]),
                std::stoi(golden.samples.substr(2 * i, 2), nullptr, 16))
          << name << " " << level << " at byte " << at;
    }
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CORRUPTIONS_TESTING_H_
