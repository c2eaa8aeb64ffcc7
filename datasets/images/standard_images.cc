#include "datasets/images/standard_images.h"

#include <ATen/ATen.h>

#include "absl/strings/str_cat.h"
#include "datasets/subset.h"

namespace bigstep {

absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardDataset(
    const Split& train, const Split& test, int64_t num_classes,
    double validation_fraction) {
  auto dataset = std::make_unique<Dataset>();
  dataset->task = {train.inputs.sizes().slice(1).vec(), num_classes,
                   /*num_biases=*/1};
  dataset->seeded = false;
  Split all = train;
  all.bias_labels = at::zeros_like(all.labels);
  dataset->test = test;
  dataset->test.bias_labels = at::zeros_like(test.labels);

  const HoldOut parts = HoldOutShare(all.labels, validation_fraction);
  if (parts.held_out.size(0) == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "dataset.validation_fraction: ", validation_fraction, " of each of ",
        num_classes, " classes is no image at all of ", all.size(),
        "; choose a larger share"));
  }
  dataset->train = SelectExamples(all, parts.kept);
  dataset->validation = SelectExamples(all, parts.held_out);
  return dataset;
}

}  // namespace bigstep
