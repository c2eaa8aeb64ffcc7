// The residual network of 50 layers: sixteen bottleneck blocks.
//   He et al., CVPR 2016, arXiv:1512.03385, Table 1.
#include <memory>

#include "models/backbones/resnet.h"

namespace bigstep {
namespace {

struct Resnet50Options : ResNetOptions {
  static void Describe(Schema<Resnet50Options>& s) {
    s.Summary("Residual network of 50 layers, with bottlenecks.")
        .Paper("arXiv:1512.03385");
    DescribeResNet(s);
  }
};

struct Resnet50 {
  static absl::StatusOr<std::unique_ptr<Model>> Create(
      const Resnet50Options& options, const ModelArgs& args) {
    return MakeResNet({.blocks = {3, 4, 6, 3}, .bottleneck = true}, options,
                      args);
  }
};

BIGSTEP_REGISTER(Models, "resnet50", Resnet50, Resnet50Options);

}  // namespace
}  // namespace bigstep
