#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/testing.h"
#include "metrics/metric.h"
#include "metrics/testing.h"

namespace bigstep {
namespace {

Json Compute(const std::string& spec, const Dataset& dataset, TinyNet& net,
             int64_t batch_size = 1000) {
  Evaluation evaluation(dataset, net, net.Maker(),
                        {.batch_size = batch_size, .train_subset = {}});
  const absl::StatusOr<Json> result =
      MakePlugin<MetricFamily>(spec, {})->Compute(evaluation);
  EXPECT_OK(result);
  return result.ok() ? *result : Json();
}

// Test examples (4, 1, 0, 0), (1, 1, 1, 1), (0, 0, 0, 0), (5, 0, 0, 0); ones in
// the other splits.
Dataset FourInputs() {
  const at::Tensor labels = at::zeros({4}, at::kLong);
  const Split ones = {at::ones({4, 4}), labels, labels};
  const Split test = {at::tensor({4.f, 1.f, 0.f, 0.f, 1.f, 1.f, 1.f, 1.f,  //
                                  0.f, 0.f, 0.f, 0.f, 5.f, 0.f, 0.f, 0.f})
                          .view({4, 4}),
                      labels, labels};
  return {{{4}, 4, 4}, ones, ones, test};
}

// Enough for sums of four numbers near 1.
constexpr double kTolerance = 1e-14;

TEST(ActivationSparsityTest, ByHand) {
  TinyNet net = IdentityNet(4);
  const Json result = Compute("activation_sparsity", FourInputs(), net);
  EXPECT_EQ(result["zeros"], 9. / 16);
  // p = 1/2, q = 1. (4, 1, 0, 0): 1 - (3/4)^2 / (5/4) = 0.55. Equal entries and
  // none at all: 0. (5, 0, 0, 0): 1 - (1/4)^2 / (1/4) = 0.75.
  EXPECT_NEAR(result["pq_index"].get<double>(), (0.55 + 0.75) / 4, kTolerance);
  EXPECT_EQ(result["dead_units"], 0.);
  // Every example is of class 0.
  EXPECT_EQ(result["zeros_by_class"],
            (Json{9. / 16, nullptr, nullptr, nullptr}));
  EXPECT_EQ(result.size(), 4u);
}

TEST(ActivationSparsityTest, DeadUnitsAreZeroForAllExamples) {
  Dataset dataset = FourInputs();
  // (4, 1, 0, 0) of class 0; (0, 0, 0, 0) and (5, 0, 0, 0) of class 2.
  dataset.test.inputs =
      dataset.test.inputs.index_select(0, at::tensor({0, 2, 3}, at::kLong));
  dataset.test.labels = at::tensor({0, 2, 2}, at::kLong);
  dataset.test.bias_labels = at::tensor({1, 0, 3}, at::kLong);  // No part.
  TinyNet net = IdentityNet(4);
  const Json result = Compute("activation_sparsity", dataset, net);
  EXPECT_EQ(result["dead_units"], 2. / 4);
  EXPECT_EQ(result["zeros_by_class"], (Json{2. / 4, nullptr, 7. / 8, nullptr}));
}

// Inputs are the representation, of either sign, as without hidden layers.
class SignedNet final : public TinyNet {
 public:
  using TinyNet::TinyNet;

  ModelOutput Forward(const at::Tensor& inputs) override {
    return {inputs, inputs};
  }
};

TEST(ActivationSparsityTest, NegativeNumbersAreNotZeros) {
  SignedNet net(at::eye(4), at::eye(4));
  Dataset dataset = FourInputs();
  dataset.test.inputs = -dataset.test.inputs;
  const Json result = Compute("activation_sparsity", dataset, net);
  // As in ByHand: signs play no part.
  EXPECT_EQ(result["zeros"], 9. / 16);
  EXPECT_NEAR(result["pq_index"].get<double>(), (0.55 + 0.75) / 4, kTolerance);
}

TEST(ActivationSparsityTest, ReadsTheSplitAskedFor) {
  TinyNet net = IdentityNet(4);
  EXPECT_EQ(Compute("{name: activation_sparsity, split: validation}",
                    FourInputs(), net)["zeros"],
            0.);
  const MetricTraits traits =
      MakePlugin<MetricFamily>(
          "{name: activation_sparsity, split: shuffled, timing: at_end}", {})
          ->Traits();
  EXPECT_EQ(traits.timing, Timing::kAtEnd);
  EXPECT_EQ(traits.extra_splits, std::vector<std::string>{"shuffled"});
}

TEST(ActivationSparsityTest, TheOrderOfExamplesChangesNothing) {
  TinyNet net = IdentityNet(4);
  ExpectNear(Compute("activation_sparsity", Reordered(FourInputs()), net),
             Compute("activation_sparsity", FourInputs(), net), kTolerance);
}

TEST(ActivationSparsityTest, TakesItsExponents) {
  TinyNet net = IdentityNet(4);
  const Json result =
      Compute("{name: activation_sparsity, p: 1, q: 2}", FourInputs(), net);
  // (4, 1, 0, 0): 1 - (5/4) / sqrt(17/4). (5, 0, 0, 0): 1 - (5/4) / (5/2).
  EXPECT_NEAR(result["pq_index"].get<double>(),
              (1 - 1.25 / std::sqrt(4.25) + 0.5) / 4, kTolerance);
  EXPECT_EQ(result["zeros"], 9. / 16);
}

TEST(ActivationSparsityTest, MeasuresTheRepresentationNotTheLogits) {
  // Logits are all 0, the representation is the input.
  TinyNet net(at::eye(4), at::zeros({4, 4}));
  const Json result = Compute("activation_sparsity", FourInputs(), net);
  EXPECT_EQ(result["zeros"], 9. / 16);
  // A unit below 0 gives an exact zero.
  TinyNet dead(-at::eye(4), at::eye(4));
  const Json silent = Compute("activation_sparsity", FourInputs(), dead);
  EXPECT_EQ(silent["zeros"], 1.);
  EXPECT_EQ(silent["pq_index"], 0.);
  EXPECT_EQ(silent["dead_units"], 1.);
}

TEST(ActivationSparsityTest, BatchingChangesNothing) {
  TinyNet net = IdentityNet(4);
  const Json whole = Compute("activation_sparsity", FourInputs(), net);
  for (const int64_t batch_size : {1, 3}) {
    EXPECT_EQ(Compute("activation_sparsity", FourInputs(), net, batch_size),
              whole);
  }
}

TEST(ActivationSparsityTest, LeavesTheNetworkAlone) {
  TinyNet net = IdentityNet(4);
  const NetworkState before(net);
  Compute("activation_sparsity", FourInputs(), net);
  EXPECT_TRUE(NetworkState(net) == before);
}

TEST(ActivationSparsityTest, GivesWhatItDeclares) {
  TinyNet net = IdentityNet(4);
  const Json result = Compute("activation_sparsity", FourInputs(), net);
  const MetricTraits traits =
      MakePlugin<MetricFamily>("activation_sparsity", {})->Traits();
  EXPECT_EQ(traits.timing, Timing::kByStep);
  EXPECT_EQ(traits.results.size(), 3u);
  for (const ResultSpec& spec : traits.results) {
    EXPECT_TRUE(result.contains(spec.name)) << spec.name;
    EXPECT_EQ(spec.direction, spec.name == "dead_units" ? Direction::kNeither
                                                        : Direction::kHigher)
        << spec.name;
    EXPECT_EQ(spec.least, 0) << spec.name;
    EXPECT_EQ(spec.most, 1) << spec.name;
  }
}

TEST(ActivationSparsityTest, RefusesExponentsInTheWrongOrder) {
  for (const char* exponents : {"p: 2, q: 1", "p: 1, q: 1"}) {
    Problems problems;
    const SpecNode node =
        ReadSpec(std::string("{name: activation_sparsity, ") + exponents + "}",
                 "test", 0, problems);
    Metrics::Get().Read(node, "metric", problems);
    EXPECT_EQ(Message(problems), "test:1:1: metric: p must be less than q");
  }
}

}  // namespace
}  // namespace bigstep
