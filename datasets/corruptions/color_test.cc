#include "datasets/corruptions/color.h"

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

TEST(ColorTest, EqualsTheReference) {
  ExpectGoldens("brightness", Fixed(Brighten));
  ExpectGoldens("contrast", Fixed(ReduceContrast));
  ExpectGoldens("saturate", Fixed(Saturate));
}

// By hand. Each colour has its hue in another sixth of the circle; value 0.5
// grows by 0.1, so that everything grows by a factor 1.2.
TEST(ColorTest, BrighteningKeepsTheHue) {
  const int colors[][3] = {{128, 64, 0}, {64, 128, 0}, {0, 128, 64},
                           {0, 64, 128}, {64, 0, 128}, {128, 0, 64}};
  Image32 image = {};
  for (int i = 0; i < 6; ++i) {
    for (int c = 0; c < 3; ++c) {
      image[c][i] = static_cast<uint8_t>(colors[i][c]);
    }
  }
  const Image32 bright = Brighten(image, 2);
  for (int i = 0; i < 6; ++i) {
    for (int c = 0; c < 3; ++c) {
      // 128 + 25.5, and half of it; cut.
      const int expected = colors[i][c] == 128  ? 153
                           : colors[i][c] == 64 ? 76
                                                : 0;
      EXPECT_EQ(static_cast<int>(bright[c][i]), expected) << i << " " << c;
    }
  }
}

}  // namespace
}  // namespace bigstep
