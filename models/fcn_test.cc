#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/spec_reader.h"
#include "base/testing.h"
#include "models/model.h"
#include "models/testing.h"

namespace bigstep {
namespace {

std::unique_ptr<Model> Make(const std::string& spec,
                            std::vector<int64_t> input_shape,
                            int64_t num_classes, int64_t seed = 1) {
  return MakePlugin<ModelFamily>(
      spec, {{std::move(input_shape), num_classes, num_classes}, seed});
}

void Set(const Model& model, const std::string& name,
         const std::vector<float>& values) {
  at::Tensor parameter = model.named_parameters()[name].detach();
  parameter.copy_(at::tensor(values).view_as(parameter));
}

// Puts small integers everywhere: sums are then exact in any order.
void SetIntegers(const Model& model) {
  int64_t start = 0;
  for (const auto& [name, tensor] : Parameters(model)) {
    const at::Tensor values =
        at::arange(start, start + tensor.numel()).remainder(5) - 2;
    tensor.detach().copy_(values.view_as(tensor));
    start += 3;
  }
}

// [rows, columns] of small integers, different in each row.
at::Tensor IntegerInputs(int64_t rows, int64_t columns) {
  return (at::arange(rows * columns) * 7)
      .remainder(11)
      .sub(5)
      .view({rows, columns})
      .to(at::kFloat);
}

std::vector<std::string> Names(const Model& model) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : Parameters(model)) names.push_back(name);
  return names;
}

TEST(FcnTest, ForwardWithoutBiasByHand) {
  const auto model = Make("{name: fcn, hidden: [2]}", {2}, 2);
  Set(*model, "weight0", {1, -1, 2, 0});
  Set(*model, "weight1", {1, 1, -1, 2});
  const ModelOutput output =
      model->Forward(at::tensor({3.f, 1.f, 1.f, 3.f}).view({2, 2}));
  // (3, 1) -> relu(2, 6) = (2, 6) -> (8, 10).
  // (1, 3) -> relu(-2, 2) = (0, 2) -> (2, 4).
  EXPECT_TRUE(output.representation.equal(
      at::tensor({2.f, 6.f, 0.f, 2.f}).view({2, 2})));
  EXPECT_TRUE(
      output.logits.equal(at::tensor({8.f, 10.f, 2.f, 4.f}).view({2, 2})));
}

TEST(FcnTest, ForwardWithBiasByHand) {
  const auto model = Make("{name: fcn, hidden: [2], bias: true}", {2}, 2);
  Set(*model, "weight0", {1, -1, 2, 0});
  Set(*model, "bias0", {1, -3});
  Set(*model, "weight1", {1, 1, -1, 2});
  Set(*model, "bias1", {0.5, -0.5});
  const ModelOutput output =
      model->Forward(at::tensor({3.f, 1.f}).view({1, 2}));
  // (3, 1) -> relu(2 + 1, 6 - 3) = (3, 3) -> (6 + 0.5, 3 - 0.5).
  EXPECT_TRUE(output.representation.equal(at::tensor({3.f, 3.f}).view({1, 2})));
  EXPECT_TRUE(output.logits.equal(at::tensor({6.5f, 2.5f}).view({1, 2})));
}

TEST(FcnTest, RepresentationIsTheLastOfSeveralHiddenLayers) {
  const auto model = Make("{name: fcn, hidden: [1, 2]}", {1}, 2);
  Set(*model, "weight0", {2});
  Set(*model, "weight1", {3, -1});
  Set(*model, "weight2", {1, 1, 5, 0});
  const ModelOutput output = model->Forward(at::tensor({1.f}).view({1, 1}));
  // 1 -> relu(2) = 2 -> relu(6, -2) = (6, 0) -> (6, 30): no ReLU on logits,
  // as the next test shows.
  EXPECT_TRUE(output.representation.equal(at::tensor({6.f, 0.f}).view({1, 2})));
  EXPECT_TRUE(output.logits.equal(at::tensor({6.f, 30.f}).view({1, 2})));
}

TEST(FcnTest, WithoutHiddenLayersItIsLinear) {
  const auto model = Make("{name: fcn, hidden: []}", {2}, 2);
  EXPECT_EQ(Names(*model), (std::vector<std::string>{"weight0"}));
  Set(*model, "weight0", {1, 2, 3, 4});
  const at::Tensor inputs = at::tensor({1.f, -1.f}).view({1, 2});
  const ModelOutput output = model->Forward(inputs);
  EXPECT_TRUE(output.logits.equal(at::tensor({-1.f, -1.f}).view({1, 2})));
  EXPECT_TRUE(output.representation.equal(inputs));
}

TEST(FcnTest, FlattensImages) {
  const auto model = Make("{name: fcn, hidden: [4]}", {3, 2, 2}, 5);
  const auto flat = Make("{name: fcn, hidden: [4]}", {12}, 5);
  const at::Tensor inputs = IntegerInputs(3, 12);
  const ModelOutput output = model->Forward(inputs.view({3, 3, 2, 2}));
  EXPECT_TRUE(output.logits.equal(flat->Forward(inputs).logits));
  EXPECT_EQ(output.logits.sizes(), (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(output.representation.sizes(), (std::vector<int64_t>{3, 4}));
}

TEST(FcnTest, NamesAndShapesOfParameters) {
  const auto model = Make("{name: fcn, hidden: [4, 3], bias: true}", {2}, 5);
  EXPECT_EQ(Names(*model),
            (std::vector<std::string>{"weight0", "bias0", "weight1", "bias1",
                                      "weight2", "bias2"}));
  const auto parameters = model->named_parameters();
  EXPECT_EQ(parameters["weight0"].sizes(), (std::vector<int64_t>{4, 2}));
  EXPECT_EQ(parameters["bias0"].sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(parameters["weight1"].sizes(), (std::vector<int64_t>{3, 4}));
  EXPECT_EQ(parameters["weight2"].sizes(), (std::vector<int64_t>{5, 3}));
  EXPECT_EQ(parameters["bias2"].sizes(), (std::vector<int64_t>{5}));
}

TEST(FcnTest, CountsOfParameters) {
  // By hand: 2352 * 100 + 100 * 10.
  EXPECT_EQ(CountParameters(*Make("fcn", {3, 28, 28}, 10)), 236200);
  // The network of Nam et al. for Colored MNIST: 2352 * 100 + 100, twice
  // 100 * 100 + 100, 100 * 10 + 10.
  EXPECT_EQ(
      CountParameters(*Make("{name: fcn, hidden: [100, 100, 100], bias: true}",
                            {3, 28, 28}, 10)),
      256510);
}

TEST(FcnTest, InitialValuesAreUniformWithinOneOverRootFanIn) {
  const auto model =
      Make("{name: fcn, hidden: [400, 100], bias: true}", {25}, 300);
  const std::pair<const char*, int64_t> fan_ins[] = {
      {"weight0", 25}, {"bias0", 25},    {"weight1", 400},
      {"bias1", 400},  {"weight2", 100}, {"bias2", 100}};
  for (const auto& [name, fan_in] : fan_ins) {
    SCOPED_TRACE(name);
    const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
    const at::Tensor x =
        model->named_parameters()[name].detach().to(at::kDouble) / bound;
    const double n = static_cast<double>(x.numel());
    EXPECT_LE(x.abs().max().item<double>(), 1 + 1e-6);  // float32 rounding.
    // Of n >= 100 draws on [-1, 1], none lies above 0.75 with probability
    // (7/8)^n < 2e-6; the same below.
    EXPECT_GT(x.max().item<double>(), 0.75);
    EXPECT_LT(x.min().item<double>(), -0.75);
    // Mean 0, variance 1/3; x^2 has mean 1/3, variance 1/5 - 1/9 = 4/45. Six
    // standard deviations of the averages.
    EXPECT_NEAR(x.mean().item<double>(), 0, 6 * std::sqrt(1 / (3 * n)));
    EXPECT_NEAR(x.square().mean().item<double>(), 1. / 3,
                6 * std::sqrt(4 / (45 * n)));
  }
}

TEST(FcnTest, InitialWeightsMayBeNormal) {
  const auto model = Make(
      "{name: fcn, hidden: [100], bias: true, init_std: [0.5, 0]}", {50}, 10);
  const auto parameters = model->named_parameters();
  // Six standard deviations of the mean square of n normal numbers, which are
  // sqrt(2 / n) of it.
  const at::Tensor x = parameters["weight0"].detach() / 0.5;
  EXPECT_NEAR(x.square().mean().item<double>(), 1, 6 * std::sqrt(2 / 5000.));
  EXPECT_GT(x.abs().max().item<double>(), 3);  // Not so for uniform numbers.
  EXPECT_TRUE(parameters["weight1"].eq(0).all().item<bool>());
  // One number is for all layers. Witness as above.
  const auto alike =
      Make("{name: fcn, hidden: [100], init_std: [2]}", {50}, 10);
  for (const auto& [name, weights] : Parameters(*alike)) {
    const double n = static_cast<double>(weights.numel());
    EXPECT_NEAR(weights.square().mean().item<double>() / 4, 1,
                6 * std::sqrt(2 / n));
  }
  // The rule for biases stays.
  EXPECT_LE(parameters["bias1"].abs().max().item<double>(), 0.1 + 1e-7);
}

std::string MistakeIn(const std::string& options) {
  Problems problems;
  Models::Get().Read(
      ReadSpec(absl::StrCat("{name: fcn, ", options, "}"), "test", 0, problems),
      "model", problems);
  return Message(problems);
}

TEST(FcnTest, RefusesDeviationsThatAreNotOneALayer) {
  EXPECT_THAT(MistakeIn("hidden: [4], init_std: [1, 1, 1]"),
              testing::HasSubstr("one for each of 2, found 3"));
}

TEST(FcnTest, WithoutBiasOnlyTheLastLayerMayStartAtZero) {
  for (const char* dead :
       {"hidden: [4], init_std: [0]", "hidden: [4], init_std: [0, 0.1]",
        "hidden: [4, 4], init_std: [0.1, 0, 0.1]"}) {
    EXPECT_THAT(MistakeIn(dead), testing::HasSubstr("a layer of zeros"))
        << dead;
  }
  for (const char* alive :
       {"hidden: [4], init_std: [0.1, 0]", "hidden: [], init_std: [0]",
        "hidden: [4], init_std: [0, 0.1], bias: true"}) {
    EXPECT_EQ(MistakeIn(alive), "") << alive;
  }
}

TEST(FcnTest, TheSeedDecidesTheWeights) {
  const std::string spec = "{name: fcn, hidden: [8, 8], bias: true}";
  const auto one = Make(spec, {8}, 8, 1);
  at::manual_seed(12345);  // LibTorch's global generator plays no part.
  const auto same = Make(spec, {8}, 8, 1);
  const auto other = Make(spec, {8}, 8, 2);
  const auto a = Parameters(*one);
  const auto b = Parameters(*same);
  const auto c = Parameters(*other);
  ASSERT_EQ(a.size(), 6u);
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i].second.equal(b[i].second)) << a[i].first;
    EXPECT_FALSE(a[i].second.equal(c[i].second)) << a[i].first;
  }
  // Layers of one shape differ from each other.
  EXPECT_FALSE(a[0].second.equal(a[2].second));
  EXPECT_FALSE(a[1].second.equal(a[3].second));
}

TEST(FcnTest, MakingOneLeavesTheGlobalGeneratorAlone) {
  at::manual_seed(5);
  const at::Tensor expected = at::rand({4});
  at::manual_seed(5);
  Make("fcn", {8}, 2);
  EXPECT_TRUE(at::rand({4}).equal(expected));
}

TEST(FcnTest, RowsAreIndependent) {
  const auto model = Make("{name: fcn, hidden: [7, 6], bias: true}", {5}, 3);
  SetIntegers(*model);
  model->eval();
  const at::Tensor inputs = IntegerInputs(9, 5);
  const ModelOutput all = model->Forward(inputs);
  ASSERT_GT(all.logits.std().item<double>(), 0);
  for (int64_t i = 0; i < 9; ++i) {
    const ModelOutput one = model->Forward(inputs.slice(0, i, i + 1));
    EXPECT_TRUE(one.logits[0].equal(all.logits[i])) << i;
    EXPECT_TRUE(one.representation[0].equal(all.representation[i])) << i;
  }
}

TEST(FcnTest, WithoutBiasItIsPositivelyHomogeneous) {
  const auto model = Make("{name: fcn, hidden: [20, 20]}", {10}, 3);
  const at::Tensor inputs = IntegerInputs(6, 10);
  const at::Tensor logits = model->Forward(inputs).logits;
  // Multiplying by a power of two rounds nothing.
  EXPECT_TRUE(model->Forward(inputs * 4).logits.equal(logits * 4));
  EXPECT_TRUE(
      model->Forward(at::zeros({1, 10})).logits.eq(0).all().item<bool>());
}

TEST(FcnTest, WithBiasItIsNotHomogeneous) {
  const auto model = Make("{name: fcn, hidden: [20], bias: true}", {10}, 3);
  EXPECT_FALSE(
      model->Forward(at::zeros({1, 10})).logits.eq(0).any().item<bool>());
}

TEST(FcnTest, EveryParameterGetsAGradient) {
  const auto model = Make("{name: fcn, hidden: [20, 20], bias: true}", {10}, 3);
  model->Forward(IntegerInputs(16, 10)).logits.square().sum().backward();
  for (const auto& [name, parameter] : Parameters(*model)) {
    ASSERT_TRUE(parameter.grad().defined()) << name;
    EXPECT_TRUE(at::isfinite(parameter.grad()).all().item<bool>()) << name;
    EXPECT_GT(parameter.grad().abs().sum().item<double>(), 0) << name;
  }
}

TEST(FcnTest, LeavesItsInputAlone) {
  const auto model = Make("fcn", {10}, 3);
  const at::Tensor inputs = IntegerInputs(4, 10);
  model->Forward(inputs);
  EXPECT_TRUE(inputs.equal(IntegerInputs(4, 10)));
}

// Its bits are compared in perceptron_test and, in training, in
// graph_conformance_test.
TEST(FcnTest, KnowsItsGradient) {
  const auto model = Make("{name: fcn, hidden: [4], bias: true}", {2, 5}, 3);
  const auto pass = model->MakeDirectPass();
  ASSERT_NE(pass, nullptr);
  const at::Tensor inputs = IntegerInputs(6, 10).view({6, 2, 5});
  const at::Tensor logits = model->Forward(inputs).logits;
  EXPECT_TRUE(pass->Forward(inputs).equal(logits.detach()));
  logits.sum().backward();
  const std::vector<at::Tensor>& gradients =
      pass->Backward(at::ones_like(logits));
  const NamedTensors parameters = Parameters(*model);
  ASSERT_EQ(gradients.size(), parameters.size());
  for (size_t i = 0; i < gradients.size(); ++i) {
    EXPECT_TRUE(gradients[i].equal(parameters[i].second.grad()))
        << parameters[i].first;
  }
}

}  // namespace
}  // namespace bigstep
