#include "experiments/dataset_store.h"

#include <utility>

#include "base/exceptions.h"
#include "base/status.h"

namespace bigstep {

DatasetStore::DatasetStore(Options options) : options_(std::move(options)) {}

absl::StatusOr<const Dataset*> DatasetStore::Get(
    const TrialSettings& settings) {
  const Json choice = settings.dataset.Identity();
  if (dataset_ != nullptr && choice == choice_ &&
      (!dataset_->seeded || settings.seed == seed_)) {
    return dataset_.get();
  }
  dataset_ = nullptr;  // Frees the old one before the new one is made.
  const absl::Status status = CatchExceptions([&] { return Make(settings); });
  RETURN_IF_ERROR(status) << "while making dataset '" << settings.dataset.name()
                          << "'";
  choice_ = choice;
  seed_ = settings.seed;
  return dataset_.get();
}

absl::Status DatasetStore::Make(const TrialSettings& settings) {
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Dataset> made,
      Datasets::Get().Make(settings.dataset, {options_.data_root, settings.seed,
                                              options_.cache_folder}));
  RETURN_IF_ERROR(CheckDataset(*made));
  dataset_ = std::make_unique<Dataset>(made->To(options_.device));
  return absl::OkStatus();
}

}  // namespace bigstep
