// The residual network of 101 layers whose 3x3 convolutions have twice the
// channels.
//   Zagoruyko and Komodakis, BMVC 2016, arXiv:1605.07146; for ImageNet with
//   bottlenecks as in torchvision.
#include <memory>

#include "models/backbones/resnet.h"

namespace bigstep {
namespace {

struct WideResnet101_2Options : ResNetOptions {
  static void Describe(Schema<WideResnet101_2Options>& s) {
    s.Summary("Residual network of 101 layers with bottlenecks twice as wide.")
        .Paper("arXiv:1605.07146");
    DescribeResNet(s);
  }
};

struct WideResnet101_2 {
  static absl::StatusOr<std::unique_ptr<Model>> Create(
      const WideResnet101_2Options& options, const ModelArgs& args) {
    return MakeResNet(
        {.blocks = {3, 4, 23, 3}, .bottleneck = true, .width = 128}, options,
        args);
  }
};

BIGSTEP_REGISTER(Models, "wide_resnet101_2", WideResnet101_2,
                 WideResnet101_2Options);

}  // namespace
}  // namespace bigstep
