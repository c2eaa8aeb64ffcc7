#include "datasets/images/image_transform.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "datasets/images/golden_lines_testing.h"

namespace bigstep {
namespace {

// Witness: torchvision 0.14.1, CenterCrop, Resize and CenterCrop in turn.
TEST(ImageTransformTest, TestFramingAgreesWithTorchvision) {
  for (std::istringstream& line : GoldenLines("centered.txt")) {
    const int64_t height = ReadInt(line), width = ReadInt(line);
    ImageTransform transform;
    transform.size = ReadInt(line);
    transform.center = ReadInt(line);
    std::string sides;
    line >> sides;
    transform.sides = sides == "both" ? ImageTransform::Sides::kBoth
                                      : ImageTransform::Sides::kShorter;
    transform.resized = ReadInt(line);
    const std::vector<int64_t> shape = {3, transform.size, transform.size};
    const at::Tensor expected = ReadBytes(line, shape);
    at::Tensor found = at::empty(shape, at::kByte);
    Resample(MakePattern(height, width), FrameCenter(transform, height, width),
             found.data_ptr<uint8_t>());
    EXPECT_TRUE(found.equal(expected)) << line.str();
  }
}

// Witness: RandomResizedCrop.get_params of torchvision 0.14.1.
TEST(ImageTransformTest, RandomBoxesAgreeWithTorchvision) {
  for (std::istringstream& line : GoldenLines("random_boxes.txt")) {
    const int64_t height = ReadInt(line), width = ReadInt(line);
    RandomCrop crop;
    line >> crop.min_scale >> crop.max_scale >> crop.min_ratio >>
        crop.max_ratio;
    std::vector<double> draws(kFramingDraws);
    for (double& draw : draws) line >> draw;
    Box expected;
    line >> expected.top >> expected.left >> expected.height >> expected.width;
    ASSERT_FALSE(line.fail());
    const Framing framing = FrameRandomly(crop, 8, height, width, draws.data());
    EXPECT_EQ(framing.source, expected)
        << line.str() << ": " << framing.source.top << " "
        << framing.source.left << " " << framing.source.height << " "
        << framing.source.width;
    EXPECT_EQ(framing.window, (Box{0, 0, 8, 8}));
  }
}

TEST(ImageTransformTest, HalfOfTheDrawsMirror) {
  std::vector<double> draws(kFramingDraws, 0.5);
  EXPECT_FALSE(FrameRandomly({}, 4, 10, 10, draws.data()).mirrored);
  draws[0] = 0.499;
  EXPECT_TRUE(FrameRandomly({}, 4, 10, 10, draws.data()).mirrored);
}

TEST(ImageTransformTest, TheLargestDrawStaysInside) {
  const std::vector<double> draws(kFramingDraws, 0x1.fffffffffffffp-1);
  const Box box =
      FrameRandomly({0.5, 0.6, 1, 1}, 4, 10, 12, draws.data()).source;
  // By hand: sqrt(0.6 * 120) = 8.49 rounds to 8.
  EXPECT_EQ(box, (Box{2, 4, 8, 8}));
}

// A box of ratio 4 in a column one pixel wide would have no pixel.
TEST(ImageTransformTest, ExtremeImagesLeaveAPixel) {
  const std::vector<double> draws(kFramingDraws, 0.5);
  const Framing framing = FrameRandomly({1, 1, 4, 5}, 4, 30, 1, draws.data());
  EXPECT_EQ(framing.source, (Box{14, 0, 1, 1}));
}

TEST(ImageTransformTest, TextTellsTransformsApart) {
  ImageTransform transform;
  EXPECT_EQ(transform.ToString(), "size 224 center 0 both sides 224");
  transform.sides = ImageTransform::Sides::kShorter;
  transform.random_crop = {0.1, 1, 0.75, 1.5};
  EXPECT_EQ(transform.ToString(),
            "size 224 center 0 shorter side 224 random crop "
            "0.10000000000000001 1 0.75 1.5");
}

}  // namespace
}  // namespace bigstep
