// What training relies on when it continues from a checkpoint: an optimizer's
// state holds all that its steps use.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/named_tensors.h"
#include "experiments/conformance/testing.h"
#include "experiments/train/checkpoint.h"
#include "optimizers/optimizer.h"

namespace bigstep {
namespace {

using OptimizerFactory =
    std::function<std::unique_ptr<Optimizer>(const NamedTensors&)>;

// Takes steps `begin` to `end` of some training of the three parameters; the
// second one has no gradient at first, the third never. Steps 1, 2 and 5 have
// small gradients against those before: an optimizer that forgot the latter
// moves the other way, even if it takes signs.
void TakeSteps(Optimizer& optimizer, const NamedTensors& parameters, int begin,
               int end) {
  for (int step = begin; step < end; ++step) {
    at::Tensor a = parameters[0].second, b = parameters[1].second;
    optimizer.Step(
        [&] {
          for (auto [name, parameter] : parameters) {
            parameter.mutable_grad().reset();
          }
          at::Tensor loss = (a.square() * (1 + step % 3)).sum();
          if (step >= 2) loss = loss + (a * b.slice(0, 0, 3)).exp().sum();
          if (step == 1 || step == 2 || step == 5) loss = loss * -0.01;
          loss.backward();
          return loss.detach();
        },
        /*lr_scale=*/1.0 / (1 + step));
  }
}

NamedTensors SomeParameters() {
  NamedTensors parameters = {{"weight", at::arange(1, 4).to(at::kFloat) / 7},
                             {"b", at::arange(1, 6).to(at::kFloat) / 9},
                             {"c", at::ones({2, 2})}};
  for (auto& [name, parameter] : parameters) parameter.set_requires_grad(true);
  return parameters;
}

// Interrupts a training after some steps and continues it from the optimizer's
// state. What differs from the training without the interruption; "" if
// nothing does.
std::string ChangedByInterruption(const OptimizerFactory& make) {
  std::string changed;
  for (const int interrupted : {1, 2, 5}) {
    const NamedTensors whole = SomeParameters(), parts = SomeParameters();
    const auto optimizer = make(whole);
    TakeSteps(*optimizer, whole, 0, interrupted);
    TrainingState state;
    state.optimizer = optimizer->State();
    const std::string file = FormatCheckpoint(state, {});
    EXPECT_OK(CopyValues(whole, parts));
    TakeSteps(*optimizer, whole, interrupted, 9);

    const auto second = make(parts);
    const auto read = ParseCheckpoint(file, {});
    EXPECT_OK(read);
    EXPECT_OK(second->SetState(read->optimizer));
    TakeSteps(*second, parts, interrupted, 9);
    for (size_t i = 0; i < whole.size(); ++i) {
      if (whole[i].second.equal(parts[i].second)) continue;
      absl::StrAppend(&changed, whole[i].first,
                      " after an interruption at step ", interrupted, "\n");
    }
  }
  return changed;
}

class OptimizerStateTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Optimizer> Make(const NamedTensors& parameters,
                                  const Json& changes = Json::object()) {
    return MakeOptimizer(GetParam(), parameters, changes);
  }
};

INSTANTIATE_TEST_SUITE_P(All, OptimizerStateTest,
                         testing::ValuesIn(Optimizers::Get().Names()),
                         CaseName);

TEST_P(OptimizerStateTest, TrainingGoesOnFromItToTheSameBits) {
  EXPECT_EQ(
      ChangedByInterruption([&](const NamedTensors& w) { return Make(w); }), "")
      << "State() lacks something that Step() uses";
  for (const Field& field :
       Optimizers::Get().Find(GetParam())->table->fields()) {
    if (field.name != "base") continue;
    EXPECT_EQ(ChangedByInterruption([&](const NamedTensors& w) {
                return Make(w, {{"base", "momentum"}});
              }),
              "")
        << "over momentum";
  }
}

TEST_P(OptimizerStateTest, SettingAndAskingForTheStateChangesNothing) {
  const NamedTensors whole = SomeParameters(), parts = SomeParameters();
  const auto a = Make(whole), b = Make(parts);
  ASSERT_OK(b->SetState(a->State()));  // That of before the first step.
  for (int step = 0; step < 6; ++step) {
    TakeSteps(*a, whole, step, step + 1);
    TakeSteps(*b, parts, step, step + 1);
    b->State();
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_TRUE(whole[i].second.equal(parts[i].second)) << whole[i].first;
  }
}

TEST_P(OptimizerStateTest, RefusesTensorsThatAreNoStateOfIt) {
  const NamedTensors parameters = SomeParameters();
  EXPECT_FALSE(Make(parameters)
                   ->SetState({{"something else", at::zeros({2}, at::kByte)}})
                   .ok());
  NamedTensors cut = Make(parameters)->State();
  if (cut.empty()) return;
  cut[0].second = cut[0].second.slice(0, 0, cut[0].second.size(0) / 2);
  EXPECT_FALSE(Make(parameters)->SetState(cut).ok());
}

// Lion (Chen et al., arXiv 2302.06675, algorithm 2), which moves by signs, once
// with and once without its momentum in its state.
class Lion final : public Optimizer {
 public:
  Lion(const NamedTensors& parameters, bool forgets)
      : parameters_(parameters), forgets_(forgets) {
    for (const auto& [name, parameter] : parameters_) {
      momentum_.emplace_back(name, at::zeros_like(parameter.detach()));
    }
  }

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    at::Tensor loss = gradients();
    const c10::NoGradGuard no_grad;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      at::Tensor w = parameters_[i].second, m = momentum_[i].second;
      if (!w.grad().defined()) continue;
      w.sub_((m * 0.9 + w.grad() * 0.1).sign(), 0.01 * lr_scale);
      m.mul_(0.99).add_(w.grad(), 0.01);
    }
    return loss;
  }

  NamedTensors State() const override {
    return forgets_ ? NamedTensors() : momentum_;
  }

  absl::Status SetState(const NamedTensors& state) override {
    return CopyValues(state, State());
  }

 private:
  NamedTensors parameters_, momentum_;
  bool forgets_;
};

TEST(ForgetfulOptimizerTest, WhatIsForgottenIsFound) {
  for (const bool forgets : {false, true}) {
    const std::string changed =
        ChangedByInterruption([&](const NamedTensors& w) {
          return std::make_unique<Lion>(w, forgets);
        });
    EXPECT_EQ(changed.empty(), !forgets) << changed;
  }
}

}  // namespace
}  // namespace bigstep
