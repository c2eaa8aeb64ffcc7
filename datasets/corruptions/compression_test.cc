#include "datasets/corruptions/compression.h"

#include <gtest/gtest.h>

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

TEST(CompressionTest, EqualsThePythonReference) {
  ExpectGoldens("jpeg", Fixed(CompressAsJpeg));
  ExpectGoldens("pixelate", Fixed(Pixelate));
}

// By hand: 24 pixels of 32 are 4/3 wide, so that pixel 0 has the centre of
// source pixel 0 alone within, 1 those of 1 and 2 (at 1.5 and 2.5, between 1.33
// and 2.67), 2 that of 3. Back, each of 32 shows the one below its centre.
TEST(CompressionTest, PixelatingJoinsNeighbours) {
  Image32 image = {};
  for (int i = 0; i < kArea; ++i) {
    image[0][i] = static_cast<uint8_t>(i % kSide == 1 ? 201 : 0);
  }
  const Image32 result = Pixelate(image, 4);
  // 100.5 rounds up; once across, once along columns of equal values.
  EXPECT_EQ(result[0][0], 0);
  EXPECT_EQ(result[0][1], 101);
  EXPECT_EQ(result[0][2], 101);
  EXPECT_EQ(result[0][3], 0);
}

}  // namespace
}  // namespace bigstep
