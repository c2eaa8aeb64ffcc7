#include "optimizers/common/sharpness_aware.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace bigstep {
namespace {

// As in davda54/sam; Kwon et al.'s own code has 1e-16. Norms that it could
// change belong to gradients that no longer train anything.
constexpr double kTiny = 1e-12;

class SharpnessAware final : public Optimizer {
 public:
  SharpnessAware(std::unique_ptr<Optimizer> base, double lr, double rho,
                 Scaling scaling, NamedTensors parameters)
      : base_(std::move(base)),
        lr_(lr),
        rho_(rho),
        scaling_(std::move(scaling)),
        parameters_(std::move(parameters)) {}

  at::Tensor Step(const GradientFn& gradients, double lr_scale) override {
    const at::Tensor loss = gradients();
    const std::vector<at::Tensor> weights = Climb();
    gradients();
    Restore(weights);
    // The base optimizer finds the gradient of the second call in .grad().
    base_->Step([&loss] { return loss; }, lr_ * lr_scale);
    return loss;
  }

  // The climb has no state.
  NamedTensors State() const override { return base_->State(); }

  absl::Status SetState(const NamedTensors& state) override {
    return base_->SetState(state);
  }

 private:
  // Moves every parameter by e; returns the weights as they were.
  std::vector<at::Tensor> Climb() {
    const c10::NoGradGuard no_grad;
    at::Tensor squares = at::zeros({});
    std::vector<at::Tensor> scales, scaled;  // T_w and T_w g.
    for (const auto& [name, w] : parameters_) {
      scales.push_back(w.grad().defined() ? scaling_(name, w) : at::Tensor());
      scaled.push_back(Scaled(scales.back(), w.grad()));
      if (!w.grad().defined()) continue;
      const at::Tensor values = scaled.back().flatten();
      squares = squares + values.dot(values);
    }
    const at::Tensor factor = rho_ / (squares.sqrt() + kTiny);
    std::vector<at::Tensor> weights;
    for (size_t i = 0; i < parameters_.size(); ++i) {
      const at::Tensor& w = parameters_[i].second;
      weights.push_back(w.clone());
      if (!w.grad().defined()) continue;
      w.addcmul_(Scaled(scales[i], scaled[i]), factor);
    }
    return weights;
  }

  static at::Tensor Scaled(const at::Tensor& scale, const at::Tensor& x) {
    return scale.defined() ? scale * x : x;
  }

  // Copies, since subtracting e again would leave rounding errors.
  void Restore(const std::vector<at::Tensor>& weights) {
    const c10::NoGradGuard no_grad;
    for (size_t i = 0; i < weights.size(); ++i) {
      parameters_[i].second.copy_(weights[i]);
    }
  }

  std::unique_ptr<Optimizer> base_;  // With learning rate 1.
  double lr_;
  double rho_;
  Scaling scaling_;
  NamedTensors parameters_;
};

}  // namespace

Json BaseOptimizer::Identity() const {
  Json identity = choice_.Identity();
  identity["options"].erase("lr");
  return identity;
}

Json BaseOptimizer::NeutralIdentity() const {
  Json identity = choice_.NeutralIdentity();
  identity["options"].erase("lr");
  return identity;
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               BaseOptimizer* value) {
  SpecNode choice = node;
  if (node.is_scalar()) {  // A name alone.
    choice = SpecNode();
    choice.kind = SpecNode::Kind::kMap;
    choice.mark = node.mark;
    choice.entries.push_back({"name", node, node.mark});
  }
  const int before = problems.count();
  std::erase_if(choice.entries, [&](const SpecNode::Entry& entry) {
    if (entry.key != "lr") return false;
    problems.Add(entry.key_mark, absl::StrCat(path, ".lr"),
                 "the learning rate is given once, beside 'base'; remove it "
                 "here");
    return true;
  });
  if (const SpecNode* name = choice.Find("name")) {
    if (name->text == "sam" || name->text == "asam") {
      problems.Add(name->mark, path,
                   absl::StrCat("must be an optimizer that makes one pass a "
                                "step, got '",
                                name->text, "'"));
      return;
    }
    SpecNode one;
    one.kind = SpecNode::Kind::kScalar;
    one.text = "1";
    one.mark = node.mark;
    choice.entries.push_back({"lr", one, node.mark});
  }
  BaseOptimizer read;
  ReadValue(choice, path, problems, &read.choice_);
  if (problems.count() == before) *value = std::move(read);
}

void to_json(Json& json, const BaseOptimizer& value) {
  json = Json(value.choice_);
  json.erase("lr");
}

absl::StatusOr<std::unique_ptr<Optimizer>> MakeSharpnessAware(
    const BaseOptimizer& base, double lr, double rho, Scaling scaling,
    const OptimizerArgs& args) {
  ASSIGN_OR_RETURN(std::unique_ptr<Optimizer> optimizer, base.Make(args));
  return std::make_unique<SharpnessAware>(std::move(optimizer), lr, rho,
                                          std::move(scaling), args.parameters);
}

}  // namespace bigstep
