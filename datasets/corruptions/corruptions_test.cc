#include "datasets/corruptions/corruptions.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <set>
#include <string>

#include "datasets/corruptions/testing.h"

namespace bigstep {
namespace {

std::vector<at::Tensor> OneTexture() {
  return {at::full({3, 40, 40}, 200, at::kByte)};
}

std::vector<std::string> Names(const std::vector<Corruption>& corruptions) {
  std::vector<std::string> names;
  for (const Corruption& corruption : corruptions) {
    names.push_back(corruption.name);
  }
  return names;
}

// [N, 3, 32, 32]: test images, each a little darker than the one before.
at::Tensor MakeImages(int64_t n) {
  at::Tensor images = at::empty({n, 3, 32, 32}, at::kByte);
  for (int64_t i = 0; i < n; ++i) {
    Image32 image = MakeTestImage();
    for (auto& plane : image) {
      for (uint8_t& value : plane) value -= value > i ? i : 0;
    }
    std::memcpy(images[i].data_ptr<uint8_t>(), &image, sizeof(image));
  }
  return images;
}

TEST(CorruptionsTest, StandInThePublishedOrder) {
  EXPECT_EQ(Names(MakeType0Corruptions(1, OneTexture())),
            (std::vector<std::string>{"snow", "frost", "fog", "brightness",
                                      "contrast", "spatter", "elastic", "jpeg",
                                      "pixelate", "saturate"}));
  EXPECT_EQ(Names(MakeType1Corruptions(1)),
            (std::vector<std::string>{
                "gaussian_noise", "shot_noise", "impulse_noise",
                "speckle_noise", "gaussian_blur", "defocus_blur", "glass_blur",
                "motion_blur", "zoom_blur", "original"}));
}

// Frost is held to its golden in weather_test; "original" has none.
TEST(CorruptionsTest, EachNameStandsForItsCorruptionAndLevel) {
  for (const bool type1 : {false, true}) {
    for (int k = 0; k < 10; ++k) {
      const std::string name =
          Names(type1 ? MakeType1Corruptions(1)
                      : MakeType0Corruptions(1, OneTexture()))[k];
      if (name == "frost" || name == "original") continue;
      ExpectGoldens(name,
                    [&](const Image32& image, int level, RandomStream& random) {
                      const std::vector<Corruption> corruptions =
                          type1 ? MakeType1Corruptions(level)
                                : MakeType0Corruptions(level, OneTexture());
                      return corruptions[k].apply(image, random);
                    });
    }
  }
}

TEST(CorruptionsTest, OriginalChangesNothing) {
  const at::Tensor images = MakeImages(3);
  const at::Tensor nine = at::full({3}, 9, at::kLong);
  EXPECT_TRUE(Corrupt(images, nine, MakeType1Corruptions(5), 1).equal(images));
}

// By hand: 0.75 * 100 + 0.45 * 200 = 165 at level 5.
TEST(CorruptionsTest, FrostUsesItsTextures) {
  const at::Tensor images = at::full({1, 3, 32, 32}, 100, at::kByte);
  const at::Tensor frosted = Corrupt(images, at::ones({1}, at::kLong),
                                     MakeType0Corruptions(5, OneTexture()), 1);
  EXPECT_TRUE(frosted.eq(165).all().item<bool>());
}

TEST(CorruptionsTest, EachImageHasItsOwnNumbers) {
  const std::vector<Corruption> corruptions = MakeType1Corruptions(5);
  const at::Tensor images = MakeImages(1).expand({4, 3, 32, 32});
  const at::Tensor noise = at::zeros({4}, at::kLong);
  const at::Tensor result = Corrupt(images, noise, corruptions, 1);
  EXPECT_FALSE(result[0].equal(result[1]));
  EXPECT_TRUE(result.equal(Corrupt(images, noise, corruptions, 1)));
  EXPECT_FALSE(result.equal(Corrupt(images, noise, corruptions, 2)));
  // The other images change nothing.
  const at::Tensor mixed = at::tensor({9, 0, 4, 0}, at::kLong);
  const at::Tensor some = Corrupt(images, mixed, corruptions, 1);
  EXPECT_TRUE(some[0].equal(images[0]));
  EXPECT_TRUE(some[1].equal(result[1]));
  EXPECT_TRUE(some[3].equal(result[3]));
}

TEST(CorruptionsTest, LeavesItsInputAlone) {
  const at::Tensor images = MakeImages(10);
  const at::Tensor before = images.clone();
  Corrupt(images, at::arange(10, at::kLong), MakeType1Corruptions(3), 1);
  EXPECT_TRUE(images.equal(before));
}

}  // namespace
}  // namespace bigstep
