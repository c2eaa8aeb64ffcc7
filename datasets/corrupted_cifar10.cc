// CIFAR-10 under ten corruptions, one for each class; a small share of the
// training images suffers the corruption of another class.
//   Nam et al., "Learning from Failure", NeurIPS 2020, arXiv:2007.02561; the
//   corruptions are those of Hendrycks and Dietterich, ICLR 2019,
//   arXiv:1903.12261.
// Cost: making all images takes about 5 seconds of one core.
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "datasets/bias/biased_splits.h"
#include "datasets/corruptions/corruptions.h"
#include "datasets/corruptions/frost_textures.h"
#include "datasets/dataset.h"
#include "datasets/formats/cifar_reader.h"
#include "datasets/images/image_options.h"

namespace bigstep {
namespace {

struct CorruptedCifar10Options : AugmentedImageOptions {
  CorruptedCifar10Options()
      : AugmentedImageOptions({0.4914, 0.4822, 0.4465},
                              {0.2023, 0.1994, 0.2010}) {}

  double bias_conflicting_fraction = 0.01;
  std::string corruptions = "type0";
  int64_t level = 5;
  std::string frost = "photographs";

  static void Describe(Schema<CorruptedCifar10Options>& s) {
    s.Summary(
         "CIFAR-10 images whose corruption predicts the class most of the "
         "time.")
        .Details(
            "Inputs [3, 32, 32]. Label: the object; bias label: the class the "
            "corruption belongs to. type0, in the order of the classes: snow, "
            "frost, fog, brightness, contrast, spatter, elastic, jpeg, "
            "pixelate, saturate. type1: gaussian, shot, impulse and speckle "
            "noise, gaussian, defocus, glass, motion and zoom blur, original. "
            "Training: the 50000 official images, of which the deterministic "
            "rule of the paper makes exactly 2500, 1000, 500 or 250 "
            "bias-conflicting at fractions 0.05, 0.02, 0.01 and 0.005. The "
            "10000 official test images get every corruption equally often, "
            "dealt in a random order that is the same for all trials (in the "
            "published data, in the order of the file); "
            "within each pair of object and corruption they go to validation "
            "and test in turn, 5000 each. The paper counts severities from 0: "
            "its severity 4 is level 5. It trains with crop_flip.")
        .Paper("arXiv:2007.02561")
        .Version(2);
    s.Field("bias_conflicting_fraction",
            &CorruptedCifar10Options::bias_conflicting_fraction)
        .AtLeast(0)
        .AtMost(1)
        .Doc("share of training images with another class's corruption");
    s.Field("corruptions", &CorruptedCifar10Options::corruptions)
        .OneOf({"type0", "type1"})
        .Doc("which ten: weather, colour and compression, or noise and blur");
    s.Field("level", &CorruptedCifar10Options::level)
        .AtLeast(1)
        .AtMost(5)
        .Doc("strength, as CIFAR-10-C counts");
    s.Field("frost", &CorruptedCifar10Options::frost)
        .OneOf({"photographs", "procedural"})
        .Doc(
            "what type0 takes frost from: the published photographs or "
            "generated textures, which differ from the published data");
    DescribeAugmentedImageOptions(s);
  }
};

absl::StatusOr<std::vector<Corruption>> MakeCorruptions(
    const CorruptedCifar10Options& options, const std::string& data_root) {
  const auto level = static_cast<int>(options.level);
  if (options.corruptions == "type1") return MakeType1Corruptions(level);
  if (options.frost == "procedural") {
    return MakeType0Corruptions(level, MakeFrostTextures());
  }
  ASSIGN_OR_RETURN(std::vector<at::Tensor> textures,
                   LoadFrostTextures(data_root));
  return MakeType0Corruptions(level, std::move(textures));
}

struct CorruptedCifar10 {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const CorruptedCifar10Options& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const CifarImages train,
                     ReadCifar10(args.data_root, CifarSplit::kTrain));
    ASSIGN_OR_RETURN(const CifarImages held_out,
                     ReadCifar10(args.data_root, CifarSplit::kTest));
    ASSIGN_OR_RETURN(const std::vector<Corruption> corruptions,
                     MakeCorruptions(options, args.data_root));

    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{3, 32, 32}, /*num_classes=*/10, /*num_biases=*/10};
    dataset->class_names = train.class_names;
    for (const Corruption& corruption : corruptions) {
      dataset->bias_names.push_back(corruption.name);
    }
    RETURN_IF_ERROR(SetBiasedSplits(
        {train.images, train.labels, {}},
        {held_out.images, held_out.labels, {}},
        options.bias_conflicting_fraction,
        [&corruptions](const at::Tensor& images, const at::Tensor& bias_labels,
                       uint64_t seed) {
          return Corrupt(images, bias_labels, corruptions, seed);
        },
        args.seed, *dataset));
    RETURN_IF_ERROR(FinishImages(options, args.seed, *dataset));
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "corrupted_cifar10", CorruptedCifar10,
                 CorruptedCifar10Options);

}  // namespace
}  // namespace bigstep
