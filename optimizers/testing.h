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

// Expects `optimizer`, made for the parameters of `problem` with lr 0.5, to
// reach the parameters that PyTorch reached according to
// optimizers/testdata/`golden`.
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

// The gradient of SmallRegression's loss written out in doubles: an independent
// reference where PyTorch has no such optimizer. `at`: as in Values().
inline std::vector<double> PlainGradient(int step,
                                         const std::vector<double>& at) {
  std::vector<double> gradient(9, 0.0);
  for (int n = 0; n < 4; ++n) {
    for (int k = 0; k < 3; ++k) {
      double output = at[6 + k];
      double inputs[2];
      for (int j = 0; j < 2; ++j) {
        inputs[j] = std::sin(8 * step + 2 * n + j);
        output += at[2 * k + j] * inputs[j];
      }
      output = std::tanh(output);
      const double error = output - std::cos(12 * step + 3 * n + k);
      const double slope = 2 * error * (1 - output * output) / 12;
      gradient[6 + k] += slope;
      for (int j = 0; j < 2; ++j) gradient[2 * k + j] += slope * inputs[j];
    }
  }
  return gradient;
}

// Expects `optimizer`, made for the parameters of `problem` with lr 0.5, to go
// where the formulas of sam and asam lead, with `scaling(i, w)` the scale T of
// entry i at w, and with momentum in the base optimizer.
template <class Scaling>
void ExpectSharpnessAwareSteps(Optimizer& optimizer,
                               const SmallRegression& problem, double rho,
                               double momentum, const Scaling& scaling) {
  // The norms of gradients, here 0.1 to 1, are not made larger by 1e-12 as
  // those in the optimizer are.
  constexpr double kTolerance = 1e-10;
  std::vector<double> w = problem.Values(), velocity(9, 0.0);
  for (int step = 0; step < 20; ++step) {
    const double lr_scale = 1 / (1 + 0.1 * step);
    const std::vector<double> gradient = PlainGradient(step, w);
    double squares = 0;
    for (size_t i = 0; i < 9; ++i) {
      squares += std::pow(scaling(i, w[i]) * gradient[i], 2);
    }
    std::vector<double> uphill = w;
    for (size_t i = 0; i < 9; ++i) {
      uphill[i] += rho * std::pow(scaling(i, w[i]), 2) * gradient[i] /
                   std::sqrt(squares);
    }
    const std::vector<double> there = PlainGradient(step, uphill);
    for (size_t i = 0; i < 9; ++i) {
      velocity[i] = momentum * velocity[i] + there[i];
      w[i] -= 0.5 * lr_scale * velocity[i];
    }
    optimizer.Step(problem.Gradients(step), lr_scale);
    const std::vector<double> values = problem.Values();
    for (size_t i = 0; i < 9; ++i) {
      EXPECT_NEAR(values[i], w[i], kTolerance) << "step " << step;
    }
  }
}

// The parameters of `problem` as they are now, or their gradients.
inline std::vector<at::Tensor> Copies(const SmallRegression& problem,
                                      bool gradients) {
  std::vector<at::Tensor> copies;
  for (const auto& [name, parameter] : problem.parameters()) {
    copies.push_back(
        (gradients ? parameter.grad() : parameter.detach()).clone());
  }
  return copies;
}

// Expects one step of `optimizer`, which calls for the gradient `passes` times,
// to keep the promises of Optimizer::Step. It was made for the parameters of
// `problem`.
inline void ExpectHonestStep(Optimizer& optimizer,
                             const SmallRegression& problem, int passes = 1) {
  const at::Tensor loss_before = problem.Loss(3).detach();
  const std::vector<at::Tensor> before = Copies(problem, /*gradients=*/false);

  int calls = 0;
  std::vector<at::Tensor> at_first_call, gradients;
  const at::Tensor loss = optimizer.Step(
      [&] {
        if (++calls == 1) at_first_call = Copies(problem, false);
        at::Tensor result = problem.Gradients(3)();
        gradients = Copies(problem, /*gradients=*/true);
        return result;
      },
      1);

  EXPECT_EQ(calls, passes);
  EXPECT_EQ(loss.dim(), 0);
  EXPECT_TRUE(loss.equal(loss_before)) << "the loss before the update";
  for (size_t i = 0; i < before.size(); ++i) {
    const auto [name, parameter] = problem.parameters()[i];
    EXPECT_TRUE(at_first_call[i].equal(before[i]))
        << name << " is where it was at the first call";
    EXPECT_FALSE(parameter.detach().equal(before[i])) << name << " is trained";
    EXPECT_TRUE(parameter.grad().equal(gradients[i]))
        << name << " has its gradient as the last call left it";
    EXPECT_TRUE(parameter.is_leaf()) << name;
    EXPECT_TRUE(parameter.requires_grad()) << name;
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_OPTIMIZERS_TESTING_H_
