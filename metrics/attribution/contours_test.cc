#include "metrics/attribution/contours.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <vector>

namespace bigstep {
namespace {

TEST(SobelTest, ByHand) {
  // A step between columns 1 and 2. At both, v = (1 + 2 + 1) / 4 = 1.
  const at::Tensor step =
      at::tensor({0.f, 0.f, 1.f, 1.f, 0.f, 0.f, 1.f, 1.f, 0.f, 0.f, 1.f, 1.f})
          .view({3, 4});
  const float one = std::sqrt(0.5f);
  const at::Tensor expected = at::tensor({0.f, one, one, 0.f}).expand({3, 4});
  EXPECT_TRUE(SobelMagnitude(step.unsqueeze(0))[0].equal(expected));
  EXPECT_TRUE(SobelMagnitude(step.t().unsqueeze(0))[0].equal(expected.t()));
}

TEST(SobelTest, IsThatOfScikitImage) {
  std::ifstream file("metrics/attribution/testdata/sobel.txt");
  const std::vector<double> numbers{std::istream_iterator<double>(file), {}};
  ASSERT_EQ(numbers.size(), 30u);
  const at::Tensor image =
      at::arange(30, at::kDouble).square().mul(3).sin().view({1, 5, 6});
  const at::Tensor twice = SobelMagnitude(at::cat({image * 0, image}));
  EXPECT_TRUE(twice[0].eq(0).all().item<bool>());
  // 1e-12: the file has 13 digits.
  EXPECT_TRUE(
      at::allclose(twice[1], at::tensor(numbers).view({5, 6}), 0, 1e-12));
}

TEST(SobelTest, FlatPartsAreExactlyZero) {
  for (const float value : {0.1f, 0.3f, 0.77f}) {
    EXPECT_TRUE(
        SobelMagnitude(at::full({1, 5, 5}, value)).eq(0).all().item<bool>());
  }
}

// A bright pixel in the corner of 4 x 4: magnitudes by hand below.
at::Tensor Corner() {
  at::Tensor image = at::zeros({1, 4, 4});
  image[0][0][0] = 1;
  return image;
}

TEST(EdgePixelsTest, TakesTheGreatestWithTiesAndNoneThatAreZero) {
  // h: (0, 0) and (1, 0) have (1 + 2) / 4, (0, 1) and (1, 1) have 1 / 4; v is
  // its transpose. The squares h^2 + v^2, times 16: 18 at (0, 0), 10 at (0, 1)
  // and (1, 0), 2 at (1, 1), 0 elsewhere.
  const auto edges = [](double share) {
    return EdgePixels(Corner(), share)[0].to(at::kLong);
  };
  at::Tensor expected = at::zeros({4, 4}, at::kLong);
  expected[0][0] = 1;
  EXPECT_TRUE(edges(1. / 16).equal(expected));
  EXPECT_TRUE(edges(0.01).equal(expected));  // At least one.
  expected[0][1] = expected[1][0] = 1;
  EXPECT_TRUE(edges(2. / 16).equal(expected));   // A tie.
  EXPECT_TRUE(edges(1.6 / 16).equal(expected));  // Rounded to two.
  EXPECT_TRUE(edges(3. / 16).equal(expected));
  expected[1][1] = 1;
  EXPECT_TRUE(edges(4. / 16).equal(expected));
  EXPECT_TRUE(edges(0.9).equal(expected));
}

TEST(EdgePixelsTest, EachImageHasItsOwnAndAConstantOneHasNone) {
  const at::Tensor faint = Corner() / 10;
  const at::Tensor edges =
      EdgePixels(at::cat({Corner(), faint, at::ones({1, 4, 4})}), 0.25);
  EXPECT_EQ(edges[0].sum().item<int64_t>(), 4);
  EXPECT_TRUE(edges[1].equal(edges[0]));
  EXPECT_EQ(edges[2].sum().item<int64_t>(), 0);
}

}  // namespace
}  // namespace bigstep
