// Swin Transformer: attention within shifted windows of an image, in stages of
// shrinking maps.
//   Liu et al., "Swin Transformer", ICCV 2021, arXiv:2103.14030.
// Equals torchvision's swin_t, swin_s and swin_b, names of weights included.
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/generator.h"
#include "base/seed.h"
#include "base/status.h"
#include "models/backbones/image_task.h"
#include "models/backbones/swin.h"
#include "models/layers/layers.h"
#include "models/layers/window_attention.h"
#include "models/model.h"
#include "models/weights/weights_options.h"

namespace bigstep {
namespace {

struct SwinTOptions : WeightsOptions {
  std::vector<int64_t> depths = {2, 2, 6, 2};
  int64_t heads = 3;
  int64_t patch = 4;
  int64_t window = 7;
  double stochastic_depth = 0.2;

  static void Describe(Schema<SwinTOptions>& s) {
    s.Summary("Swin Transformer, of size Tiny by default.")
        .Details(
            "For images of any number of channels, at least one patch high and "
            "wide; rows and columns that do not fill a patch are dropped, and "
            "the last windows are padded with zeros. Stage i (from 0) has "
            "heads * 2^i heads of 32 units each. Swin-S: depths [2, 2, 18, 2], "
            "stochastic_depth 0.3. Swin-B: depths [2, 2, 18, 2], heads 4, "
            "stochastic_depth 0.5. Structure, initial weights and their names "
            "are those of torchvision's swin_t, swin_s and swin_b. The "
            "representation is the average over the last, normalized map.")
        .Paper("arXiv:2103.14030");
    s.Field("depths", &SwinTOptions::depths)
        .AtLeast(1)
        .Doc("blocks in each stage");
    s.Field("heads", &SwinTOptions::heads)
        .AtLeast(1)
        .Doc("attention heads in the first stage");
    s.Field("patch", &SwinTOptions::patch)
        .AtLeast(1)
        .Doc("side of a patch, in pixels");
    s.Field("window", &SwinTOptions::window)
        .AtLeast(1)
        .Doc("side of a window, in tokens");
    s.Field("stochastic_depth", &SwinTOptions::stochastic_depth)
        .AtLeast(0)
        .Below(1)
        .Doc(
            "probability that a training example skips a branch of the last "
            "block; rises linearly from 0 in the first, so that a network of "
            "one block skips nothing");
    DescribeWeightsOptions(s);
    s.Check([](const SwinTOptions& o) -> std::string {
      return o.depths.empty() ? "depths must name at least one stage" : "";
    });
  }
};

class SwinT final : public Model {
 public:
  // InvalidArgument if the input is not an image or smaller than a patch;
  // errors of LoadWeights.
  static absl::StatusOr<std::unique_ptr<Model>> Create(
      const SwinTOptions& options, const ModelArgs& args) {
    RETURN_IF_ERROR(CheckInput(options, args.task));
    auto model = std::make_unique<SwinT>(options, args);
    RETURN_IF_ERROR(
        StartFromWeights(options, {"head.weight", "head.bias"}, *model));
    return model;
  }

  SwinT(const SwinTOptions& options, const ModelArgs& args) {
    const at::Generator init = MakeGenerator(Seed(args.seed, "model/init"));
    const SwinShape shape = {options.patch, options.heads, options.depths,
                             options.window, options.stochastic_depth};
    const int64_t dim = shape.OutputDim();
    features_ = register_module(
        "features",
        std::make_shared<SwinFeatures>(
            shape, args.task.input_shape[0], init,
            RegisterGenerator(
                "stochastic_depth",
                MakeGenerator(Seed(args.seed, "model/stochastic_depth")))));
    norm_ = register_module("norm", std::make_shared<LayerNorm>(dim));
    head_ = register_module("head",
                            MakeSwinLinear(args.task.num_outputs(), dim, init));
  }

  ModelOutput Forward(const at::Tensor& inputs) override {
    const at::Tensor representation =
        norm_->Forward(features_->Forward(inputs)).mean({1, 2});
    return {head_->Forward(representation), representation};
  }

 private:
  static absl::Status CheckInput(const SwinTOptions& options,
                                 const TaskSpec& task) {
    RETURN_IF_ERROR(CheckImages(task, "swin_t"));
    const std::vector<int64_t>& shape = task.input_shape;
    if (shape[1] >= options.patch && shape[2] >= options.patch) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "swin_t expects images [C, H, W] of at least one patch, ",
        options.patch, " x ", options.patch, " pixels, found ",
        ShapeText(shape), "; use larger images or a smaller 'patch'"));
  }

  std::shared_ptr<SwinFeatures> features_;
  std::shared_ptr<LayerNorm> norm_;
  std::shared_ptr<Linear> head_;
};

BIGSTEP_REGISTER(Models, "swin_t", SwinT, SwinTOptions);

}  // namespace
}  // namespace bigstep
