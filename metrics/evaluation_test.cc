#include "metrics/evaluation.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
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
  EXPECT_TRUE(evaluation.Representation("validation")
                  ->equal(at::tensor({8.f, 1.f, 9.f, 1.f, 10.f, 1.f, 11.f, 1.f,
                                      12.f, 1.f})
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
    return evaluation.Representation(split).value()[0][0].item<float>();
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

TEST_F(EvaluationTest, RepresentationsComeWithTheOutputsOrInASecondPass) {
  for (const bool kept : {true, false}) {
    net_.batch_sizes.clear();
    Evaluation evaluation = Make({.train_subset = {}, .representations = kept});
    ASSERT_OK(evaluation.Outputs("train"));
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(evaluation.Representation("train")->size(0), 7);
    }
    EXPECT_EQ(net_.batch_sizes.size(), kept ? 1 : 2);
    EXPECT_FALSE(evaluation.Representation("tset").ok());
  }
}

TEST_F(EvaluationTest, BatchesHaveTheSizeAskedForAndChangeNothing) {
  Evaluation whole = Make();
  const SplitOutputs& wanted = *whole.Outputs("train").value();
  net_.batch_sizes.clear();
  Evaluation in_threes = Make({.batch_size = 3, .train_subset = {}});
  ASSERT_OK(in_threes.Outputs("train"));
  EXPECT_EQ(net_.batch_sizes, (std::vector<int64_t>{3, 3, 1}));
  Evaluation in_ones = Make({.batch_size = 1, .train_subset = {}});
  // Small integers: sums are exact in any order.
  for (Evaluation* const other : {&in_threes, &in_ones}) {
    const SplitOutputs& found = *other->Outputs("train").value();
    EXPECT_TRUE(found.logits.equal(wanted.logits));
    EXPECT_TRUE(found.labels.equal(wanted.labels));
    EXPECT_TRUE(found.bias_labels.equal(wanted.bias_labels));
    EXPECT_TRUE(other->Representation("train")->equal(
        whole.Representation("train").value()));
  }
}

TEST_F(EvaluationTest, TrainSubsetPicksTrainingExamplesOnly) {
  const at::Tensor subset = at::tensor({6, 1, 3}, at::kLong);
  for (const int64_t batch_size : {1, 2, 1000}) {
    Evaluation evaluation =
        Make({.batch_size = batch_size, .train_subset = subset});
    const SplitOutputs& train = *evaluation.Outputs("train").value();
    // Examples 6, 1, 3 in this order: relu(i - 2), i mod 2, i mod 3.
    EXPECT_TRUE(evaluation.Representation("train")->select(1, 0).equal(
        at::tensor({4.f, 0.f, 1.f})));
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
    const NetworkState before(net_);
    {
      Evaluation evaluation = Make();
      EXPECT_FALSE(evaluation.model().is_training());
      const SplitOutputs& outputs = *evaluation.Outputs("test").value();
      EXPECT_TRUE(net_.in_eval_mode);
      EXPECT_TRUE(net_.without_gradients);
      EXPECT_FALSE(outputs.logits.requires_grad());
      EXPECT_TRUE(c10::GradMode::is_enabled());
    }
    EXPECT_EQ(net_.is_training(), training);
    EXPECT_TRUE(NetworkState(net_) == before);
  }
}

TEST_F(EvaluationTest, AnEvaluationWithinAnotherRestoresTheSameMode) {
  net_.train();
  {
    Evaluation outer = Make();
    { Evaluation inner = Make(); }
    EXPECT_FALSE(net_.is_training());
  }
  EXPECT_TRUE(net_.is_training());
}

TEST_F(EvaluationTest, SamplesAreRisingDistinctAndDecidedBySeedAndSplit) {
  const auto sample = [&](int64_t seed, const std::string& split,
                          int64_t size) {
    Evaluation evaluation = Make({.seed = seed});
    return evaluation.Sample(split, size).value();
  };
  const at::Tensor a = sample(1, "train", 4);
  EXPECT_EQ(a.size(0), 4);
  EXPECT_TRUE(a.diff().gt(0).all().item<bool>());
  EXPECT_TRUE(a.ge(0).logical_and(a.lt(7)).all().item<bool>());
  EXPECT_TRUE(sample(1, "train", 4).equal(a));
  // Of 35 possible samples, ten seeds hardly give one.
  bool differs = false;
  for (int64_t seed = 2; seed < 12; ++seed) {
    differs = differs || !sample(seed, "train", 4).equal(a);
  }
  EXPECT_TRUE(differs);
  EXPECT_TRUE(sample(1, "test", 4).equal(at::arange(4)));
  EXPECT_TRUE(sample(1, "test", 1000).equal(at::arange(4)));
}

TEST_F(EvaluationTest, ASampleIsFreeOfTheTrainSubset) {
  Evaluation all = Make({.seed = 3});
  Evaluation some =
      Make({.train_subset = at::tensor({6, 1, 3}, at::kLong), .seed = 3});
  EXPECT_TRUE(
      all.Sample("train", 5).value().equal(some.Sample("train", 5).value()));
}

TEST_F(EvaluationTest, BatchesHoldTheExamplesAskedForInOrder) {
  Evaluation evaluation = Make({.batch_size = 2});
  std::vector<int64_t> sizes;
  std::vector<at::Tensor> inputs, labels, bias_labels, positions;
  ASSERT_OK(evaluation.ForEachBatch("train", at::tensor({5, 0, 4}, at::kLong),
                                    [&](const EvaluationBatch& batch) {
                                      sizes.push_back(batch.inputs.size(0));
                                      positions.push_back(batch.positions);
                                      inputs.push_back(batch.inputs);
                                      labels.push_back(batch.labels);
                                      bias_labels.push_back(batch.bias_labels);
                                      return absl::OkStatus();
                                    }));
  EXPECT_EQ(sizes, (std::vector<int64_t>{2, 1}));
  EXPECT_TRUE(at::cat(positions).equal(at::tensor({5, 0, 4}, at::kLong)));
  // Input (i, 1), label i mod 2, bias label i mod 3.
  EXPECT_TRUE(at::cat(inputs).select(1, 0).equal(at::tensor({5.f, 0.f, 4.f})));
  EXPECT_TRUE(at::cat(labels).equal(at::tensor({1, 0, 0}, at::kLong)));
  EXPECT_TRUE(at::cat(bias_labels).equal(at::tensor({2, 0, 1}, at::kLong)));
}

TEST_F(EvaluationTest, TheFirstErrorOfABatchEndsTheRest) {
  Evaluation evaluation = Make({.batch_size = 2});
  int calls = 0;
  const absl::Status status = evaluation.ForEachBatch(
      "train", at::arange(7), [&](const EvaluationBatch&) {
        return ++calls == 2 ? absl::InternalError("broken") : absl::OkStatus();
      });
  EXPECT_EQ(std::string(status.message()), "broken");
  EXPECT_EQ(calls, 2);
}

TEST_F(EvaluationTest, AnUnknownSplitIsNamedWithTheKnownOnes) {
  Evaluation evaluation = Make();
  const absl::Status expected = absl::InvalidArgumentError(
      "the dataset has no split 'tset' (it has train, validation, test)");
  EXPECT_EQ(evaluation.Outputs("tset").status(), expected);
  EXPECT_EQ(evaluation.Sample("tset", 3).status(), expected);
  EXPECT_EQ(evaluation.ForEachBatch(
                "tset", at::arange(1),
                [](const EvaluationBatch&) { return absl::OkStatus(); }),
            expected);
}

TEST_F(EvaluationTest, CopyIsEqualAndApart) {
  const NetworkState before(net_);
  const std::unique_ptr<Model> copy = Make().CopyModel();
  const NamedTensors original = Parameters(net_);
  const NamedTensors copied = Parameters(*copy);
  ASSERT_EQ(copied.size(), original.size());
  for (size_t i = 0; i < copied.size(); ++i) {
    EXPECT_TRUE(copied[i].second.equal(original[i].second));
    copied[i].second.detach().fill_(-1);
  }
  EXPECT_TRUE(copy->buffers()[0].equal(net_.buffers()[0]));
  EXPECT_TRUE(NetworkState(net_) == before);
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

TEST_F(EvaluationTest, AnotherNetworkRunsInEvalModeAndKeepsItsOwn) {
  Evaluation evaluation = Make();
  SpyNet other(at::eye(2), at::eye(2));
  other.train();
  ASSERT_OK(evaluation.OutputsOf(other, "test"));
  EXPECT_TRUE(other.in_eval_mode);
  EXPECT_TRUE(other.without_gradients);
  EXPECT_TRUE(other.is_training());
}

TEST_F(EvaluationTest, BatchesAreNoLargerThanTheMostThatIsWanted) {
  Evaluation evaluation = Make();
  std::vector<int64_t> sizes;
  ASSERT_OK(evaluation.ForEachBatch(
      "train", at::arange(7),
      [&](const EvaluationBatch& batch) {
        sizes.push_back(batch.inputs.size(0));
        return absl::OkStatus();
      },
      3));
  EXPECT_EQ(sizes, (std::vector<int64_t>{3, 3, 1}));
}

TEST_F(EvaluationTest, InputsOfMoreThan16MegabytesGoOneByOne) {
  const int64_t d = (int64_t{4} << 20) + 1;
  const Split split = {at::zeros({1, d}).expand({2, d}),
                       at::zeros({2}, at::kLong), at::zeros({2}, at::kLong)};
  const Dataset dataset = {{{d}, 1, 1}, split, split, split};
  SpyNet net(at::zeros({1, d}), at::ones({1, 1}));
  Evaluation evaluation(dataset, net, net.Maker(), {});
  ASSERT_OK(evaluation.Outputs("test"));
  EXPECT_EQ(net.batch_sizes, (std::vector<int64_t>{1, 1}));
}

TEST_F(EvaluationTest, AnInterruptEndsItBeforeTheNextBatch) {
  int asked = 0;
  Evaluation::Options options;
  options.batch_size = 2;
  options.interrupted = [&] { return ++asked == 3; };
  Evaluation evaluation = Make(options);
  EXPECT_EQ(evaluation.Outputs("train").status(),
            absl::CancelledError("interrupted"));
  EXPECT_EQ(net_.batch_sizes, (std::vector<int64_t>{2, 2}));
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
