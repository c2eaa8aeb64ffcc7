// The residual network of 18 layers: eight blocks of two 3x3 convolutions.
//   He et al., CVPR 2016, arXiv:1512.03385, Table 1.
#include <memory>

#include "models/backbones/resnet.h"

namespace bigstep {
namespace {

struct Resnet18Options : ResNetOptions {
  static void Describe(Schema<Resnet18Options>& s) {
    s.Summary("Residual network of 18 layers.").Paper("arXiv:1512.03385");
    DescribeResNet(s);
  }
};

struct Resnet18 {
  static absl::StatusOr<std::unique_ptr<Model>> Create(
      const Resnet18Options& options, const ModelArgs& args) {
    return MakeResNet({.blocks = {2, 2, 2, 2}}, options, args);
  }
};

BIGSTEP_REGISTER(Models, "resnet18", Resnet18, Resnet18Options);

}  // namespace
}  // namespace bigstep
