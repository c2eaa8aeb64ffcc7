// Residual networks for images, as torchvision defines them, down to the names
// of parameters: weights travel between the two.
//   He et al., CVPR 2016, arXiv:1512.03385. As in torchvision a bottleneck
//   halves the resolution in its 3x3 convolution, not in the first 1x1 one.
#ifndef BIGSTEP_MODELS_BACKBONES_RESNET_H_
#define BIGSTEP_MODELS_BACKBONES_RESNET_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "models/model.h"
#include "models/weights/weights_options.h"

namespace bigstep {

// The architecture of a residual network.
struct ResNetShape {
  std::array<int64_t, 4> blocks;  // In layer1 to layer4.
  // Blocks of three convolutions, 1x1, 3x3, 1x1, instead of two of 3x3. The
  // last of the three has 256 channels in layer1.
  bool bottleneck = false;
  // Channels of the other convolutions in layer1. All channels double from
  // layer to layer.
  int64_t width = 64;
};

// The options of every residual network.
struct ResNetOptions : WeightsOptions {
  std::string stem = "imagenet";
};

// Describes them as options of a plugin, whose options derive from them, all
// but the summary and the paper.
template <class Options>
void DescribeResNet(Schema<Options>& s) {
  s.Details(
      "torchvision's network and names of parameters. Convolutions start "
      "normal with variance 2 / fan_out, the last layer uniform in "
      "+-1/sqrt(fan_in). The representation is the global average pool. The "
      "stem 'imagenet' is a 7x7 convolution of stride 2 and a 3x3 max-pool of "
      "stride 2; 'cifar', for small images, is a 3x3 convolution of stride 1. "
      "Any number of input channels gets the same stem: images of one channel "
      "keep its stride, unlike in the reference pipeline, whose convolution "
      "for them has stride 1.");
  s.Field("stem", &ResNetOptions::stem)
      .OneOf({"imagenet", "cifar"})
      .Doc("what comes before the residual blocks");
  DescribeWeightsOptions(s);
}

// Errors: InvalidArgument if the task's examples are not images [C, H, W];
// those of LoadWeights.
absl::StatusOr<std::unique_ptr<Model>> MakeResNet(const ResNetShape& shape,
                                                  const ResNetOptions& options,
                                                  const ModelArgs& args);

}  // namespace bigstep

#endif  // BIGSTEP_MODELS_BACKBONES_RESNET_H_
