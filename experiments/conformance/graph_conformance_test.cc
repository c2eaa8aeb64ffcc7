// That the passes of every model, loss, regularizer and optimizer can be
// recorded in a graph and replayed: to the same bits.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/generator.h"
#include "base/named_tensors.h"
#include "experiments/conformance/testing.h"
#include "experiments/train/gradients.h"
#include "experiments/train/recording_graph_testing.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/optimizer.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

constexpr int kSteps = 7;

// What trains, by name.
struct Choice {
  std::string model = "fcn";
  std::string loss = "cross_entropy";
  std::string optimizer = "sgd";
  std::string regularizer = {};  // Empty: none.
  Json loss_options = Json::object();
};

struct Trained {
  std::vector<double> losses;
  std::vector<at::Tensor> logits;  // Of the first passes.
  NamedTensors state;              // Of the model.
  int replays = 0;
};

// The plugin with `options`, and with defaults besides.
template <class Family>
auto MakePlugin(const std::string& name, const typename Family::Args& args,
                const Json& options = Json::object()) {
  const auto& registry = Registry<Family>::Get();
  Problems problems;
  const PluginConfig config = ReadChoice(registry, name, options, problems);
  EXPECT_EQ(Message(problems), "");
  auto made = registry.Make(config, args);
  EXPECT_OK(made);
  return *std::move(made);
}

// A few steps on batches of eight small images.
Trained Train(const Choice& choice, bool graphs) {
  Trained trained;
  const TaskSpec task = {{3, 8, 8}, /*num_classes=*/5, /*num_biases=*/2};
  const auto model = MakePlugin<ModelFamily>(choice.model, {task, 1});
  model->train();
  const auto loss =
      MakePlugin<LossFamily>(choice.loss, {}, choice.loss_options);
  std::vector<std::unique_ptr<Regularizer>> regularizers;
  if (!choice.regularizer.empty()) {
    regularizers.push_back(
        MakePlugin<RegularizerFamily>(choice.regularizer, {}));
  }
  const auto optimizer =
      MakePlugin<OptimizerFamily>(choice.optimizer, {Parameters(*model)});
  BatchGradients::Parts parts = {*model, *loss, regularizers, {}};
  if (graphs) {
    parts.make_graph = [&trained] {
      return RecordingGraph::Make(&trained.replays);
    };
  }
  BatchGradients gradients(parts);
  at::Generator generator = MakeGenerator(5);
  for (int step = 0; step < kSteps; ++step) {
    const at::Tensor inputs = at::empty({8, 3, 8, 8}).normal_(0, 1, generator);
    gradients.SetBatch({{}, inputs, SomeTargets(*loss, 8, 5, generator)});
    // Another learning rate in each step, as schedules have it.
    const at::Tensor mean = optimizer->Step(
        [&gradients] { return gradients.Compute(); }, 0.1 / (step + 1));
    trained.losses.push_back(mean.item<double>());
    trained.logits.push_back(gradients.FirstLogits());
  }
  trained.state = ModelState(*model);
  return trained;
}

// Returns the number of replays.
int ExpectSameBits(const Choice& choice) {
  const Trained one_by_one = Train(choice, false), graphs = Train(choice, true);
  EXPECT_EQ(one_by_one.losses, graphs.losses);
  EXPECT_NE(graphs.losses.front(), graphs.losses.back());
  for (size_t i = 0; i < graphs.logits.size(); ++i) {
    EXPECT_TRUE(graphs.logits[i].equal(one_by_one.logits[i])) << i;
  }
  for (size_t i = 0; i < graphs.state.size(); ++i) {
    EXPECT_TRUE(graphs.state[i].second.equal(one_by_one.state[i].second))
        << graphs.state[i].first;
  }
  EXPECT_EQ(one_by_one.replays, 0);
  return graphs.replays;
}

class ModelGraphTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, ModelGraphTest,
                         testing::ValuesIn(Models::Get().Names()), CaseName);

TEST_P(ModelGraphTest, GivesTheSameBits) {
  const TaskSpec task = {{3, 8, 8}, 5, 2};
  auto model = MakePlugin<ModelFamily>(GetParam(), {task, 1});
  if (IsLarge(*model)) GTEST_SKIP() << "large; smaller ones have its parts";
  const bool draws = !model->generators().empty();
  model.reset();
  // The first three steps are made one by one.
  EXPECT_EQ(ExpectSameBits({.model = GetParam()}), draws ? 0 : kSteps - 3);
}

class LossGraphTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, LossGraphTest,
                         testing::ValuesIn(Losses::Get().Names()), CaseName);

// LibTorch's own way of computing it, which other devices take.
TEST_P(LossGraphTest, GivesTheSameBits) {
  EXPECT_EQ(ExpectSameBits({.loss = GetParam()}), kSteps - 3);
}

// LibTorch's own cross-entropy, which other devices than the CPU always take.
TEST(GraphTest, SmoothedLabelsGiveTheSameBits) {
  EXPECT_EQ(ExpectSameBits({.loss_options = {{"label_smoothing", 0.1}}}),
            kSteps - 3);
}

class RegularizerGraphTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, RegularizerGraphTest,
                         testing::ValuesIn(Regularizers::Get().Names()),
                         CaseName);

TEST_P(RegularizerGraphTest, GivesTheSameBits) {
  EXPECT_EQ(ExpectSameBits({.regularizer = GetParam()}), kSteps - 3);
}

class OptimizerGraphTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(All, OptimizerGraphTest,
                         testing::ValuesIn(Optimizers::Get().Names()),
                         CaseName);

// With a model that has running statistics.
TEST_P(OptimizerGraphTest, GivesTheSameBits) {
  const int replays =
      ExpectSameBits({.model = "resnet18", .optimizer = GetParam()});
  EXPECT_TRUE(replays == kSteps - 3 || replays == 2 * (kSteps - 3)) << replays;
}

// A fully connected network goes without autograd where nothing is recorded.
TEST_P(OptimizerGraphTest, GivesTheBitsOfAutogradWithoutIt) {
  const TaskSpec task = {{3, 8, 8}, 5, 2};
  ASSERT_NE(MakePlugin<ModelFamily>("fcn", {task, 1})->MakeDirectPass(),
            nullptr);
  ASSERT_TRUE(
      MakePlugin<LossFamily>("cross_entropy", {})->HasDirect(c10::kCPU));
  for (const char* const regularizer : {"l2", "group_lasso"}) {
    const int replays =
        ExpectSameBits({.optimizer = GetParam(), .regularizer = regularizer});
    EXPECT_GT(replays, 0);
  }
}

}  // namespace
}  // namespace bigstep
