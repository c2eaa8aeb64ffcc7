#include "datasets/corruptions/weather.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

// textures() of testdata/make_goldens.py.
std::vector<at::Tensor> MakeTestTextures() {
  std::vector<at::Tensor> textures;
  for (int64_t t = 0; t < 3; ++t) {
    const at::Tensor x = at::arange(44 + 3 * t, at::kLong).view({1, 1, -1});
    const at::Tensor y = at::arange(40, at::kLong).view({1, -1, 1});
    const at::Tensor c = at::arange(3, at::kLong).view({-1, 1, 1});
    textures.push_back(
        (3 * (t + 1) * x + 11 * y + 50 * c).remainder(256).to(at::kByte));
  }
  return textures;
}

TEST(WeatherTest, SnowEqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("snow", AddSnow);
}

TEST(WeatherTest, FrostEqualsTheReferenceOnEqualDraws) {
  const std::vector<at::Tensor> textures = MakeTestTextures();
  ExpectGoldens("frost", [&textures](const Image32& image, int level,
                                     RandomStream& random) {
    return AddFrost(image, level, textures, random);
  });
}

TEST(WeatherTest, FogEqualsTheReferenceOnEqualDraws) {
  ExpectGoldens("fog", AddFog);
}

TEST(WeatherTest, NoLightMeansNoFog) {
  RandomStream random(1, 1);
  EXPECT_EQ(AddFog(MakeFlatImage(0), 5, random), MakeFlatImage(0));
}

}  // namespace
}  // namespace bigstep
