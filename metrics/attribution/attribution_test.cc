#include "metrics/attribution/attribution.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "metrics/testing.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {
namespace {

at::Tensor Labels(const std::vector<int64_t>& labels) {
  return at::tensor(labels, at::kLong);
}

Attribution Of(Model& model, const at::Tensor& inputs,
               const at::Tensor& baseline, const std::string& method,
               const at::Tensor& targets, int64_t steps = 50) {
  model.eval();
  return Attribute(model, inputs, targets, baseline, {method, steps});
}

// Two units with biases -1 and 1 that read x1 + x2 and x1 - x2. At (2, 3) they
// are 4 and 0 before ReLU, at (0, 0) they are -1 and 1. Logits: the sum of the
// units after ReLU, and 2 b - a.
class TwoUnitsTest : public testing::Test {
 protected:
  TwoUnitsTest() { net_.bias().copy_(at::tensor({-1.f, 1.f})); }

  std::vector<float> Values(const std::string& method, int64_t target) {
    const Attribution a = Of(net_, at::tensor({2.f, 3.f}).view({1, 2}),
                             at::zeros({2}), method, Labels({target}));
    change_ = a.change.item<double>();
    return {a.values[0][0].item<float>(), a.values[0][1].item<float>()};
  }

  TinyNet net_{at::tensor({1.f, 1.f, 1.f, -1.f}).view({2, 2}),
               at::tensor({1.f, 1.f, -1.f, 2.f}).view({2, 2})};
  double change_ = 0;
};

TEST_F(TwoUnitsTest, DeepLiftByHand) {
  // Multipliers of the units: (4 - 0) / (4 + 1) = 0.8 and (0 - 1) / (0 - 1) =
  // 1; of the inputs for the first logit: 0.8 + 1 and 0.8 - 1.
  const std::vector<float> first = Values("deep_lift", 0);
  EXPECT_FLOAT_EQ(first[0], 2 * 1.8f);
  EXPECT_FLOAT_EQ(first[1], 3 * -0.2f);
  EXPECT_FLOAT_EQ(static_cast<float>(change_), 4 - 1);  // Their sum.
  // For the second: -0.8 + 2 and -0.8 - 2.
  const std::vector<float> second = Values("deep_lift", 1);
  EXPECT_FLOAT_EQ(second[0], 2 * 1.2f);
  EXPECT_FLOAT_EQ(second[1], 3 * -2.8f);
  EXPECT_FLOAT_EQ(static_cast<float>(change_), -4 - 2);
}

TEST_F(TwoUnitsTest, GradientMethodsByHand) {
  // At (2, 3) the first unit alone passes a gradient: (1, 1), and -(1, 1).
  EXPECT_EQ(Values("input_x_gradient", 0), (std::vector<float>{2, 3}));
  EXPECT_EQ(Values("input_x_gradient", 1), (std::vector<float>{-2, -3}));
  EXPECT_EQ(change_, -6);
  EXPECT_EQ(Values("saliency", 0), (std::vector<float>{1, 1}));
  EXPECT_EQ(Values("saliency", 1), (std::vector<float>{1, 1}));
}

TEST_F(TwoUnitsTest, TheBaselineIsWhatInputsAreComparedWith) {
  const auto values = [&](const std::string& method) {
    const Attribution a = Of(net_, at::tensor({2.f, 3.f}).view({1, 2}),
                             at::tensor({1.f, 3.f}), method, Labels({0}));
    EXPECT_EQ(a.change.item<double>(), 4 - 3) << method;
    return std::vector<float>{a.values[0][0].item<float>(),
                              a.values[0][1].item<float>()};
  };
  // Units before ReLU: 4 against 3, and 0 against -1. Only x1 changes, by 1.
  EXPECT_EQ(values("deep_lift"), (std::vector<float>{1, 0}));
  EXPECT_EQ(values("input_x_gradient"), (std::vector<float>{1, 0}));
  EXPECT_EQ(values("saliency"), (std::vector<float>{1, 1}));
  // The second unit stays below 0 on the whole way.
  EXPECT_FLOAT_EQ(values("integrated_gradients")[0], 1);
}

// Logits x1^3 + x1 x2 and 5 x2.
class Polynomial final : public Model {
 public:
  ModelOutput Forward(const at::Tensor& x) override {
    const at::Tensor a = x.select(1, 0), b = x.select(1, 1);
    return {at::stack({a * a * a + a * b, 5 * b}, 1), x};
  }
};

TEST(IntegratedGradientsTest, IsTheIntegral) {
  Polynomial net;
  const auto values = [&](int64_t steps) {
    const Attribution a = Of(net, at::tensor({2.f, 3.f, 2.f, 3.f}).view({2, 2}),
                             at::tensor({1.f, -1.f}), "integrated_gradients",
                             Labels({0, 1}), steps);
    return a.values.flatten();
  };
  // On the way x = (1 + t, -1 + 4 t). The gradient (3 x1^2 + x2, x1) has the
  // integral (3 (1 + 1 + 1/3) - 1 + 2, 1 + 1/2); the way is (1, 4).
  const at::Tensor expected = at::tensor({8.f, 6.f, 0.f, 20.f});
  // 2e-6: one or two roundings of numbers up to 20.
  EXPECT_TRUE(at::allclose(values(2), expected, 0, 2e-6)) << values(2);
  EXPECT_TRUE(at::allclose(values(50), expected, 0, 2e-6)) << values(50);
  // One step takes the middle: 3 (3/2)^2 + 1 = 7.75.
  EXPECT_FLOAT_EQ(values(1)[0].item<float>(), 7.75f);
}

TEST(GaussLegendreTest, SmallRulesAreThoseOfTheTextbook) {
  const Quadrature one = GaussLegendre(1);
  EXPECT_NEAR(one.nodes[0], 0.5, 1e-15);
  EXPECT_NEAR(one.weights[0], 1, 1e-15);
  const Quadrature two = GaussLegendre(2);
  EXPECT_NEAR(two.nodes[0], (1 - 1 / std::sqrt(3)) / 2, 1e-15);
  EXPECT_NEAR(two.nodes[1], (1 + 1 / std::sqrt(3)) / 2, 1e-15);
  EXPECT_NEAR(two.weights[0], 0.5, 1e-15);
  const Quadrature three = GaussLegendre(3);
  EXPECT_NEAR(three.nodes[2], (1 + std::sqrt(0.6)) / 2, 1e-15);
  EXPECT_NEAR(three.weights[1], 4. / 9, 1e-15);
  EXPECT_NEAR(three.weights[2], 5. / 18, 1e-15);
}

// numpy 1.24: x, w = numpy.polynomial.legendre.leggauss(50); (x + 1) / 2, w
// / 2.
TEST(GaussLegendreTest, FiftyNodesAreThoseOfNumpy) {
  const Quadrature rule = GaussLegendre(50);
  const struct {
    int64_t index;
    double node, weight;
  } kWitness[] = {{0, 0.0005667977899644905, 0.0014543112765789342},
                  {10, 0.1077220835498004, 0.019284378306293922},
                  {25, 0.5155491691635944, 0.0310883083276735},
                  {49, 0.9994332022100355, 0.0014543112765789342}};
  for (const auto& [index, node, weight] : kWitness) {
    // 1e-14: eigenvalues of a matrix of norm 1 in float64.
    EXPECT_NEAR(rule.nodes[index], node, 1e-14) << index;
    EXPECT_NEAR(rule.weights[index], weight, 1e-14) << index;
  }
}

TEST(GaussLegendreTest, IntegratesPolynomialsOfDegreeBelowTwiceItsSize) {
  for (const int64_t size : {1, 2, 7, 20}) {
    const Quadrature rule = GaussLegendre(size);
    const auto integral = [&](int64_t degree) {
      double sum = 0;
      for (int64_t i = 0; i < size; ++i) {
        sum += rule.weights[i] *
               std::pow(rule.nodes[i], static_cast<double>(degree));
      }
      return sum;
    };
    for (int64_t degree = 0; degree < 2 * size; ++degree) {
      EXPECT_NEAR(integral(degree), 1. / static_cast<double>(degree + 1), 1e-14)
          << size << " nodes, degree " << degree;
    }
  }
}

// Images [2, 6, 6] -> convolution, nonlinearity, max-pooling -> linear layer,
// nonlinearity -> three logits.
class ConvNet final : public Model {
 public:
  ConvNet(bool biases, bool gelu) : gelu_(gelu) {
    at::manual_seed(3);
    kernel_ = register_parameter("kernel", at::randn({4, 2, 3, 3}) / 4);
    hidden_ = register_parameter("hidden", at::randn({8, 16}) / 4);
    out_ = register_parameter("out", at::randn({3, 8}) / 3);
    if (!biases) return;
    bias1_ = register_parameter("bias1", at::randn({4}));
    bias2_ = register_parameter("bias2", at::randn({8}));
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    at::Tensor x = Bend(at::conv2d(inputs, kernel_, bias1_));
    x = MaxPool2d(x, 2, 2, 0).flatten(1);
    x = Bend(at::linear(x, hidden_, bias2_));
    return {at::linear(x, out_), x};
  }

 private:
  at::Tensor Bend(const at::Tensor& x) const {
    return gelu_ ? Gelu(x) : Relu(x);
  }

  bool gelu_;
  at::Tensor kernel_, hidden_, out_, bias1_, bias2_;
};

at::Tensor Images() {
  at::manual_seed(4);
  return at::randn({5, 2, 6, 6});
}

at::Tensor Sum(const Attribution& a) {
  return a.values.flatten(1).sum(1, false, at::kDouble);
}

const char* const kMethods[] = {"deep_lift", "integrated_gradients",
                                "input_x_gradient", "saliency"};

TEST(AttributeTest, WithoutBiasesAllMethodsGiveTheSameAndTheLogit) {
  // A net of ReLU and maxima without biases is linear from 0 to the input.
  ConvNet net(/*biases=*/false, /*gelu=*/false);
  const at::Tensor images = Images(), labels = Labels({0, 1, 2, 0, 1});
  const at::Tensor baseline = at::zeros({2, 6, 6});
  const Attribution product =
      Of(net, images, baseline, "input_x_gradient", labels);
  const Attribution lift = Of(net, images, baseline, "deep_lift", labels);
  const Attribution integral =
      Of(net, images, baseline, "integrated_gradients", labels);
  // The multipliers are 0 and 1 exactly.
  EXPECT_TRUE(lift.values.equal(product.values));
  // 1e-6: gradients of size up to 1, equal but for rounding.
  EXPECT_TRUE(at::allclose(integral.values, product.values, 0, 1e-6));
  const at::Tensor logits = net.Forward(images)
                                .logits.detach()
                                .gather(1, labels.unsqueeze(1))
                                .squeeze(1)
                                .to(at::kDouble);
  for (const Attribution& a : {product, lift, integral}) {
    // 1e-6: logits of size up to 1 in float32; another batch size may take
    // another kernel of the BLAS, which rounds differently.
    EXPECT_TRUE(at::allclose(a.change, logits, 0, 1e-6));
    // 1e-5: 72 values of size up to 1 in float32.
    EXPECT_TRUE(at::allclose(Sum(a), logits, 0, 1e-5)) << Sum(a) << logits;
  }
}

TEST(AttributeTest, DeepLiftGivesTheWholeChangeAndGradientsDoNot) {
  for (const bool gelu : {false, true}) {
    ConvNet net(/*biases=*/true, gelu);
    const at::Tensor labels = Labels({0, 1, 2, 0, 1});
    const at::Tensor baseline = at::full({2, 6, 6}, 0.5);
    const auto error = [&](const std::string& method) {
      const Attribution a = Of(net, Images(), baseline, method, labels);
      return (Sum(a) - a.change).abs().max().item<double>();
    };
    // 1e-5: 72 values of size up to 1 in float32.
    EXPECT_LT(error("deep_lift"), 1e-5) << gelu;
    EXPECT_GT(error("input_x_gradient"), 0.1) << gelu;
  }
}

TEST(AttributeTest, IntegratedGradientsComeCloserToTheWholeChangeWithSteps) {
  ConvNet net(/*biases=*/true, /*gelu=*/true);
  const auto error = [&](int64_t steps) {
    const Attribution a =
        Of(net, Images(), at::zeros({2, 6, 6}), "integrated_gradients",
           Labels({0, 1, 2, 0, 1}), steps);
    return (Sum(a) - a.change).abs().max().item<double>();
  };
  // The position of the maximum changes on the way: gradients jump, and a jump
  // of size up to 1 is misplaced by up to half a weight, 0.016 for 50 steps.
  EXPECT_LT(error(50), 0.016);
  EXPECT_LT(error(500), 0.0016);
  EXPECT_GT(error(1), 0.1);
}

TEST(AttributeTest, EachExampleStandsAlone) {
  ConvNet net(/*biases=*/true, /*gelu=*/false);
  const at::Tensor images = Images(), labels = Labels({0, 1, 2, 0, 1});
  const at::Tensor baseline = at::zeros({2, 6, 6});
  const at::Tensor order = Labels({3, 0, 4, 2, 1});
  for (const char* method : kMethods) {
    const Attribution all = Of(net, images, baseline, method, labels);
    const Attribution permuted =
        Of(net, images.index_select(0, order), baseline, method,
           labels.index_select(0, order));
    // 1e-6: a matrix product may add in another order.
    EXPECT_TRUE(at::allclose(permuted.values, all.values.index_select(0, order),
                             0, 1e-6))
        << method;
    for (int64_t i = 0; i < 5; ++i) {
      const Attribution one = Of(net, images.slice(0, i, i + 1), baseline,
                                 method, labels.slice(0, i, i + 1));
      EXPECT_TRUE(at::allclose(one.values[0], all.values[i], 0, 1e-6))
          << method << " " << i;
      EXPECT_NEAR(one.change.item<double>(), all.change[i].item<double>(), 1e-6)
          << method << " " << i;
    }
  }
}

TEST(AttributeTest, LeavesTheNetworkAloneEvenWithoutGradients) {
  ConvNet net(/*biases=*/true, /*gelu=*/true);
  net.eval();
  const NetworkState before(net);
  const at::Tensor images = Images(), copy = images.clone();
  const c10::NoGradGuard no_grad;
  for (const char* method : kMethods) {
    const Attribution a = Of(net, images, at::zeros({2, 6, 6}), method,
                             Labels({0, 1, 2, 0, 1}), 2);
    EXPECT_TRUE(a.values.abs().sum().item<float>() > 0) << method;
    EXPECT_FALSE(a.values.requires_grad()) << method;
    EXPECT_FALSE(a.change.requires_grad()) << method;
    EXPECT_FALSE(c10::GradMode::is_enabled()) << method;
  }
  EXPECT_TRUE(NetworkState(net) == before);
  EXPECT_TRUE(images.equal(copy));
  EXPECT_FALSE(images.requires_grad());
}

TEST(AttributeDeathTest, ATrainingNetworkIsRefused) {
  ConvNet net(/*biases=*/true, /*gelu=*/true);
  net.train();
  EXPECT_DEATH(Attribute(net, Images(), Labels({0, 0, 0, 0, 0}),
                         at::zeros({2, 6, 6}), {}),
               "eval mode");
}

}  // namespace
}  // namespace bigstep
