#include "datasets/corruptions/frost_textures.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "base/testing.h"
#include "datasets/corruptions/frost_testing.h"

namespace bigstep {
namespace {

constexpr char kAdvice[] =
    "; get the official files with `bazel run //tools:fetch_data -- frost` and "
    "name the data root with --data_root";

// cv2.resize(photo, (0, 0), fx=0.2, fy=0.2) equals these slices on all six
// published photographs (900 x 600, 560 x 315, 560 x 315, 527 x 350, 660 x 495,
// 485 x 323).
TEST(FrostTexturesTest, ShrinksPhotographsToEveryFifthPixel) {
  const std::string root = MakeTestFolder();
  WriteFrostPhotographs(root, /*height=*/163, /*width=*/201);
  const auto textures = LoadFrostTextures(root);
  ASSERT_OK(textures);
  ASSERT_EQ(textures->size(), 5u);
  for (int i = 0; i < 5; ++i) {
    const at::Tensor& texture = (*textures)[i];
    ASSERT_EQ(texture.sizes(), (at::IntArrayRef{3, 33, 40}));
    ASSERT_TRUE(texture.is_contiguous());
    for (int c = 0; c < 3; ++c) {
      for (int y = 0; y < 33; ++y) {
        for (int x = 0; x < 40; ++x) {
          ASSERT_EQ(texture[c][y][x].item<int>(),
                    FrostPixel(i, 5 * y + 2, 5 * x + 2, c));
        }
      }
    }
  }
}

TEST(FrostTexturesTest, SaysWhichPhotographIsMissing) {
  const std::string root = MakeTestFolder();
  WriteFrostPhotographs(root, 163, 163);
  const std::string path = root + "/frost/frost4.jpg";
  std::remove(path.c_str());
  const absl::Status status = LoadFrostTextures(root).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  const std::string message(status.message());
  EXPECT_NE(message.find(path), std::string::npos) << message;
  EXPECT_NE(message.find(kAdvice), std::string::npos) << message;
}

TEST(FrostTexturesTest, RefusesPhotographsWithoutRoomForACrop) {
  const std::string root = MakeTestFolder();
  WriteFrostPhotographs(root, 162, 200);
  const absl::Status status = LoadFrostTextures(root).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            root +
                "/frost/frost1.png: expected at least 163 pixels a side, "
                "found 162 x 200" +
                kAdvice);
}

TEST(FrostTexturesTest, RefusesFilesBeyondReason) {
  const std::string root = MakeTestFolder();
  WriteFrostPhotographs(root, 163, 163);
  std::filesystem::resize_file(root + "/frost/frost2.png", 65 << 20);
  const absl::Status status = LoadFrostTextures(root).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
}

TEST(FrostTexturesTest, RefusesWhatIsNoImage) {
  const std::string root = MakeTestFolder();
  WriteFrostPhotographs(root, 163, 163);
  WriteTestFile(root + "/frost/frost2.png", "");
  const absl::Status status = LoadFrostTextures(root).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            root + "/frost/frost2.png: expected an image, found an empty file" +
                kAdvice);
}

TEST(FrostTexturesTest, MadeTexturesLookLikeThePhotographs) {
  const std::vector<at::Tensor> textures = MakeFrostTextures();
  ASSERT_EQ(textures.size(), 5u);
  // Means that numpy gives for the shrunken photographs, rounded.
  const double means[5][3] = {{78, 149, 166},
                              {201, 205, 214},
                              {201, 205, 214},
                              {138, 153, 166},
                              {112, 123, 135}};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(textures[i].sizes(), (at::IntArrayRef{3, 128, 128}));
    EXPECT_EQ(textures[i].scalar_type(), at::kByte);
    for (int c = 0; c < 3; ++c) {
      // Clipping at 255 and the cut to bytes lower the mean a little.
      EXPECT_NEAR(textures[i][c].to(at::kDouble).mean().item<double>(),
                  means[i][c], 3);
    }
  }
  // As rough as the photographs: see kDecay.
  const at::Tensor green = textures[0][1].to(at::kDouble);
  const at::Tensor steps = (green.slice(1, 1) - green.slice(1, 0, 127)).abs();
  const double roughness = (steps.mean() / green.std()).item<double>();
  EXPECT_GT(roughness, 0.59);
  EXPECT_LT(roughness, 0.8);
  EXPECT_FALSE(textures[1].equal(textures[2]));
  EXPECT_TRUE(textures[4].equal(MakeFrostTextures()[4]));
}

}  // namespace
}  // namespace bigstep
