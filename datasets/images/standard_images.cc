#include "datasets/images/standard_images.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/formats/idx_reader.h"
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
        num_classes, " classes is not one image of ", all.size(),
        "; choose a larger share"));
  }
  dataset->train = SelectExamples(all, parts.kept);
  dataset->validation = SelectExamples(all, parts.held_out);
  return dataset;
}

absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardMnist(
    const std::string& data_root, const std::string& name,
    double validation_fraction) {
  ASSIGN_OR_RETURN(const MnistImages train,
                   ReadMnist(data_root, "train", name));
  ASSIGN_OR_RETURN(const MnistImages test, ReadMnist(data_root, "t10k", name));
  return MakeStandardDataset({train.images.unsqueeze(1), train.labels, {}},
                             {test.images.unsqueeze(1), test.labels, {}},
                             /*num_classes=*/10, validation_fraction);
}

absl::StatusOr<std::unique_ptr<Dataset>> MakeStandardCifar(
    const CifarImages& train, const CifarImages& test, int64_t num_classes,
    double validation_fraction) {
  ASSIGN_OR_RETURN(std::unique_ptr<Dataset> dataset,
                   MakeStandardDataset({train.images, train.labels, {}},
                                       {test.images, test.labels, {}},
                                       num_classes, validation_fraction));
  dataset->class_names = train.class_names;
  return dataset;
}

}  // namespace bigstep
