// Tools for the tests of optimizers.
#ifndef BIGSTEP_OPTIMIZERS_TESTING_H_
#define BIGSTEP_OPTIMIZERS_TESTING_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "optimizers/optimizer.h"

namespace bigstep {

// A leaf that is trained.
inline at::Tensor Parameter(const at::Tensor& values) {
  return values.clone().set_requires_grad(true);
}

// Gives the same gradient at every call, whatever the weights, and the loss 0:
// steps can then be computed by hand.
class FixedGradient {
 public:
  FixedGradient(at::Tensor parameter, at::Tensor gradient)
      : parameter_(parameter), gradient_(gradient) {}

  at::Tensor operator()() const {
    parameter_.mutable_grad() = gradient_.clone();
    return at::zeros({}, at::kDouble);
  }

 private:
  at::Tensor parameter_;
  at::Tensor gradient_;
};

// A regression with one layer in float64 that testdata/make_goldens.py builds
// alike; the data of step t come from formulas.
class SmallRegression {
 public:
  SmallRegression()
      : weight_(Parameter((Count(6) + 0.5).sin().view({3, 2}))),
        bias_(Parameter(Count(3).cos())) {}

  NamedTensors parameters() const {
    return {{"weight", weight_}, {"bias", bias_}};
  }

  GradientFn Gradients(int step) const {
    return [this, step] {
      weight_.mutable_grad().reset();
      bias_.mutable_grad().reset();
      at::Tensor loss = Loss(step);
      loss.backward();
      return loss.detach();
    };
  }

  at::Tensor Loss(int step) const {
    const at::Tensor inputs = (Count(8) + 8 * step).sin().view({4, 2});
    const at::Tensor targets = (Count(12) + 12 * step).cos().view({4, 3});
    return (at::linear(inputs, weight_, bias_).tanh() - targets)
        .square()
        .mean();
  }

  // Weight, then bias.
  std::vector<double> Values() const {
    const at::Tensor all =
        at::cat({weight_.detach().flatten(), bias_.detach()});
    return {all.data_ptr<double>(), all.data_ptr<double>() + all.numel()};
  }

 private:
  static at::Tensor Count(int64_t n) { return at::arange(n, at::kDouble); }

  at::Tensor weight_;
  at::Tensor bias_;
};

// Expects `optimizer`, made for the parameters of `problem` with lr 0.5, to go
// where PyTorch went according to optimizers/testdata/`golden`.
inline void ExpectGoldenSteps(Optimizer& optimizer,
                              const SmallRegression& problem,
                              const std::string& golden) {
  // The file has 13 digits of numbers up to 10, and both sides round in float64
  // only. Any wrong formula is off by far more.
  constexpr double kTolerance = 1e-11;
  std::ifstream file("optimizers/testdata/" + golden);
  int step = 0;
  for (double expected; file >> expected; ++step) {
    SCOPED_TRACE(step);
    const at::Tensor loss =
        optimizer.Step(problem.Gradients(step), 1 / (1 + 0.1 * step));
    EXPECT_NEAR(loss.item<double>(), expected, kTolerance);
    for (const double value : problem.Values()) {
      ASSERT_TRUE(file >> expected);
      EXPECT_NEAR(value, expected, kTolerance);
    }
  }
  EXPECT_EQ(step, 20) << golden;
}

// Expects one step of `optimizer`, which makes one pass a step, to keep the
// promises of Optimizer::Step. It was made for the parameters of `problem`.
inline void ExpectHonestStep(Optimizer& optimizer,
                             const SmallRegression& problem) {
  std::vector<at::Tensor> before, gradients;
  const at::Tensor loss_before = problem.Loss(3).detach();
  problem.Gradients(3)();
  for (const auto& [name, parameter] : problem.parameters()) {
    before.push_back(parameter.detach().clone());
    gradients.push_back(parameter.grad().clone());
  }

  int calls = 0;
  const at::Tensor loss = optimizer.Step(
      [&] {
        ++calls;
        return problem.Gradients(3)();
      },
      1);

  EXPECT_EQ(calls, 1);
  EXPECT_EQ(loss.dim(), 0);
  EXPECT_TRUE(loss.equal(loss_before)) << "the loss before the update";
  for (size_t i = 0; i < before.size(); ++i) {
    const auto [name, parameter] = problem.parameters()[i];
    EXPECT_FALSE(parameter.detach().equal(before[i])) << name << " is trained";
    EXPECT_TRUE(parameter.grad().equal(gradients[i]))
        << name << " has its gradient as the call left it";
    EXPECT_TRUE(parameter.is_leaf()) << name;
    EXPECT_TRUE(parameter.requires_grad()) << name;
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_TESTING_H_
