// What every optimizer, loss, regularizer and schedule must do.
#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/generator.h"
#include "base/named_tensors.h"
#include "experiments/conformance/testing.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"
#include "optimizers/schedule.h"

namespace bigstep {
namespace {

class OptimizerConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Optimizer> Make(const NamedTensors& parameters,
                                  const Json& changes = Json::object()) {
    return MakeOptimizer(GetParam(), parameters, changes);
  }

  // {weight_decay: 0} if the optimizer has decay of its own.
  Json WithoutDecay() const {
    Json changes = Json::object();
    for (const Field& field :
         Optimizers::Get().Find(GetParam())->table->fields()) {
      if (field.name == "weight_decay") changes[field.name] = 0;
    }
    return changes;
  }
};

INSTANTIATE_TEST_SUITE_P(All, OptimizerConformanceTest,
                         testing::ValuesIn(Optimizers::Get().Names()),
                         CaseName);

TEST_P(OptimizerConformanceTest, LearnsXor) {
  at::Tensor y = at::tensor({0, 1, 1, 0}, at::kFloat).view({4, 1});
  at::Tensor x = at::tensor({0, 0, 0, 1, 1, 0, 1, 1}, at::kFloat).view({4, 2});
  x = at::cat({x, at::ones({4, 1})}, 1);  // A constant input is the bias.
  constexpr int kSteps = 2000;
  const auto learn = [&](double lr, bool decays) {
    at::Generator generator = MakeGenerator(5);
    at::Tensor first = at::empty({16, 3}).normal_(0, 1, generator);
    at::Tensor second = at::empty({1, 16}).normal_(0, 0.3, generator);
    for (at::Tensor* w : {&first, &second}) w->set_requires_grad(true);
    // If it scales both, asam takes more than 2000 steps.
    const auto optimizer =
        Make({{"weight", first}, {"second", second}}, {{"lr", lr}});
    double loss = 0;
    for (int step = 0; step < kSteps; ++step) {
      const auto gradients = [&] {
        for (at::Tensor* w : {&first, &second}) w->mutable_grad().reset();
        const at::Tensor output =
            at::linear(at::tanh(at::linear(x, first)), second);
        at::Tensor mean = (output - y).square().mean();
        mean.backward();
        return mean.detach();
      };
      const double scale =
          decays ? 1 - static_cast<double>(step) / kSteps : 1.0;
      loss = optimizer->Step(gradients, scale).item<double>();
    }
    return loss;
  };
  const double constant = learn(0.1, false);
  // Steps of a fixed size, as by the sign of the gradient, must become small.
  const double decaying = constant < 0.01 ? constant : learn(0.01, true);
  // Guessing 1/2 everywhere gives 0.25.
  EXPECT_LT(decaying, 0.01)
      << "with an lr of 0.01 that falls to 0; with a constant one of 0.1 the "
         "loss was "
      << constant;
}

TEST_P(OptimizerConformanceTest, WithoutDecayAZeroGradientMovesNothingAtFirst) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"weight", w}}, WithoutDecay());
  optimizer->Step(
      [&] {
        w.mutable_grad() = w.detach() * 0;  // NaN wherever w is not finite.
        return at::zeros({});
      },
      1);
  EXPECT_TRUE(at::equal(w.detach(), at::full({3}, 2.0)));
}

TEST_P(OptimizerConformanceTest, ALearningRateOfZeroMovesNothing) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"weight", w}});
  optimizer->Step(
      [&] {
        w.mutable_grad() = at::ones({3});
        return at::ones({});
      },
      /*lr_scale=*/0);
  EXPECT_TRUE(at::equal(w.detach(), at::full({3}, 2.0)));
}

TEST_P(OptimizerConformanceTest, LeavesTheGradientAsTheLastCallMadeIt) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"weight", w}});
  double last = 0;
  for (int step = 0; step < 3; ++step) {
    optimizer->Step(
        [&] {
          last += 0.5;
          w.mutable_grad() = at::full({3}, last);
          return at::ones({});
        },
        1);
    EXPECT_TRUE(at::equal(w.grad(), at::full({3}, last)));
  }
}

TEST_P(OptimizerConformanceTest, ReturnsTheLossOfTheFirstCall) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"weight", w}});
  double calls = 0;
  const at::Tensor loss = optimizer->Step(
      [&] {
        EXPECT_TRUE(calls > 0 || at::equal(w.detach(), at::full({3}, 2.0)));
        w.mutable_grad() = at::ones({3});
        return at::full({}, ++calls);
      },
      1);
  EXPECT_EQ(loss.item<double>(), 1);
}

TEST_P(OptimizerConformanceTest, AParameterWithoutAGradientStays) {
  at::Tensor w = at::full({3}, 2.0).set_requires_grad(true);
  at::Tensor unused = at::full({2}, 5.0).set_requires_grad(true);
  const auto optimizer = Make({{"unused", unused}, {"weight", w}});
  for (int step = 0; step < 2; ++step) {
    optimizer->Step(
        [&] {
          w.mutable_grad() = at::ones({3});
          return at::ones({});
        },
        1);
  }
  EXPECT_TRUE(at::equal(unused.detach(), at::full({2}, 5.0)));
  EXPECT_FALSE(at::equal(w.detach(), at::full({3}, 2.0)));
}

// ---- Losses and regularizers: gradients against finite differences. ----

// The largest difference between the gradient of `f` at `x` [n] float64 and
// central differences, relative to the largest gradient.
template <class F>
double GradientError(const F& f, const at::Tensor& x) {
  at::Tensor point = x.clone().set_requires_grad(true);
  f(point).backward();
  const at::Tensor gradient = point.grad();
  constexpr double kStep = 1e-6;
  double worst = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {
    at::Tensor up = x.clone(), down = x.clone();
    up.view(-1)[i] += kStep;
    down.view(-1)[i] -= kStep;
    const double slope =
        (f(up) - f(down)).template item<double>() / (2 * kStep);
    worst =
        std::max(worst, std::abs(slope - gradient.view(-1)[i].item<double>()));
  }
  return worst / gradient.abs().max().item<double>();
}

class LossConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Loss> loss_ =
      Losses::Get().Make(Default(Losses::Get(), GetParam()), {}).value();
  at::Generator generator_ = MakeGenerator(1);
  at::Tensor targets_ = SomeTargets(*loss_, 3, 3, generator_);
};

INSTANTIATE_TEST_SUITE_P(All, LossConformanceTest,
                         testing::ValuesIn(Losses::Get().Names()), CaseName);

TEST_P(LossConformanceTest, GradientEqualsFiniteDifferences) {
  const at::Tensor logits =
      at::tensor({1.0, -2.0, 0.5, 0.3, 0.2, -1.0, 2.0, 1.0, 0.0}, at::kDouble)
          .view({3, 3});
  const auto mean = [&](const at::Tensor& z) {
    return loss_->PerExample(z, targets_).mean();
  };
  // Central differences err by about step^2 = 1e-12 and rounding / step =
  // 1e-10.
  EXPECT_LT(GradientError(mean, logits), 1e-8);
}

TEST_P(LossConformanceTest, IsFiniteAndNonNegativeAtExtremeLogits) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    for (const double size : {1e4, -1e4}) {
      const at::Tensor logits =
          at::tensor({size, 0.0, -size, 0.0, size, 0.0, -size, size, size})
              .view({3, 3})
              .to(type)
              .set_requires_grad(true);
      const at::Tensor values = loss_->PerExample(logits, targets_);
      EXPECT_EQ(values.sizes().vec(), std::vector<int64_t>{3});
      EXPECT_EQ(values.scalar_type(), type);
      EXPECT_TRUE(at::isfinite(values).all().item<bool>());
      EXPECT_TRUE(values.ge(0).all().item<bool>());
      values.mean().backward();
      EXPECT_TRUE(at::isfinite(logits.grad()).all().item<bool>());
    }
  }
}

class RegularizerConformanceTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Regularizer> regularizer_ =
      Regularizers::Get()
          .Make(Default(Regularizers::Get(), GetParam()), {})
          .value();
};

INSTANTIATE_TEST_SUITE_P(All, RegularizerConformanceTest,
                         testing::ValuesIn(Regularizers::Get().Names()),
                         CaseName);

TEST_P(RegularizerConformanceTest, GradientEqualsFiniteDifferences) {
  const at::Tensor w =
      at::tensor({1.0, -2.0, 0.5, 0.25, -3.0, 0.75}, at::kDouble).view({2, 3});
  const auto penalty = [&](const at::Tensor& x) {
    return regularizer_->Penalty({{"weight", x}});
  };
  EXPECT_LT(GradientError(penalty, w), 1e-8);  // See the losses above.
}

TEST_P(RegularizerConformanceTest, IsZeroAndFlatAtZeroWeights) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const at::Tensor w = at::zeros({2, 3}, type).set_requires_grad(true);
    const at::Tensor penalty = regularizer_->Penalty({{"weight", w}});
    EXPECT_EQ(penalty.item<double>(), 0);
    penalty.backward();
    EXPECT_TRUE(at::equal(w.grad(), at::zeros({2, 3}, type)));
  }
}

TEST_P(RegularizerConformanceTest, IsAScalarThatGrowsWithTheWeights) {
  const at::Tensor w = at::full({2, 3}, 2.0);
  const at::Tensor small = regularizer_->Penalty({{"a", w}, {"b", w}});
  EXPECT_EQ(small.dim(), 0);
  EXPECT_GE(small.item<double>(), 0);
  EXPECT_GT(regularizer_->Penalty({{"a", w * 2}, {"b", w}}).item<double>(),
            small.item<double>());
}

TEST_P(RegularizerConformanceTest, AddsTheGradientOfItsPenalty) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const at::Tensor w = at::tensor({1.0, -2.0, 0.5, 0.25, -3.0, 0.75}, type)
                             .view({2, 3})
                             .set_requires_grad(true);
    const at::Tensor b = at::tensor({0.5, -1.5}, type).set_requires_grad(true);
    const NamedTensors parameters = {{"weight", w}, {"bias", b}};
    const at::Tensor penalty = regularizer_->Penalty(parameters);
    // Witness: autograd.
    const auto gradients = torch::autograd::grad(
        {penalty}, {w, b}, {}, /*retain_graph=*/false, /*create_graph=*/false,
        /*allow_unused=*/true);
    w.mutable_grad() = at::ones_like(w);  // Of a loss; b has none.
    const at::Tensor returned = regularizer_->AddGradient(parameters);
    EXPECT_FALSE(returned.requires_grad());
    EXPECT_TRUE(at::allclose(returned, penalty.detach(), 1e-6));
    EXPECT_TRUE(at::allclose(w.grad(), gradients[0] + 1, 1e-6));
    EXPECT_EQ(b.grad().defined(), gradients[1].defined());
    if (b.grad().defined()) {
      EXPECT_TRUE(at::allclose(b.grad(), gradients[1], 1e-6));
    }
  }
}

// ---- Schedules. ----

class ScheduleConformanceTest : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(All, ScheduleConformanceTest,
                         testing::ValuesIn(Schedules::Get().Names()), CaseName);

TEST_P(ScheduleConformanceTest, ScalesAreFiniteAndNotNegative) {
  const auto schedule =
      Schedules::Get().Make(Default(Schedules::Get(), GetParam()), {100});
  ASSERT_OK(schedule);
  for (int64_t step = 0; step < 100; ++step) {
    const double scale = (*schedule)->LrScale(step);
    EXPECT_TRUE(std::isfinite(scale) && scale >= 0) << step << ": " << scale;
  }
}

// Rates near the end of float32's range, alone and multiplied by options and
// schedules, are results, not errors of LibTorch's conversions.
TEST_P(OptimizerConformanceTest, ExtremeLearningRatesDiverge) {
  std::vector<Json> changes = {Json::object()};
  for (const Field& field :
       Optimizers::Get().Find(GetParam())->table->fields()) {
    if (field.name == "base") {
      changes.push_back({{"base", "adam"}});
      changes.push_back({{"base", "adamw"}});
    }
    if (field.name == "weight_decay") changes.push_back({{field.name, 1e30}});
    if (field.name == "beta1") changes.push_back({{field.name, 0.999999}});
  }
  for (Json change : changes) {
    for (const double lr_scale : {1.0, 1e10, 1e300}) {
      change["lr"] = 3.4e38;
      at::Tensor w = at::full({2}, 2.0).set_requires_grad(true);
      const auto optimizer = Make({{"weight", w}}, change);
      // Steps of a fixed size may lead from one far end to the other and to
      // the start.
      bool far = false;
      for (int step = 0; step < 3; ++step) {
        optimizer->Step(
            [&] {
              w.mutable_grad() = w.detach() * 10;
              return at::zeros({});
            },
            lr_scale);
        far = far || !w.detach().abs().lt(1e30).any().item<bool>();
      }
      EXPECT_TRUE(far) << change << " " << lr_scale << " " << w;
    }
  }
}

TEST_P(OptimizerConformanceTest, TinyLearningRatesMoveNothing) {
  at::Tensor w = at::full({2}, 2.0).set_requires_grad(true);
  const auto optimizer = Make({{"weight", w}}, {{"lr", 1e-300}});
  optimizer->Step(
      [&] {
        w.mutable_grad() = at::full({2}, 10.0);
        return at::zeros({});
      },
      1);
  EXPECT_TRUE(w.detach().equal(at::full({2}, 2.0))) << w;
}

}  // namespace
}  // namespace bigstep
