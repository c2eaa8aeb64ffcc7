// The body of a Swin Transformer: an image cut into patches, which attend to
// each other within windows while the map shrinks stage by stage.
//   Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030.
// Parameters, their names and their initial values are those of torchvision.
#ifndef BIGSTEP_MODELS_BACKBONES_SWIN_H_
#define BIGSTEP_MODELS_BACKBONES_SWIN_H_

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace bigstep {

// Units of an attention head, in every Swin Transformer of the paper.
constexpr int64_t kSwinHeadDim = 32;

struct SwinShape {
  int64_t patch = 4;            // Side of a patch, in pixels.
  int64_t heads = 3;            // In the first stage; each stage doubles them.
  std::vector<int64_t> depths;  // Blocks of each stage; not empty.
  int64_t window = 7;           // Side of a window, in patches.
  // Drop probability of the last block, in [0, 1). It rises linearly from 0 in
  // the first, which is never dropped, even if it is the last one as well.
  double stochastic_depth = 0;

  // Units of the last stage.
  int64_t OutputDim() const {
    return (kSwinHeadDim * heads) << (depths.size() - 1);
  }
};

// A part of the body; tensors between parts are [N, H, W, units].
class SwinLayer : public torch::nn::Module {
 public:
  virtual at::Tensor Forward(const at::Tensor& x) = 0;
};

class SwinFeatures final : public torch::nn::Module {
 public:
  // For images of `channels` channels. `init` draws the initial weights;
  // `drops`, a CPU generator, draws what stochastic depth leaves out at each
  // Forward in train() mode.
  SwinFeatures(const SwinShape& shape, int64_t channels, at::Generator init,
               at::Generator drops);

  // [N, channels, H, W] to [N, H', W', OutputDim]. H and W are at least
  // `patch`; rows and columns that do not fill a patch are dropped. Each stage
  // but the first halves H' and W', rounding up.
  at::Tensor Forward(const at::Tensor& images);

 private:
  void Append(std::shared_ptr<SwinLayer> layer);

  std::vector<std::shared_ptr<SwinLayer>> layers_;
};

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_BACKBONES_SWIN_H_
