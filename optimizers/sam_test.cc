#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "optimizers/optimizer.h"
#include "optimizers/testing.h"

namespace bigstep {
namespace {

std::unique_ptr<Optimizer> Make(const std::string& options,
                                const NamedTensors& parameters) {
  return MakePlugin<OptimizerFamily>(absl::StrCat("{name: sam, ", options, "}"),
                                     {parameters});
}

// The gradient of |w|^2 / 2, which is w. Remembers where it was asked for.
class Bowl {
 public:
  explicit Bowl(at::Tensor w) : w_(std::move(w)) {}

  GradientFn Gradients() {
    return [this] {
      visited_.push_back(w_.detach().clone());
      w_.mutable_grad() = w_.detach().clone();
      return w_.detach().square().sum() / 2;
    };
  }
  const std::vector<at::Tensor>& visited() const { return visited_; }

 private:
  at::Tensor w_;
  std::vector<at::Tensor> visited_;
};

double Unscaled(size_t, double) { return 1; }

// The errors in the choice `text`.
std::string Wrong(const std::string& text) {
  Problems problems;
  const SpecNode node = ReadSpec(text, "s", 0, problems);
  EXPECT_EQ(Optimizers::Get().Read(node, "optimizer", problems).plugin, nullptr)
      << text;
  return Message(problems);
}

TEST(SamTest, GoesWhereTheFormulasLead) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5, rho: 0.1", problem.parameters());
  ExpectSharpnessAwareSteps(*optimizer, problem, 0.1, /*momentum=*/0, Unscaled);
}

TEST(SamTest, GoesWhereTheFormulasLeadWithMomentum) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5, base: {name: momentum, momentum: 0.8}",
                              problem.parameters());
  // The default of rho.
  ExpectSharpnessAwareSteps(*optimizer, problem, 0.05, 0.8, Unscaled);
}

TEST(SamTest, WithoutARadiusItIsItsBase) {
  for (const auto& [base, golden] :
       std::vector<std::pair<std::string, std::string>>{
           {"sgd", "sgd.txt"},
           {"momentum", "momentum.txt"},
           {"{name: momentum, momentum: 0.8, nesterov: true}",
            "momentum_nesterov.txt"},
           {"adam", "adam.txt"}}) {
    const SmallRegression problem;
    const auto optimizer = Make(absl::StrCat("lr: 0.5, rho: 0, base: ", base),
                                problem.parameters());
    ExpectGoldenSteps(*optimizer, problem, golden);
  }
}

TEST(SamTest, KeepsThePromisesOfStep) {
  const SmallRegression problem;
  const auto optimizer = Make("lr: 0.5, base: momentum", problem.parameters());
  ExpectHonestStep(*optimizer, problem, /*passes=*/2);
  ExpectHonestStep(*optimizer, problem, /*passes=*/2);
}

TEST(SamTest, StepsByHand) {
  const at::Tensor w = Parameter(at::tensor({3.0, 4.0}));
  const auto optimizer = Make("lr: 0.5, rho: 1", {{"w", w}});
  Bowl bowl(w);
  const at::Tensor loss = optimizer->Step(bowl.Gradients(), 1);
  EXPECT_EQ(loss.item<double>(), 12.5);  // (9 + 16) / 2, at w.
  ASSERT_EQ(bowl.visited().size(), 2u);
  // |g| = 5: w + g / 5, to 1e-12 / 5 as the norm has 1e-12 added.
  EXPECT_TRUE(bowl.visited()[1].allclose(at::tensor({3.6, 4.8}), 0, 1e-11));
  // w - 0.5 * (3.6, 4.8).
  EXPECT_TRUE(w.detach().allclose(at::tensor({1.2, 1.6}), 0, 1e-11)) << w;
}

TEST(SamTest, TheNormIsOverAllParametersTogether) {
  const at::Tensor a = Parameter(at::tensor({3.0}));
  const at::Tensor b = Parameter(at::tensor({4.0}));
  const auto optimizer = Make("lr: 0.5, rho: 1", {{"a", a}, {"b", b}});
  Bowl bowl_a(a), bowl_b(b);
  const GradientFn first = bowl_a.Gradients(), second = bowl_b.Gradients();
  optimizer->Step([&] { return first() + second(); }, 1);
  // As above.
  EXPECT_NEAR(a.item<double>(), 1.2, 1e-11);
  EXPECT_NEAR(b.item<double>(), 1.6, 1e-11);
}

TEST(SamTest, TheScheduleScalesTheStepButNotTheRadius) {
  const at::Tensor w = Parameter(at::tensor({3.0, 4.0}));
  const auto optimizer = Make("lr: 0.5, rho: 1", {{"w", w}});
  Bowl bowl(w);
  optimizer->Step(bowl.Gradients(), 0.5);
  // w - 0.25 * (3.6, 4.8).
  EXPECT_TRUE(w.detach().allclose(at::tensor({2.1, 2.8}), 0, 1e-11)) << w;
}

TEST(SamTest, ComesBackExactly) {
  // In float32, 1 + 1e8 - 1e8 is 0.
  const at::Tensor w = Parameter(at::ones({3}));
  const auto optimizer = Make("lr: 1, rho: 1e8", {{"w", w}});
  Bowl bowl(w);
  optimizer->Step(bowl.Gradients(), /*lr_scale=*/0);
  ASSERT_EQ(bowl.visited().size(), 2u);
  EXPECT_GT(bowl.visited()[1].min().item<float>(), 1e7f);
  EXPECT_TRUE(w.detach().equal(at::ones({3}))) << w;
  EXPECT_EQ(w.scalar_type(), at::kFloat);
}

TEST(SamTest, ZeroGradientMovesNothing) {
  const at::Tensor w = Parameter(at::zeros({2}));
  const auto optimizer = Make("lr: 100, rho: 100", {{"w", w}});
  Bowl bowl(w);
  optimizer->Step(bowl.Gradients(), 1);
  ASSERT_EQ(bowl.visited().size(), 2u);
  EXPECT_TRUE(bowl.visited()[1].equal(at::zeros({2}))) << bowl.visited()[1];
  EXPECT_TRUE(w.detach().equal(at::zeros({2}))) << w;
}

TEST(SamTest, AParameterWithoutGradientStays) {
  const at::Tensor w = Parameter(at::tensor({3.0, 4.0}));
  const at::Tensor unused = Parameter(at::tensor({7.0}));
  const auto optimizer =
      Make("lr: 0.5, rho: 1", {{"unused", unused}, {"w", w}});
  Bowl bowl(w);
  optimizer->Step(bowl.Gradients(), 1);
  EXPECT_EQ(unused.item<double>(), 7);
  EXPECT_TRUE(w.detach().allclose(at::tensor({1.2, 1.6}), 0, 1e-11)) << w;
}

TEST(SamTest, TheBaseIsWrittenWithoutLearningRate) {
  const auto json = [](const char* text) {
    return CanonicalJson(ParsePlugin<OptimizerFamily>(text).ToJson());
  };
  EXPECT_EQ(json("{name: sam, lr: 0.1}"),
            R"({"base":{"name":"sgd"},"lr":0.1,"name":"sam","rho":0.05})");
  EXPECT_EQ(json("{name: sam, lr: 0.1, base: momentum}"),
            R"({"base":{"momentum":0.9,"name":"momentum","nesterov":false},)"
            R"("lr":0.1,"name":"sam","rho":0.05})");
}

TEST(SamTest, WrittenOptionsReadBackEqual) {
  const PluginConfig config = ParsePlugin<OptimizerFamily>(
      "{name: sam, lr: 0.1, base: {name: momentum, momentum: 0.5}}");
  const PluginConfig again =
      ParsePlugin<OptimizerFamily>(CanonicalJson(config.ToJson()));
  EXPECT_EQ(again.ToJson(), config.ToJson());
  EXPECT_EQ(again.Identity(), config.Identity());
}

TEST(SamTest, TheIdentityHasWhatDiffersFromTheDefaults) {
  const auto identity = [](const char* text) {
    return CanonicalJson(
        ParsePlugin<OptimizerFamily>(text).Identity()["options"]);
  };
  for (const char* text :
       {"{name: sam, lr: 0.1}", "{name: sam, lr: 0.1, rho: 0.05, base: sgd}",
        "{name: sam, lr: 0.1, base: {name: sgd}}"}) {
    EXPECT_EQ(identity(text), R"({"lr":0.1})") << text;
  }
  EXPECT_EQ(identity("{name: sam, lr: 0.1, base: {name: momentum, momentum: "
                     "0.9, nesterov: false}}"),
            R"({"base":{"name":"momentum","options":{},"version":1},)"
            R"("lr":0.1})");
  EXPECT_EQ(identity("{name: sam, lr: 0.1, base: {name: momentum, momentum: "
                     "0.5}}"),
            R"({"base":{"name":"momentum","options":{"momentum":0.5},)"
            R"("version":1},"lr":0.1})");
}

TEST(SamTest, MistakesInTheBaseHaveTheirPositionAndTheirPath) {
  const std::string once =
      "the learning rate is given once, beside 'base'; remove it here";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{name: sam, lr: 1, base: {name: sgd, lr: 1}}",
       "s:1:38: optimizer.base.lr: " + once},
      {"name: sam\nlr: 1\nbase:\n  lr: 1\n  name: momentum\n  momentum: 2\n",
       "s:4:3: optimizer.base.lr: " + once +
           "\ns:6:3: optimizer.base.momentum: must be < 1, got 2"},
      {"{name: sam, lr: 1, base: sam}",
       "s:1:20: optimizer.base: must be an optimizer that makes one pass a "
       "step, got 'sam'"},
      {"{name: sam, lr: 1, base: {name: asam, rho: 1}}",
       "s:1:27: optimizer.base: must be an optimizer that makes one pass a "
       "step, got 'asam'"},
      {"{name: sam, lr: 1, base: {momentum: 0.5}}",
       "s:1:20: optimizer.base: missing key 'name'"},
      {"{name: sam, lr: 1, base: [sgd]}",
       "s:1:20: optimizer.base: expected the name of the optimizer or a map "
       "with its name and options, found a list"},
      {"{name: sam, lr: 1, base: }",
       "s:1:20: optimizer.base: expected the name of the optimizer or a map "
       "with its name and options, found nothing"},
      {"{name: sam, base: sgd}",
       "s:1:1: optimizer: missing key 'lr' (double: learning rate (eta) of "
       "base, per step)"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(Wrong(text), message) << text;
  }
  // Which ones are registered depends on the program.
  EXPECT_THAT(Wrong("{name: sam, lr: 1, base: momentun}"),
              testing::StartsWith("s:1:20: optimizer.base: no optimizer "
                                  "'momentun'; did you mean 'momentum'? ("));
}

}  // namespace
}  // namespace bigstep
