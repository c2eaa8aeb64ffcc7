#include "experiments/train/gradients.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/named_tensors.h"
#include "datasets/batch_loader.h"
#include "experiments/train/recording_graph_testing.h"
#include "models/model.h"
#include "optimizers/loss.h"
#include "optimizers/regularizer.h"

namespace bigstep {
namespace {

// One logit w x; counts its forward passes in a buffer.
class Line final : public Model {
 public:
  explicit Line(bool draws = false)
      : w_(register_parameter("w", at::full({1}, 2.0))),
        unused_(register_parameter("unused", at::ones({2}))),
        passes_(register_buffer("passes", at::zeros({1}))) {
    if (draws) RegisterGenerator("mask", at::Generator());
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    {
      const c10::NoGradGuard no_grad;
      passes_.add_(1);
    }
    return {inputs * w_, inputs};
  }

  at::Tensor& w() { return w_; }
  at::Tensor& unused() { return unused_; }
  double passes() const { return passes_.item<double>(); }

 private:
  at::Tensor w_, unused_, passes_;
};

// (logit - label)^2 / 2.
class HalfSquare final : public Loss {
 public:
  at::Tensor PerExample(const at::Tensor& logits,
                        const at::Tensor& labels) const override {
    return (logits.squeeze(1) - labels).square() / 2;
  }
};

// 3 w.
class Slope final : public Regularizer {
 public:
  at::Tensor Penalty(const NamedTensors& parameters) const override {
    return 3 * parameters[0].second.sum();
  }
};

ExampleBatch Batch(double x, int64_t label) {
  return {{}, at::full({2, 1}, x), at::full({2}, label, at::kLong)};
}

class BatchGradientsTest : public testing::Test {
 protected:
  BatchGradientsTest() { regularizers_.push_back(std::make_unique<Slope>()); }

  BatchGradients Make(Line& model, bool graphs) {
    BatchGradients::Parts parts = {model, loss_, regularizers_, {}};
    if (graphs) {
      parts.make_graph = [this] { return RecordingGraph::Make(&replays_); };
    }
    return BatchGradients(parts);
  }

  HalfSquare loss_;
  std::vector<std::unique_ptr<Regularizer>> regularizers_;
  int replays_ = 0;
};

TEST_F(BatchGradientsTest, ComputesByHand) {
  for (const bool graphs : {false, true}) {
    Line line;
    BatchGradients gradients = Make(line, graphs);
    for (int step = 1; step <= 6; ++step) {
      // w = 2: loss (2 x - 1)^2 / 2 + 6, gradient (2 x - 1) x + 3.
      const double x = step;
      gradients.SetBatch(Batch(x, 1));
      const at::Tensor loss = gradients.Compute();
      EXPECT_EQ(loss.item<double>(), (2 * x - 1) * (2 * x - 1) / 2 + 6);
      EXPECT_EQ(line.w().grad().item<double>(), (2 * x - 1) * x + 3);
      EXPECT_FALSE(line.unused().grad().defined());
      EXPECT_FALSE(loss.requires_grad());
    }
  }
  EXPECT_EQ(replays_, 3);
}

TEST_F(BatchGradientsTest, GradientsAreWhereTheGraphWritesThem) {
  Line line;
  BatchGradients gradients = Make(line, /*graphs=*/true);
  at::Tensor written;
  for (int step = 1; step <= 6; ++step) {
    gradients.SetBatch(Batch(step, 1));
    gradients.Compute();
    if (step == 4) written = line.w().grad();
    EXPECT_EQ(line.w().grad().is_same(written), step >= 4) << step;
  }
}

TEST_F(BatchGradientsTest, ALossOutlivesLaterSteps) {
  Line line;
  BatchGradients gradients = Make(line, /*graphs=*/true);
  std::vector<at::Tensor> losses;
  for (int step = 1; step <= 6; ++step) {
    gradients.SetBatch(Batch(step, 1));
    losses.push_back(gradients.Compute());
  }
  for (int x = 1; x <= 6; ++x) {
    EXPECT_EQ(losses[x - 1].item<double>(),
              (2 * x - 1) * (2 * x - 1) / 2.0 + 6);
  }
}

TEST_F(BatchGradientsTest, BuffersFollowTheFirstPassOverABatchOnly) {
  for (const bool graphs : {false, true}) {
    Line line;
    BatchGradients gradients = Make(line, graphs);
    for (int step = 1; step <= 6; ++step) {
      gradients.SetBatch(Batch(step, 1));
      for (int pass = 0; pass < 3; ++pass) gradients.Compute();
      EXPECT_EQ(line.passes(), step);
    }
  }
  EXPECT_EQ(replays_, 2 * 3);  // The third pass has no graph.
}

TEST_F(BatchGradientsTest, AResultOutlivesLaterPassesOverItsBatch) {
  Line line;
  BatchGradients gradients = Make(line, /*graphs=*/true);
  for (int step = 1; step <= 6; ++step) {
    gradients.SetBatch(Batch(1, 1));
    const at::Tensor loss = gradients.Compute(), gradient = line.w().grad();
    {
      const c10::NoGradGuard no_grad;
      line.w().add_(1);
    }
    gradients.Compute();
    // At w = step + 1: (w - 1)^2 / 2 + 3 w, and w - 1 + 3.
    EXPECT_EQ(loss.item<double>(), step * step / 2.0 + 3 * (step + 1));
    EXPECT_EQ(gradient.item<double>(), step + 3);
    EXPECT_EQ(line.w().grad().item<double>(), step + 4);
  }
}

TEST_F(BatchGradientsTest, SaysWhenAPassMayBeRecorded) {
  Line line;
  BatchGradients gradients = Make(line, /*graphs=*/true);
  std::vector<bool> said;
  for (int step = 1; step <= 6; ++step) {
    gradients.SetBatch(Batch(step, 1));
    said.push_back(gradients.MayRecord());
    gradients.Compute();
    if (step >= 2) gradients.Compute();  // Its fourth run is in step 5.
  }
  EXPECT_EQ(said, (std::vector<bool>{false, false, false, true, true, false}));
}

TEST_F(BatchGradientsTest, WhatDrawsRandomNumbersIsNotRecorded) {
  Line line(/*draws=*/true);
  BatchGradients gradients = Make(line, /*graphs=*/true);
  for (int step = 1; step <= 6; ++step) {
    gradients.SetBatch(Batch(step, 1));
    EXPECT_FALSE(gradients.MayRecord());
    gradients.Compute();
  }
  EXPECT_EQ(replays_, 0);
}

}  // namespace
}  // namespace bigstep
