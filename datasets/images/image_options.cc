#include "datasets/images/image_options.h"

#include <ATen/ATen.h>
#include <c10/core/Device.h>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

// `values` as [C, 1, 1] float32.
absl::StatusOr<at::Tensor> PerChannel(const std::vector<double>& values,
                                      int64_t channels, const char* name) {
  const auto n = static_cast<int64_t>(values.size());
  if (n != 1 && n != channels) {
    return absl::InvalidArgumentError(absl::StrCat(
        "dataset.", name, ": expected ", channels,
        channels == 1 ? " number" : " numbers (one for each channel) or 1",
        ", found ", n));
  }
  return at::tensor(values, at::kDouble)
      .to(at::kFloat)
      .view({n, 1, 1})
      .expand({channels, 1, 1})
      .contiguous();
}

constexpr char kCropFlip[] = "crop_flip";
[[maybe_unused]] const bool registered_crop_flip =
    RegisterAugmentation(kCropFlip, CropFlip(/*padding=*/4));

}  // namespace

absl::Status Normalize(const ImageOptions& options, Dataset& dataset) {
  const int64_t channels = dataset.task.input_shape[0];
  ASSIGN_OR_RETURN(const at::Tensor mean,
                   PerChannel(options.mean, channels, "mean"));
  ASSIGN_OR_RETURN(const at::Tensor stddev,
                   PerChannel(options.stddev, channels, "std"));
  // Nothing to do must cost nothing in the training loop.
  if (mean.eq(0).all().item<bool>() && stddev.eq(1).all().item<bool>()) {
    return absl::OkStatus();
  }
  std::vector<Split*> splits = {&dataset.train, &dataset.validation,
                                &dataset.test};
  for (auto& [name, split] : dataset.extra_tests) splits.push_back(&split);
  for (Split* split : splits) {
    split->mean = mean;
    split->stddev = stddev;
  }
  return absl::OkStatus();
}

absl::Status FinishImages(const ImageOptions& options, int64_t seed,
                          Dataset& dataset) {
  ASSIGN_OR_RETURN(
      const at::Tensor kept,
      DrawSubset(dataset.train, dataset.task, options.subset, seed));
  if (kept.size(0) < dataset.train.size()) {
    dataset.train = SelectExamples(dataset.train, kept);
    dataset.seeded = true;
  }
  return Normalize(options, dataset);
}

absl::Status FinishImages(const AugmentedImageOptions& options, int64_t seed,
                          Dataset& dataset) {
  const ImageOptions& plain = options;
  RETURN_IF_ERROR(FinishImages(plain, seed, dataset));
  if (options.augmentation == "crop_flip") {
    dataset.train.AugmentBy(kCropFlip);
  }
  return absl::OkStatus();
}

Augmentation CropFlip(int64_t padding) {
  return [padding](const at::Tensor& inputs, const at::Tensor& draws) {
    const int64_t n = inputs.size(0), channels = inputs.size(1),
                  height = inputs.size(2), width = inputs.size(3);
    const auto options = draws.options().dtype(at::kLong);
    // floor(u (2 p + 1)): 0..2p, each with the same probability.
    const at::Tensor offsets = draws.slice(1, 0, 2)
                                   .mul(static_cast<double>(2 * padding + 1))
                                   .to(at::kLong);
    const at::Tensor mirrored =
        draws.select(1, 2).lt(0.5).unsqueeze(1);  // [N,1]
    const at::Tensor columns = at::arange(width, options).unsqueeze(0);
    const at::Tensor column =
        at::where(mirrored, width - 1 - columns, columns) +
        offsets.select(1, 1).unsqueeze(1);  // [N, W]
    const at::Tensor row = at::arange(height, options).unsqueeze(0) +
                           offsets.select(1, 0).unsqueeze(1);  // [N, H]
    const at::Tensor padded =
        at::constant_pad_nd(inputs, {padding, padding, padding, padding});
    const c10::Device device = inputs.device();
    return padded.index(
        {at::arange(n, options).view({n, 1, 1, 1}).to(device),
         at::arange(channels, options).view({1, channels, 1, 1}).to(device),
         row.view({n, 1, height, 1}).to(device),
         column.view({n, 1, 1, width}).to(device)});
  };
}

}  // namespace bigstep
