#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/spec_reader.h"
#include "base/testing.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

std::unique_ptr<Dataset> Make(const std::string& options, int64_t seed = 1) {
  return MakePlugin<DatasetFamily>(
      absl::StrCat("{name: teacher_student", options, "}"), {"", seed});
}

TEST(TeacherStudentTest, InputsLieOnTheSphere) {
  const auto dataset = Make(", num_inputs: 4");
  EXPECT_OK(CheckDataset(*dataset));
  const at::Tensor x = dataset->test.inputs;
  // 1e-6: rounding to float32.
  EXPECT_LT((x.norm(2, {1}) - 1).abs().max().item<double>(), 1e-6);
  // Coordinates of the sphere have mean 0 and mean square 1 / d; the variance
  // of their squares is below 3 / d^2. Six standard deviations.
  EXPECT_NEAR(x.mean().item<double>(), 0, 6 * std::sqrt(1 / 4. / 4000));
  EXPECT_NEAR(x.select(1, 0).square().mean().item<double>(), 1 / 4.,
              6 * std::sqrt(3. / 1000) / 4);
}

// On the circle the output of a unit neuron is the positive part of the cosine
// of an angle, so that three of them with signs cannot exceed 3 in magnitude,
// and the slope along the circle is at most 3.
TEST(TeacherStudentTest, UnitNeuronsBoundTheFunction) {
  for (int64_t seed = 0; seed < 20; ++seed) {
    const auto dataset = Make("", seed);
    const at::Tensor x = dataset->test.inputs.to(at::kDouble);
    const auto [angle, order] =
        at::atan2(x.select(1, 1), x.select(1, 0)).sort();
    const at::Tensor y = dataset->test.regression_targets.to(at::kDouble)
                             .squeeze(1)
                             .index_select(0, order);
    EXPECT_LE(y.abs().max().item<double>(), 3);
    EXPECT_GT(y.abs().max().item<double>(), 0.1);
    const at::Tensor rise = y.slice(0, 1) - y.slice(0, 0, -1);
    const at::Tensor run = angle.slice(0, 1) - angle.slice(0, 0, -1);
    // 1e-6: rounding to float32.
    EXPECT_TRUE(rise.abs().le(3 * run + 1e-6).all().item<bool>());
  }
}

// On the line the sphere is -1 and +1: each of three unit neurons is 1 at one
// of them and 0 at the other, so that the two targets add up to the sum of
// three signs. Without ReLU it would be 0.
TEST(TeacherStudentTest, UnitNeuronsAreHalvesOfTheLine) {
  for (int64_t seed = 0; seed < 20; ++seed) {
    const Split test = Make(", num_inputs: 1", seed)->test;
    const at::Tensor y = test.regression_targets;
    const float sum = y.masked_select(test.inputs.gt(0))[0].item<float>() +
                      y.masked_select(test.inputs.lt(0))[0].item<float>();
    EXPECT_TRUE(std::abs(sum) == 1 || std::abs(sum) == 3) << sum;
  }
}

// On the line every split has two targets.
TEST(TeacherStudentTest, OneFunctionForAllSplits) {
  const auto dataset =
      Make(", num_inputs: 1, hidden: [2, 2], unit_neurons: false, bias: true");
  const auto number_at = [](const Split& split, double x) {
    const at::Tensor rows = split.inputs.squeeze(1).eq(x).nonzero().squeeze(1);
    const at::Tensor numbers = split.regression_targets.index_select(0, rows);
    EXPECT_TRUE(numbers.eq(numbers[0]).all().item<bool>());
    return numbers[0].item<float>();
  };
  for (const double x : {-1., 1.}) {
    EXPECT_EQ(number_at(dataset->train, x), number_at(dataset->test, x));
    EXPECT_EQ(number_at(dataset->validation, x), number_at(dataset->test, x));
  }
}

TEST(TeacherStudentTest, RefusesUnitNeuronsInSeveralLayers) {
  Problems problems;
  Datasets::Get().Read(
      ReadSpec("{name: teacher_student, hidden: [2, 2]}", "test", 0, problems),
      "dataset", problems);
  EXPECT_THAT(Message(problems),
              testing::HasSubstr("unit_neurons needs one hidden layer"));
}

}  // namespace
}  // namespace bigstep
