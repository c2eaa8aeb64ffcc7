#include "base/tensor_checks.h"

#include <ATen/Functions.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace bigstep {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

at::Tensor Longs(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

TEST(TensorChecksTest, ShapeAndTypeAsExpectedPass) {
  const at::Tensor images = at::zeros({2, 3}, at::kFloat);
  EXPECT_TRUE(CheckTensor(images, {2, 3}, at::kFloat, "images").ok());
  EXPECT_TRUE(CheckTensor(images, {-1, 3}, at::kFloat, "images").ok());
  EXPECT_TRUE(CheckTensor(images, {-1, -1}, at::kFloat, "images").ok());
  // A scalar has no sizes; an empty tensor may have any type.
  EXPECT_TRUE(CheckTensor(at::zeros({}, at::kLong), {}, at::kLong, "n").ok());
  EXPECT_TRUE(
      CheckTensor(at::zeros({0, 3}, at::kByte), {-1, 3}, at::kByte, "x").ok());
}

TEST(TensorChecksTest, MessagesSayWhatWasExpectedAndFound) {
  struct Case {
    at::Tensor tensor;
    std::string message;
  };
  const std::vector<Case> cases = {
      {at::zeros({2, 4}, at::kFloat),
       "logits: expected [-1, 3] Float, found [2, 4] Float"},
      {at::zeros({3}, at::kFloat),
       "logits: expected [-1, 3] Float, found [3] Float"},
      {at::zeros({2, 3, 1}, at::kFloat),
       "logits: expected [-1, 3] Float, found [2, 3, 1] Float"},
      {at::zeros({2, 3}, at::kDouble),
       "logits: expected [-1, 3] Float, found [2, 3] Double"},
      {at::zeros({}, at::kLong),
       "logits: expected [-1, 3] Float, found [] Long"},
      {at::Tensor(), "logits: expected [-1, 3] Float, found no tensor"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(CheckTensor(c.tensor, {-1, 3}, at::kFloat, "logits"),
              absl::InternalError(c.message));
  }
}

TEST(TensorChecksTest, FiniteTensorsPass) {
  EXPECT_TRUE(CheckFinite(at::tensor({0.0, -1e300}), "w").ok());
  EXPECT_TRUE(CheckFinite(at::zeros({0}), "w").ok());
  EXPECT_TRUE(CheckFinite(Longs({1, 2}), "w").ok());
}

TEST(TensorChecksTest, NonFiniteValuesAreCounted) {
  EXPECT_EQ(CheckFinite(at::tensor({1.0, kNan, kInf, -kInf, 0.0}), "w"),
            absl::InternalError(
                "w: expected finite values, found 3 of 5 that are not"));
  EXPECT_EQ(
      CheckFinite(at::full({2, 2}, kNan, at::kFloat), "w"),
      absl::InternalError("w: expected finite values, found 4 of 4 that are "
                          "not"));
}

TEST(TensorChecksTest, RangeIncludesItsLowerEndOnly) {
  EXPECT_TRUE(CheckInRange(Longs({0, 9, 5}), 0, 10, "labels").ok());
  EXPECT_TRUE(CheckInRange(Longs({-3}), -3, -2, "labels").ok());
  EXPECT_TRUE(CheckInRange(Longs({}), 0, 0, "labels").ok());
  EXPECT_EQ(
      CheckInRange(Longs({3, 10, 1}), 0, 10, "labels"),
      absl::InternalError("labels: expected values in [0, 10), found 1 to 10"));
  EXPECT_EQ(
      CheckInRange(Longs({3, -1}), 0, 10, "labels"),
      absl::InternalError("labels: expected values in [0, 10), found -1 to 3"));
}

}  // namespace
}  // namespace bigstep
