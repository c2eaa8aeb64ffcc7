#include <ATen/ATen.h>
#include <ATen/core/Reduction.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <memory>
#include <vector>

#include "base/testing.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

at::Tensor PerExample(const at::Tensor& logits,
                      const std::vector<int64_t>& labels,
                      absl::string_view plugin = "cross_entropy") {
  return MakePlugin<LossFamily>(plugin, {})
      ->PerExample(logits, at::tensor(labels));
}

// The gradient of the summed loss.
at::Tensor Gradient(const at::Tensor& logits,
                    const std::vector<int64_t>& labels,
                    absl::string_view plugin = "cross_entropy") {
  const at::Tensor leaf = logits.clone().set_requires_grad(true);
  PerExample(leaf, labels, plugin).sum().backward();
  return leaf.grad();
}

// float32 goes a way of its own. Witness: LibTorch's function, at sizes of
// classes from the least to those of ImageNet.
TEST(CrossEntropyTest, Float32IsThatOfLibTorch) {
  at::manual_seed(1);
  for (const int64_t k : {1, 2, 3, 10, 1000}) {
    const at::Tensor labels = at::randint(k, {20}, at::kLong);
    const at::Tensor weights = at::rand({20});
    const auto loss = MakePlugin<LossFamily>("cross_entropy", {});
    const at::Tensor a = (at::randn({20, k}) * 5).requires_grad_();
    const at::Tensor b = a.detach().clone().requires_grad_();
    const at::Tensor ours = loss->PerExample(a, labels);
    const at::Tensor theirs =
        at::cross_entropy_loss(b, labels, {}, at::Reduction::None);
    EXPECT_TRUE(ours.allclose(theirs, 1e-5, 1e-6)) << k;
    (ours * weights).sum().backward();
    (theirs * weights).sum().backward();
    EXPECT_TRUE(a.grad().allclose(b.grad(), 1e-5, 1e-7)) << k;
  }
}

// Witness: LibTorch's function. A Hessian-vector product each.
TEST(CrossEntropyTest, Float32HasSecondDerivatives) {
  at::manual_seed(1);
  const at::Tensor labels = at::tensor({0, 2, 1}, at::kLong);
  const at::Tensor direction = at::randn({3, 4});
  const at::Tensor start = at::randn({3, 4});
  const auto product = [&](const auto& loss) {
    const at::Tensor leaf = start.clone().requires_grad_();
    const at::Tensor gradient =
        torch::autograd::grad({loss(leaf).square().sum()}, {leaf}, {},
                              /*retain_graph=*/true, /*create_graph=*/true)[0];
    return torch::autograd::grad({(gradient * direction).sum()}, {leaf})[0];
  };
  const at::Tensor ours = product([&](const at::Tensor& logits) {
    return MakePlugin<LossFamily>("cross_entropy", {})
        ->PerExample(logits, labels);
  });
  const at::Tensor theirs = product([&](const at::Tensor& logits) {
    return at::cross_entropy_loss(logits, labels, {}, at::Reduction::None);
  });
  EXPECT_TRUE(ours.allclose(theirs, 1e-4, 1e-5)) << ours << theirs;
}

TEST(CrossEntropyTest, KnowsLabelsBeyondTheClasses) {
  for (const int64_t label : {-1, 2}) {
    EXPECT_THROW(PerExample(at::zeros({1, 2}, at::kFloat), {label}),
                 c10::IndexError);
  }
}

// A diverged network's loss must not look finite.
TEST(CrossEntropyTest, NanInAnyLogitGivesNan) {
  for (const int64_t place : {0, 1, 2}) {
    at::Tensor logits = at::zeros({1, 3});
    logits[0][place] = std::nan("");
    EXPECT_TRUE(PerExample(logits, {1}).isnan().item<bool>()) << place;
  }
}

TEST(CrossEntropyTest, EqualLogitsGiveLogK) {
  for (const int64_t k : {2, 3, 10}) {
    const at::Tensor loss =
        PerExample(at::full({1, k}, 7.0, at::kDouble), {k - 1});
    EXPECT_NEAR(loss.item<double>(), std::log(static_cast<double>(k)), 1e-14);
  }
}

TEST(CrossEntropyTest, TwoClassesByHand) {
  const at::Tensor logits = at::tensor({2.0, 0.0, 2.0, 0.0}).view({2, 2});
  const at::Tensor loss = PerExample(logits, {0, 1});
  // One value an example, not their mean.
  ASSERT_EQ(loss.sizes(), (std::vector<int64_t>{2}));
  // log(1 + exp(-margin)).
  EXPECT_NEAR(loss[0].item<double>(), std::log(1 + std::exp(-2)), 1e-14);
  EXPECT_NEAR(loss[1].item<double>(), std::log(1 + std::exp(2)), 1e-14);
}

TEST(CrossEntropyTest, ThreeClassesByHand) {
  // softmax(log 1, log 2, log 5) = (1, 2, 5) / 8.
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).log().view({1, 3});
  EXPECT_NEAR(PerExample(logits, {0}).item<double>(), std::log(8), 1e-14);
  EXPECT_NEAR(PerExample(logits, {1}).item<double>(), std::log(4), 1e-14);
  EXPECT_NEAR(PerExample(logits, {2}).item<double>(), std::log(1.6), 1e-14);
  // The gradient is softmax - one-hot.
  EXPECT_TRUE(
      Gradient(logits, {1})
          .allclose(at::tensor({0.125, -0.75, 0.625}).view({1, 3}), 0, 1e-14));
}

TEST(CrossEntropyTest, GradientIsThatOfFiniteDifferences) {
  const at::Tensor logits =
      at::arange(12, at::kDouble).sin().mul(3).view({3, 4});
  const std::vector<int64_t> labels = {0, 3, 1};
  const at::Tensor gradient = Gradient(logits, labels);
  constexpr double kStep = 1e-5;
  for (int64_t i = 0; i < 12; ++i) {
    const auto sum_at = [&](double shift) {
      at::Tensor moved = logits.clone();
      moved.view({12})[i] += shift;
      return PerExample(moved, labels).sum().item<double>();
    };
    // Central differences: third derivative * step^2 / 6 < 1e-10, plus
    // rounding of 1e-16 * 10 / step = 1e-10.
    EXPECT_NEAR(gradient.view({12})[i].item<double>(),
                (sum_at(kStep) - sum_at(-kStep)) / (2 * kStep), 1e-9);
  }
}

TEST(CrossEntropyTest, ExtremeLogitsStayFinite) {
  const at::Tensor logits = at::tensor({1e4f, -1e4f, -1e4f, 1e4f}).view({2, 2});
  // By hand: margins of +-20000, where exp(-20000) = 0.
  EXPECT_TRUE(PerExample(logits, {0, 0}).equal(at::tensor({0.f, 20000.f})));
  EXPECT_TRUE(Gradient(logits, {0, 0})
                  .equal(at::tensor({0.f, 0.f, -1.f, 1.f}).view({2, 2})));
  // The largest floats that do not overflow when subtracted.
  const at::Tensor huge = at::tensor({1e38f, -1e38f}).view({1, 2});
  EXPECT_EQ(PerExample(huge, {1}).item<float>(), 2e38f);
}

TEST(CrossEntropyTest, AConstantAddedToAllLogitsChangesNothing) {
  const at::Tensor logits = at::arange(12, at::kDouble).sin().view({3, 4});
  EXPECT_TRUE(PerExample(logits, {0, 1, 2})
                  .allclose(PerExample(logits + 100, {0, 1, 2}), 0, 1e-12));
}

TEST(CrossEntropyTest, ConfidentMistakesCostTheirMargin) {
  // The mechanism under study: as logits grow, the loss of a wrong example
  // grows in proportion and that of a right one vanishes.
  const at::Tensor z = at::tensor({1.0, 0.0}).view({1, 2});
  for (const double scale : {10.0, 100.0, 1000.0}) {
    EXPECT_NEAR(PerExample(z * scale, {1}).item<double>() / scale, 1,
                std::exp(-scale));
    EXPECT_LE(PerExample(z * scale, {0}).item<double>(), 2 * std::exp(-scale));
  }
}

constexpr char kSmoothed[] = "{name: cross_entropy, label_smoothing: 0.3}";

TEST(CrossEntropyTest, SmoothedLabelsByHand) {
  // softmax = (1, 2, 5) / 8; the target of label 1 is (0.1, 0.8, 0.1): 0.7 for
  // the label and 0.3 / 3 for every class.
  const at::Tensor logits = at::tensor({1.0, 2.0, 5.0}).log().view({1, 3});
  EXPECT_NEAR(PerExample(logits, {1}, kSmoothed).item<double>(),
              0.1 * std::log(8) + 0.8 * std::log(4) + 0.1 * std::log(1.6),
              1e-14);
  // The gradient is softmax - target.
  EXPECT_TRUE(
      Gradient(logits, {1}, kSmoothed)
          .allclose(at::tensor({0.025, -0.55, 0.525}).view({1, 3}), 0, 1e-14));
}

TEST(CrossEntropyTest, SmoothingGivesOneValueAnExample) {
  const at::Tensor logits = at::arange(12, at::kDouble).sin().view({3, 4});
  const at::Tensor loss = PerExample(logits, {0, 3, 1}, kSmoothed);
  ASSERT_EQ(loss.sizes(), (std::vector<int64_t>{3}));
  for (int64_t i = 0; i < 3; ++i) {
    const std::vector<int64_t> label = {i == 0 ? 0 : i == 1 ? 3 : 1};
    EXPECT_NEAR(
        loss[i].item<double>(),
        PerExample(logits.slice(0, i, i + 1), label, kSmoothed).item<double>(),
        1e-14);
  }
}

TEST(CrossEntropyTest, WithSmoothingConfidenceCosts) {
  const at::Tensor logits = at::tensor({1e4f, -1e4f, -1e4f, 1e4f}).view({2, 2});
  // By hand: the other class has 0.15 of the target and a margin of 20000.
  EXPECT_TRUE(PerExample(logits, {0, 0}, kSmoothed)
                  .allclose(at::tensor({3000.f, 17000.f}), 1e-6, 0));
  EXPECT_TRUE(
      Gradient(logits, {0, 0}, kSmoothed)
          .allclose(at::tensor({0.15f, -0.15f, -0.85f, 0.85f}).view({2, 2}), 0,
                    1e-6));
}

TEST(CrossEntropyTest, WithoutSmoothingTheIdentityIsAsBeforeThereWasAny) {
  EXPECT_EQ(CanonicalJson(ParsePlugin<LossFamily>(
                              "{name: cross_entropy, label_smoothing: 0.0}")
                              .Identity()),
            R"({"name":"cross_entropy","options":{},"version":1})");
}

}  // namespace
}  // namespace bigstep
