// Attribution on the models that exist, which the tests of the metrics do not
// see: DeepLIFT's multipliers must reach through all of their layers.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "datasets/dataset.h"
#include "metrics/evaluation.h"
#include "metrics/metric.h"
#include "models/model.h"

namespace bigstep {
namespace {

// 12 images [3, 32, 32] of random bytes, three classes and bias labels.
Dataset RandomImages() {
  at::manual_seed(1);
  Split split = {at::randint(0, 256, {12, 3, 32, 32}).to(at::kByte),
                 at::arange(12).remainder(3), at::arange(12).remainder(2)};
  split.mean = at::full({3, 1, 1}, 0.5f);
  split.stddev = at::full({3, 1, 1}, 0.25f);
  return {{{3, 32, 32}, 3, 3}, split, split, split};
}

// A network after a forward pass in train mode: batch normalization has running
// statistics of its own.
std::unique_ptr<Model> MakeUsed(const std::string& spec,
                                const Dataset& dataset) {
  auto model = MakePlugin<ModelFamily>(spec, {dataset.task, /*seed=*/1});
  const c10::NoGradGuard no_grad;
  model->train();
  model->Forward(dataset.train.Range(0, 12).value());
  return model;
}

class AttributionTest : public testing::Test {
 protected:
  // The error of core_utilization with `options`, "method: ..." and more.
  double CompletenessError(const std::string& model,
                           const std::string& options) {
    const std::unique_ptr<Model> net = MakeUsed(model, dataset_);
    Evaluation evaluation(dataset_, *net,
                          [&] { return MakeUsed(model, dataset_); }, {});
    const auto metric = MakePlugin<MetricFamily>(
        "{name: core_utilization, " + options + "}", {});
    const auto values = metric->Compute(evaluation);
    EXPECT_OK(values);
    return (*values)["completeness_error"].get<double>();
  }

  Dataset dataset_ = RandomImages();
};

// 20 layers round sums of either sign in float32, by 6e-8 each: some 1e-6, with
// room for processors that add in another order.
constexpr double kFloatError = 1e-5;

const char* const kModels[] = {
    "fcn",
    "{name: fcn, hidden: [50, 50], bias: true}",
    "cnn",
    "{name: cnn, batch_norm: true, global_pool: true, hidden: [20]}",
    "{name: cnn, pooling: average}",
    "resnet18",
    "{name: resnet18, stem: cifar}",
};

TEST_F(AttributionTest, DeepLiftIsCompleteOnNetworksOfReluAndPooling) {
  for (const char* model : kModels) {
    for (const char* baseline : {"baseline: zero", "baseline: black"}) {
      EXPECT_LT(CompletenessError(model, baseline), kFloatError)
          << model << ", " << baseline;
    }
  }
}

TEST_F(AttributionTest, GradientsAreCompleteWithoutBiasesAlone) {
  const std::string method = "method: input_x_gradient";
  EXPECT_LT(CompletenessError("fcn", method), kFloatError);
  EXPECT_GT(CompletenessError("resnet18", method), 0.1);
  // From black instead of 0, even without biases the network is not linear.
  EXPECT_GT(CompletenessError("fcn", method + ", baseline: black"), 0.1);
}

// Layer normalization and softmax keep plain gradients: swin_t is for
// integrated gradients, which ask for nothing but gradients.
TEST_F(AttributionTest, DeepLiftIsNotCompleteOnSwinAndSaysSo) {
  EXPECT_GT(CompletenessError("swin_t", "examples: 2"), 0.1);
  // Ten gradients on a smooth way.
  EXPECT_LT(
      CompletenessError("swin_t",
                        "examples: 2, method: integrated_gradients, steps: 10"),
      0.01);
}

TEST_F(AttributionTest, ContoursAreMeasuredAndCoreUtilizationDrawn) {
  const std::unique_ptr<Model> net = MakeUsed("cnn", dataset_);
  Evaluation evaluation(dataset_, *net,
                        [&] { return MakeUsed("cnn", dataset_); },
                        {.pictures = true});
  const auto contours =
      MakePlugin<MetricFamily>("contour_reliance", {})->Compute(evaluation);
  ASSERT_OK(contours);
  // A fifth of 1024 pixels; random bytes hardly tie.
  EXPECT_NEAR((*contours)["edge_area"].get<double>(), 205. / 1024, 1e-3);
  EXPECT_OK(
      MakePlugin<MetricFamily>("core_utilization", {})->Compute(evaluation));
  EXPECT_EQ(evaluation.TakePictures().size(), 1u);
}

}  // namespace
}  // namespace bigstep
