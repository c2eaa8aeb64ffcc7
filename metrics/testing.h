// A network and datasets small enough to compute metrics by hand.
#ifndef BIGSTEP_METRICS_TESTING_H_
#define BIGSTEP_METRICS_TESTING_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/device.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "metrics/evaluation.h"
#include "models/activations.h"
#include "models/model.h"

namespace bigstep {

// Before the first test, as in the programs.
inline const bool kMetricTestsUseRightConvolutions =
    (UseRightConvolutions(), true);

// Inputs [N, ...], flattened to [N, D] -> relu(hidden x + bias) =
// representation -> out representation = logits. A buffer is there to be copied
// and plays no part.
class TinyNet : public Model {
 public:
  // hidden [H, D], out [K, H]; the bias is 0.
  TinyNet(const at::Tensor& hidden, const at::Tensor& out)
      : hidden_(register_parameter("hidden", hidden.clone())),
        bias_(register_parameter("bias", at::zeros({hidden.size(0)}))),
        out_(register_parameter("out", out.clone())),
        buffer_(register_buffer("buffer", at::ones({2}))) {}

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor z = Relu(at::linear(inputs.flatten(1), hidden_, bias_));
    return {at::linear(z, out_), z};
  }

  at::Tensor hidden() const { return hidden_.detach(); }  // Shares storage.
  at::Tensor bias() const { return bias_.detach(); }
  at::Tensor out() const { return out_.detach(); }

  // Makes a net of the same shape whose weights are all 7.
  Evaluation::ModelMaker Maker() const {
    return [hidden = at::full_like(hidden_.detach(), 7),
            out = at::full_like(out_.detach(), 7)] {
      return std::make_unique<TinyNet>(hidden, out);
    };
  }

 private:
  at::Tensor hidden_, bias_, out_, buffer_;
};

// A net whose logits (and representation) are its inputs, which must be >= 0:
// an input one_hot(k) is a prediction of class k.
inline TinyNet IdentityNet(int64_t num_classes) {
  return TinyNet(at::eye(num_classes), at::eye(num_classes));
}

// An example for IdentityNet.
struct Example {
  int64_t label, bias_label, prediction;
};

inline Split PredictedSplit(const std::vector<Example>& examples,
                            int64_t num_classes) {
  const auto n = static_cast<int64_t>(examples.size());
  Split split = {at::zeros({n, num_classes}), at::empty({n}, at::kLong),
                 at::empty({n}, at::kLong)};
  for (int64_t i = 0; i < n; ++i) {
    split.inputs[i][examples[i].prediction] = 1;
    split.labels[i] = examples[i].label;
    split.bias_labels[i] = examples[i].bias_label;
  }
  return split;
}

// Examples [first, first + n) of the data that testdata/make_goldens.py makes
// alike: three classes and as many bias labels, inputs in [0, 7] for
// IdentityNet.
inline Split FormulaSplit(int64_t first, int64_t n) {
  const at::Tensor i = at::arange(first, first + n);
  const at::Tensor angle =
      1.7 * i.to(at::kDouble).unsqueeze(1) + 2.9 * at::arange(3, at::kDouble);
  const at::Tensor labels = (i + i.floor_divide(7)).remainder(3);
  const at::Tensor bias_labels =
      at::where(i.remainder(5).lt(3), labels, i.floor_divide(2).remainder(3));
  const at::Tensor inputs = 2 + 2 * angle.sin() + 2 * at::one_hot(labels, 3) +
                            at::one_hot(bias_labels, 3);
  return {inputs.to(at::kFloat), labels, bias_labels};
}

inline Dataset FormulaDataset() {
  return {{{3}, 3, 3},
          FormulaSplit(0, 50),
          FormulaSplit(50, 60),
          FormulaSplit(110, 70)};
}

// Expects `actual` to be as `expected`, with numbers that differ by no more
// than `tolerance`.
inline void ExpectNear(const Json& actual, const Json& expected,
                       double tolerance) {
  const Json values = actual.flatten(), expectations = expected.flatten();
  ASSERT_EQ(values.size(), expectations.size());
  for (const auto& [path, value] : expectations.items()) {
    ASSERT_TRUE(values.contains(path)) << path;
    if (value.is_number() && values[path].is_number()) {
      EXPECT_NEAR(values[path].get<double>(), value.get<double>(), tolerance)
          << path;
    } else {
      EXPECT_EQ(values[path], value) << path;
    }
  }
}

// Expects the numbers of metrics/testdata/`file` in `actual`, by name.
inline void ExpectGoldens(const Json& actual, const std::string& file,
                          double tolerance) {
  std::ifstream stream("metrics/testdata/" + file);
  std::string name;
  int number = 0;
  for (double expected; stream >> name >> expected; ++number) {
    ASSERT_TRUE(actual.contains(name)) << name;
    EXPECT_NEAR(actual[name].get<double>(), expected, tolerance) << name;
  }
  EXPECT_GT(number, 0) << file;
}

// The same examples in another order, for splits with resident inputs.
inline Dataset Reordered(Dataset dataset) {
  const auto reorder = [](Split& split) {
    // Far from sorted by anything that a dataset sorts by.
    const at::Tensor order =
        (at::arange(split.size(), at::kDouble) * 12.9898).sin().argsort();
    split.inputs = split.inputs.index_select(0, order);
    split.labels = split.labels.index_select(0, order);
    split.bias_labels = split.bias_labels.index_select(0, order);
    if (split.regression_targets.defined()) {
      split.regression_targets =
          split.regression_targets.index_select(0, order);
    }
  };
  reorder(dataset.train);
  reorder(dataset.validation);
  reorder(dataset.test);
  for (auto& [name, split] : dataset.extra_tests) reorder(split);
  return dataset;
}

// Everything that a metric must leave as it is.
class NetworkState {
 public:
  explicit NetworkState(const Model& model) : training_(model.is_training()) {
    for (const at::Tensor& tensor : Tensors(model)) {
      tensors_.push_back(tensor.detach().clone());
      requires_grad_.push_back(tensor.requires_grad());
      has_gradient_.push_back(tensor.grad().defined());
    }
  }

  bool operator==(const NetworkState& other) const {
    if (training_ != other.training_ ||
        requires_grad_ != other.requires_grad_ ||
        has_gradient_ != other.has_gradient_) {
      return false;
    }
    for (size_t i = 0; i < tensors_.size(); ++i) {
      if (tensors_[i].nbytes() != other.tensors_[i].nbytes() ||
          std::memcmp(tensors_[i].data_ptr(), other.tensors_[i].data_ptr(),
                      tensors_[i].nbytes()) != 0) {
        return false;
      }
    }
    return true;
  }

 private:
  static std::vector<at::Tensor> Tensors(const Model& model) {
    std::vector<at::Tensor> tensors = model.parameters();
    for (const at::Tensor& buffer : model.buffers()) tensors.push_back(buffer);
    return tensors;
  }

  bool training_;
  std::vector<at::Tensor> tensors_;
  std::vector<bool> requires_grad_, has_gradient_;
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_TESTING_H_
