#include "metrics/weights/quantization.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

using Values = std::vector<float>;

Values Flat(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous().view(-1);
  return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}

Values Quantize(const Values& values, int64_t bits) {
  return Flat(Quantized(at::tensor(values), bits));
}

TEST(QuantizationTest, TwoBitsKeepTheSignOfTheLargeHalf) {
  EXPECT_EQ(Quantize({4, 2.5, 1.5, 0, -1.9f, -2.1f, -4}, 2),
            (Values{4, 4, 0, 0, 0, -4, -4}));
}

TEST(QuantizationTest, ThreeBitsHaveSevenValues) {
  // The scale is 6 / 3.
  EXPECT_EQ(Quantize({6, 4.9f, 3.2f, 2.9f, 1.1f, 0.9f, -0.9f, -5.1f}, 3),
            (Values{6, 4, 4, 2, 2, 0, 0, -6}));
}

TEST(QuantizationTest, HalvesGoToTheEvenMultiple) {
  EXPECT_EQ(Quantize({6, 1, 3, 5, -1, -3, -5}, 3),
            (Values{6, 0, 4, 4, 0, -4, -4}));
}

TEST(QuantizationTest, EightBitsErrByHalfAStepAtMost) {
  const at::Tensor w = at::arange(1000, at::kDouble).sin().to(at::kFloat);
  const double step = w.abs().max().item<double>() / 127;
  const at::Tensor error = (Quantized(w, 8) - w).abs();
  // 1e-7: of the rounding to float32.
  EXPECT_LE(error.max().item<double>(), step / 2 + 1e-7);
  EXPECT_GT(error.max().item<double>(), step / 2.1);
}

TEST(QuantizationTest, IsThatOfLibtorch) {
  const at::Tensor w =
      (at::arange(1000, at::kDouble) * 0.7).sin().pow(3).to(at::kFloat);
  for (const int64_t bits : {2, 3, 4, 8, 12}) {
    const int64_t most = (int64_t{1} << (bits - 1)) - 1;
    const double step =
        w.abs().max().item<double>() / static_cast<double>(most);
    // It multiplies by 1 / step in float32: steps and values are off by 1e-7.
    EXPECT_TRUE(
        Quantized(w, bits).allclose(at::fake_quantize_per_tensor_affine(
                                        w, step, /*zero_point=*/0, -most, most),
                                    /*rtol=*/1e-6, /*atol=*/1e-6))
        << bits;
  }
}

TEST(QuantizationTest, KeepsShapesAndZeros) {
  const at::Tensor zeros = at::zeros({2, 3, 1});
  EXPECT_TRUE(Quantized(zeros, 4).equal(zeros));
  EXPECT_EQ(Quantized(at::ones({2, 3, 1}), 4).sizes(), zeros.sizes());
}

TEST(QuantizationTest, WhatIsNotFiniteGivesNaN) {
  const at::Tensor quantized =
      Quantized(at::tensor({1.f, std::numeric_limits<float>::infinity()}), 8);
  EXPECT_TRUE(quantized.isnan().any().item<bool>());
}

TEST(QuantizationTest, EachTensorHasItsScaleAndBiasesStay) {
  TinyNet net(at::tensor({6.f, 1.1f, 0.9f, -5.f}).view({2, 2}),
              at::tensor({0.3f, 0.04f, 0.06f, -0.3f}).view({2, 2}));
  net.bias().copy_(at::tensor({0.123f, 77.f}));
  TinyNet copy(net.hidden(), net.out());
  copy.bias().copy_(net.bias());
  const NetworkState before(net);
  ASSERT_OK(QuantizeWeights(net, 3, copy));
  EXPECT_TRUE(NetworkState(net) == before);
  EXPECT_EQ(Flat(copy.hidden()), (Values{6, 2, 0, -4}));
  // Steps of 0.1.
  EXPECT_TRUE(
      copy.out().allclose(at::tensor({0.3f, 0.f, 0.1f, -0.3f}).view({2, 2})));
  EXPECT_EQ(Flat(copy.bias()), (Values{0.123f, 77}));
  // From the network's weights, whatever the copy holds.
  ASSERT_OK(QuantizeWeights(net, 2, copy));
  EXPECT_EQ(Flat(copy.hidden()), (Values{6, 0, 0, -6}));
}

// Has a vector alone.
class VectorNet : public Model {
 public:
  VectorNet() : gamma_(register_parameter("gamma", at::ones({2}))) {}
  ModelOutput Forward(const at::Tensor& inputs) override {
    return {inputs, inputs};
  }

 private:
  at::Tensor gamma_;
};

TEST(QuantizationTest, NothingToQuantizeIsSaid) {
  const VectorNet net;
  VectorNet copy;
  const absl::Status status = QuantizeWeights(net, 8, copy);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(std::string(status.message()),
            "nothing to quantize: the model has no weight tensor (two or more "
            "dimensions)");
  EXPECT_EQ(CheckQuantizable(net), status);
}

}  // namespace
}  // namespace bigstep
