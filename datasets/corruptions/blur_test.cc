#include "datasets/corruptions/blur.h"

#include <gtest/gtest.h>

#include <set>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

// Forgets the random stream.
template <class F>
auto Fixed(F corrupt) {
  return [corrupt](const Image32& image, int level, RandomStream&) {
    return corrupt(image, level);
  };
}

TEST(BlurTest, EqualsTheReference) {
  ExpectGoldens("gaussian_blur", Fixed(BlurGaussian));
  ExpectGoldens("defocus_blur", Fixed(BlurDefocused));
  ExpectGoldens("zoom_blur", Fixed(BlurByZoom));
}

TEST(BlurTest, GlassEqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("glass_blur", BlurBehindGlass);
}

// At level 1 the Gaussian has no width: pixels only move. Those of the first
// two rows and columns stay; every other one is the copy of a pixel at most one
// to the left and one up.
TEST(BlurTest, GlassCopiesNeighbours) {
  const Image32 image = MakeTestImage();
  RandomStream random(1, 1);
  const Image32 result = BlurBehindGlass(image, 1, random);
  std::set<std::pair<int, int>> moves;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const bool walked = y > 1 && x > 1;
      bool found = false;
      for (int up = 0; up <= (walked ? 1 : 0); ++up) {
        for (int left = 0; left <= (walked ? 1 : 0); ++left) {
          const int from = (y - up) * kSide + x - left;
          bool equal = true;
          for (int c = 0; c < 3; ++c) {
            equal &= result[c][y * kSide + x] == image[c][from];
          }
          if (equal) moves.insert({up, left});
          found |= equal;
        }
      }
      EXPECT_TRUE(found) << y << " " << x;
    }
  }
  EXPECT_EQ(moves.size(), 4u);
}

}  // namespace
}  // namespace bigstep
