#include "metrics/evaluation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "metrics/testing.h"

namespace bigstep {
namespace {

// Notes how it is called.
class SpyNet final : public TinyNet {
 public:
  using TinyNet::TinyNet;

  ModelOutput Forward(const at::Tensor& inputs) override {
    batch_sizes.push_back(inputs.size(0));
    in_eval_mode = in_eval_mode && !is_training();
    without_gradients = without_gradients && !c10::GradMode::is_enabled();
    return TinyNet::Forward(inputs);
  }

  std::vector<int64_t> batch_sizes;
  bool in_eval_mode = true;
  bool without_gradients = true;
};

// Examples numbered from `first`: input (i, 1), label i mod 2, bias label
// i mod 3.
Split NumberedSplit(int64_t first, int64_t n) {
  const at::Tensor i = at::arange(first, first + n);
  return {at::stack({i.to(at::kFloat), at::ones({n})}, 1), i.remainder(2),
          i.remainder(3)};
}

class EvaluationTest : public testing::Test {
 protected:
  Evaluation Make(Evaluation::Options options = {}) {
    return Evaluation(dataset_, net_, net_.Maker(), options);
  }

  const Dataset dataset_ = {{{2}, 2, 3},
                            NumberedSplit(0, 7),
                            NumberedSplit(10, 5),
                            NumberedSplit(20, 4)};
  // Input (i, 1) -> relu(i - 2, 1) -> (i - 2, 1, 3 (i - 2)).
  SpyNet net_{at::tensor({1.f, -2.f, 0.f, 1.f}).view({2, 2}),
              at::tensor({1.f, 0.f, 0.f, 1.f, 3.f, 0.f}).view({3, 2})};
};

TEST_F(EvaluationTest, OutputsByHand) {
  Evaluation evaluation = Make();
  EXPECT_EQ(evaluation.task().num_biases, 3);
  const SplitOutputs& validation = *evaluation.Outputs("validation").value();
  EXPECT_TRUE(validation.representation.equal(
      at::tensor({8.f, 1.f, 9.f, 1.f, 10.f, 1.f, 11.f, 1.f, 12.f, 1.f})
          .view({5, 2})));
  EXPECT_TRUE(validation.logits.equal(
      at::tensor({8.f, 1.f, 24.f, 9.f, 1.f, 27.f, 10.f, 1.f, 30.f, 11.f, 1.f,
                  33.f, 12.f, 1.f, 36.f})
          .view({5, 3})));
  EXPECT_TRUE(validation.labels.equal(dataset_.validation.labels));
  EXPECT_TRUE(validation.bias_labels.equal(dataset_.validation.bias_labels));
}

TEST_F(EvaluationTest, EachSplitHasItsOwnOutputs) {
  Evaluation evaluation = Make();
  const auto first = [&](const std::string& split) {
    return evaluation.Outputs(split)
        .value()
        ->representation[0][0]
        .item<float>();
  };
  EXPECT_EQ(first("train"), 0);       // relu(0 - 2).
  EXPECT_EQ(first("validation"), 8);  // 10 - 2.
  EXPECT_EQ(first("test"), 18);       // 20 - 2.
  EXPECT_EQ(evaluation.Outputs("train").value()->labels.size(0), 7);
  EXPECT_EQ(evaluation.Outputs("test").value()->labels.size(0), 4);
}

TEST_F(EvaluationTest, OutputsAreComputedOnce) {
  Evaluation evaluation = Make();
  const SplitOutputs* const outputs = evaluation.Outputs("train").value();
  EXPECT_EQ(evaluation.Outputs("train").value(), outputs);
  EXPECT_EQ(net_.batch_sizes, (std::vector<int64_t>{7}));
}

TEST_F(EvaluationTest, BatchesHaveTheSizeAskedForAndChangeNothing) {
  const SplitOutputs whole = *Make().Outputs("train").value();
  net_.batch_sizes.clear();
  const SplitOutputs in_threes =
      *Make({.batch_size = 3, .train_subset = {}}).Outputs("train").value();
  EXPECT_EQ(net_.batch_sizes, (std::vector<int64_t>{3, 3, 1}));
  const SplitOutputs in_ones =
      *Make({.batch_size = 1, .train_subset = {}}).Outputs("train").value();
  // Small integers: sums are exact in any order.
  for (const SplitOutputs& other : {in_threes, in_ones}) {
    EXPECT_TRUE(other.logits.equal(whole.logits));
    EXPECT_TRUE(other.representation.equal(whole.representation));
    EXPECT_TRUE(other.labels.equal(whole.labels));
    EXPECT_TRUE(other.bias_labels.equal(whole.bias_labels));
  }
}

TEST_F(EvaluationTest, TrainSubsetPicksTrainingExamplesOnly) {
  const at::Tensor subset = at::tensor({6, 1, 3}, at::kLong);
  for (const int64_t batch_size : {1, 2, 1000}) {
    Evaluation evaluation =
        Make({.batch_size = batch_size, .train_subset = subset});
    const SplitOutputs& train = *evaluation.Outputs("train").value();
    // Examples 6, 1, 3 in this order: relu(i - 2), i mod 2, i mod 3.
    EXPECT_TRUE(
        train.representation.select(1, 0).equal(at::tensor({4.f, 0.f, 1.f})));
    EXPECT_TRUE(train.labels.equal(at::tensor({0, 1, 1}, at::kLong)));
    EXPECT_TRUE(train.bias_labels.equal(at::tensor({0, 1, 0}, at::kLong)));
    EXPECT_EQ(evaluation.Outputs("validation").value()->labels.size(0), 5);
    EXPECT_EQ(evaluation.Outputs("test").value()->labels.size(0), 4);
  }
}

TEST_F(EvaluationTest, BytesReachTheNetworkDividedBy255) {
  const Split bytes = {at::tensor({255, 0, 0, 51}, at::kByte).view({2, 2}),
                       at::zeros({2}, at::kLong), at::zeros({2}, at::kLong)};
  const Dataset dataset = {{{2}, 2, 2}, bytes, bytes, bytes};
  TinyNet net = IdentityNet(2);
  const at::Tensor expected = at::tensor({1.f, 0.f, 0.f, 0.2f}).view({2, 2});
  Evaluation all(dataset, net, net.Maker(), {});
  EXPECT_TRUE(all.Outputs("train").value()->logits.equal(expected));
  Evaluation one(
      dataset, net, net.Maker(),
      {.batch_size = 10, .train_subset = at::tensor({1}, at::kLong)});
  EXPECT_TRUE(
      one.Outputs("train").value()->logits.equal(expected.slice(0, 1, 2)));
}

TEST_F(EvaluationTest, RunsInEvalModeWithoutGradientsAndRestoresBoth) {
  for (const bool training : {true, false}) {
    net_.train(training);
    const ModelState before(net_);
    Evaluation evaluation = Make();
    const SplitOutputs& outputs = *evaluation.Outputs("test").value();
    EXPECT_TRUE(net_.in_eval_mode);
    EXPECT_TRUE(net_.without_gradients);
    EXPECT_FALSE(outputs.logits.requires_grad());
    EXPECT_EQ(net_.is_training(), training);
    EXPECT_TRUE(c10::GradMode::is_enabled());
    EXPECT_TRUE(ModelState(net_) == before);
  }
}

TEST_F(EvaluationTest, CopyIsEqualAndApart) {
  const ModelState before(net_);
  const std::unique_ptr<Model> copy = Make().CopyModel();
  const NamedTensors original = Parameters(net_);
  const NamedTensors copied = Parameters(*copy);
  ASSERT_EQ(copied.size(), original.size());
  for (size_t i = 0; i < copied.size(); ++i) {
    EXPECT_TRUE(copied[i].second.equal(original[i].second));
    copied[i].second.detach().fill_(-1);
  }
  EXPECT_TRUE(copy->buffers()[0].equal(net_.buffers()[0]));
  EXPECT_TRUE(ModelState(net_) == before);
}

TEST_F(EvaluationTest, OutputsOfAnotherNetworkAreItsOwn) {
  Evaluation evaluation = Make();
  TinyNet other(at::eye(2), at::eye(2));
  const SplitOutputs outputs = evaluation.OutputsOf(other, "test").value();
  EXPECT_TRUE(outputs.logits.equal(dataset_.test.inputs));
  EXPECT_TRUE(net_.batch_sizes.empty());
  // Nothing of it is kept.
  EXPECT_EQ(evaluation.Outputs("test").value()->logits.size(1), 3);
}

TEST(ShareCorrectTest, ByHand) {
  const at::Tensor logits = at::tensor({1.f, 2.f, 3.f, -1.f, -2.f, -3.f, 0.f,
                                        5.f, 4.f, 0.f, 0.f, 1.f})
                                .view({4, 3});  // Largest at 2, 0, 1, 2.
  EXPECT_EQ(ShareCorrect(logits, at::tensor({2, 0, 1, 2}, at::kLong)), 1);
  EXPECT_EQ(ShareCorrect(logits, at::tensor({2, 1, 1, 1}, at::kLong)), 0.5);
  EXPECT_EQ(ShareCorrect(logits, at::tensor({0, 1, 0, 0}, at::kLong)), 0);
}

TEST(ShareCorrectTest, TheFirstOfEqualLogitsIsPredicted) {
  const at::Tensor logits = at::tensor({1.f, 2.f, 2.f}).view({1, 3});
  EXPECT_EQ(ShareCorrect(logits, at::tensor({1}, at::kLong)), 1);
  EXPECT_EQ(ShareCorrect(at::zeros({5, 10}), at::zeros({5}, at::kLong)), 1);
}

TEST(ShareCorrectTest, NothingGivesNaN) {
  EXPECT_TRUE(
      std::isnan(ShareCorrect(at::zeros({0, 3}), at::zeros({0}, at::kLong))));
}

}  // namespace
}  // namespace bigstep
