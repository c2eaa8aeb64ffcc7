// Everything together: datasets and models train with each other.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/fake_data_root.h"
#include "experiments/conformance/testing.h"
#include "experiments/plan/testing.h"
#include "experiments/train/trainer.h"
#include "metrics/metric.h"
#include "models/model.h"
#include "optimizers/loss.h"

namespace bigstep {
namespace {

// Models know of a dataset what its task says: each dataset is tried with two
// models, and each model with the kinds of task there are.
std::vector<std::tuple<std::string, std::string>> Pairs() {
  std::set<std::tuple<std::string, std::string>> pairs;
  for (const std::string& dataset : Datasets::Get().Names()) {
    for (const char* const model : {"cnn", "fcn"}) {
      pairs.emplace(dataset, model);
    }
  }
  for (const std::string& model : Models::Get().Names()) {
    for (const char* const dataset :
         {"cifar10", "mnist", "parity", "sparse_regression", "waterbirds"}) {
      pairs.emplace(dataset, model);
    }
  }
  return {pairs.begin(), pairs.end()};
}

class PairTest
    : public testing::TestWithParam<std::tuple<std::string, std::string>> {};

INSTANTIATE_TEST_SUITE_P(All, PairTest, testing::ValuesIn(Pairs()),
                         [](const auto& info) {
                           return std::get<0>(info.param) + "_" +
                                  std::get<1>(info.param);
                         });

// Made once, because each is used with every model.
const Dataset& ShortDataset(const PluginConfig& choice) {
  static auto* const datasets =
      new std::map<std::string, std::unique_ptr<Dataset>>;
  std::unique_ptr<Dataset>& dataset = (*datasets)[choice.name()];
  if (dataset == nullptr) {
    dataset = Datasets::Get().Make(choice, {FakeDataRoot(), 0}).value();
    Shorten(dataset->train);
    Shorten(dataset->validation);
    Shorten(dataset->test);
  }
  return *dataset;
}

TEST_P(PairTest, TrainsForTwoStepsAndIsMeasuredOrSaysWhyNot) {
  const auto& [dataset_name, model_name] = GetParam();
  TrialSettings settings =
      // A rate at which no network, however deep, diverges at once.
      PlanOf(kTinySpec, {"axes.lr.values=[1.0e-4, 2.0e-4]",
                         "metrics=[accuracy, activation_sparsity]",
                         "compare.metrics=[accuracy.unbiased_test]"})
          .trials[0]
          .settings;
  settings.dataset = SmallDataset(dataset_name);
  settings.model = Default(Models::Get(), model_name);
  settings.training.batch_size = 4;
  settings.training.max_steps = 2;
  const Dataset& dataset = ShortDataset(settings.dataset);
  if (dataset.task.is_regression()) {
    settings.loss = Default(Losses::Get(), "squared_error");
    settings.metrics[0] = {"squared_error",
                           Default(Metrics::Get(), "squared_error")};
  }
  if (dataset.task.input_shape.size() == 1) {
    // Networks of convolutions may refuse vectors.
    const absl::Status fits = CheckTrial(settings, dataset, c10::kCPU).status();
    if (!fits.ok()) {
      EXPECT_EQ(fits.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_THAT(std::string(fits.message()), testing::HasSubstr("[C, H, W]"));
      return;
    }
  }
  const auto result = RunTrial(settings, dataset, c10::kCPU, TrainerHooks());
  ASSERT_OK(result);
  EXPECT_EQ(result->outcome, Outcome::kCompleted) << result->reason;
  EXPECT_EQ(result->metrics.size(), 2u);
}

}  // namespace
}  // namespace bigstep
