#include "models/backbones/swin.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "models/activations.h"
#include "models/layers/layers.h"
#include "models/layers/stochastic_depth.h"
#include "models/layers/window_attention.h"

namespace bigstep {
namespace {

// The MLP of a block is this much wider inside.
constexpr int64_t kMlpRatio = 4;

// Cuts an image into patches and maps each to one token. Child 1 of
// torchvision's module only moves the channels to the back.
class PatchEmbedding final : public SwinLayer {
 public:
  PatchEmbedding(int64_t channels, int64_t dim, int64_t patch,
                 const at::Generator& init) {
    const int64_t fan_in = channels * patch * patch;
    at::Tensor weight =
        UniformFanIn({dim, channels, patch, patch}, fan_in, init);
    at::Tensor bias = UniformFanIn({dim}, fan_in, init);
    projection_ = register_module(
        "0", std::make_shared<Convolution>(weight, bias, /*stride=*/patch,
                                           /*padding=*/0));
    norm_ = register_module("2", std::make_shared<LayerNorm>(dim));
  }

  at::Tensor Forward(const at::Tensor& images) override {
    return norm_->Forward(
        projection_->Forward(ToFastLayout(images)).permute({0, 2, 3, 1}));
  }

 private:
  std::shared_ptr<Convolution> projection_;
  std::shared_ptr<LayerNorm> norm_;
};

// Two layers with GELU between. torchvision numbers GELU and dropout as well.
class Mlp final : public torch::nn::Module {
 public:
  Mlp(int64_t dim, const at::Generator& init)
      : in_(register_module("0", MakeSwinLinear(kMlpRatio * dim, dim, init))),
        out_(register_module("3", MakeSwinLinear(dim, kMlpRatio * dim, init))) {
  }

  at::Tensor Forward(const at::Tensor& x) {
    return out_->Forward(Gelu(in_->Forward(x)));
  }

 private:
  std::shared_ptr<Linear> in_, out_;
};

// Attention and an MLP, each on normalized inputs and added to its input:
// Equation 3 of the paper.
class SwinBlock final : public SwinLayer {
 public:
  SwinBlock(int64_t dim, int64_t window, int64_t shift, double drop_probability,
            const at::Generator& init, at::Generator drops)
      : drop_probability_(drop_probability), drops_(std::move(drops)) {
    norm1_ = register_module("norm1", std::make_shared<LayerNorm>(dim));
    attention_ = register_module(
        "attn", std::make_shared<WindowAttention>(dim, dim / kSwinHeadDim,
                                                  window, shift, init));
    norm2_ = register_module("norm2", std::make_shared<LayerNorm>(dim));
    mlp_ = register_module("mlp", std::make_shared<Mlp>(dim, init));
  }

  at::Tensor Forward(const at::Tensor& x) override {
    const at::Tensor y = x + Drop(attention_->Forward(norm1_->Forward(x)));
    return y + Drop(mlp_->Forward(norm2_->Forward(y)));
  }

 private:
  at::Tensor Drop(const at::Tensor& branch) {
    return is_training() ? DropRows(branch, drop_probability_, drops_) : branch;
  }

  const double drop_probability_;
  at::Generator drops_;  // Shared by all blocks.
  std::shared_ptr<LayerNorm> norm1_, norm2_;
  std::shared_ptr<WindowAttention> attention_;
  std::shared_ptr<Mlp> mlp_;
};

// Blocks one after the other.
class SwinStage final : public SwinLayer {
 public:
  void Append(std::shared_ptr<SwinBlock> block) {
    blocks_.push_back(
        register_module(std::to_string(blocks_.size()), std::move(block)));
  }

  at::Tensor Forward(const at::Tensor& x) override {
    at::Tensor y = x;
    for (const auto& block : blocks_) y = block->Forward(y);
    return y;
  }

 private:
  std::vector<std::shared_ptr<SwinBlock>> blocks_;
};

// Makes one token of twice the units from each 2 x 2 tokens. Zeros fill up an
// odd axis.
class PatchMerging final : public SwinLayer {
 public:
  PatchMerging(int64_t dim, const at::Generator& init)
      : reduction_(register_module(
            "reduction",
            std::make_shared<Linear>(Normal({2 * dim, 4 * dim}, 0.02, init),
                                     at::Tensor()))),
        norm_(register_module("norm", std::make_shared<LayerNorm>(4 * dim))) {}

  at::Tensor Forward(const at::Tensor& x) override {
    const at::Tensor even =
        at::constant_pad_nd(x, {0, 0, 0, x.size(2) % 2, 0, x.size(1) % 2});
    const auto corner = [&](int64_t row, int64_t column) {
      return even.slice(1, row, {}, 2).slice(2, column, {}, 2);
    };
    return reduction_->Forward(norm_->Forward(
        at::cat({corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)}, 3)));
  }

 private:
  std::shared_ptr<Linear> reduction_;
  std::shared_ptr<LayerNorm> norm_;
};

}  // namespace

SwinFeatures::SwinFeatures(const SwinShape& shape, int64_t channels,
                           at::Generator init, at::Generator drops) {
  int64_t dim = kSwinHeadDim * shape.heads;
  Append(std::make_shared<PatchEmbedding>(channels, dim, shape.patch, init));
  const int64_t num_blocks =
      std::accumulate(shape.depths.begin(), shape.depths.end(), int64_t{0});
  const double rise =
      shape.stochastic_depth / std::max<int64_t>(num_blocks - 1, 1);
  int64_t block = 0;
  for (size_t i = 0; i < shape.depths.size(); ++i) {
    if (i > 0) {
      Append(std::make_shared<PatchMerging>(dim, init));
      dim *= 2;
    }
    const auto stage = std::make_shared<SwinStage>();
    for (int64_t j = 0; j < shape.depths[i]; ++j, ++block) {
      // Every second block moves its windows by half their side.
      const int64_t shift = j % 2 == 0 ? 0 : shape.window / 2;
      stage->Append(std::make_shared<SwinBlock>(dim, shape.window, shift,
                                                rise * block, init, drops));
    }
    Append(stage);
  }
}

at::Tensor SwinFeatures::Forward(const at::Tensor& images) {
  at::Tensor x = images;
  for (const auto& layer : layers_) x = layer->Forward(x);
  return x;
}

void SwinFeatures::Append(std::shared_ptr<SwinLayer> layer) {
  layers_.push_back(
      register_module(std::to_string(layers_.size()), std::move(layer)));
}

}  // namespace bigstep
