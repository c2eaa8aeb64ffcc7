// The datasets that trials train on, made when they are first asked for.
#ifndef BIGSTEP_EXPERIMENTS_DATASET_STORE_H_
#define BIGSTEP_EXPERIMENTS_DATASET_STORE_H_

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "datasets/dataset.h"
#include "experiments/trial.h"

namespace bigstep {

// Keeps the dataset that was made last: trials with the same data follow each
// other.
class DatasetStore {
 public:
  struct Options {
    std::string data_root;     // See DatasetArgs.
    std::string cache_folder;  // See DatasetArgs.
    c10::Device device = c10::kCPU;
  };

  explicit DatasetStore(Options options);

  // The dataset of a trial, on the device. Valid until the next call. The error
  // of whatever makes it, exceptions included.
  absl::StatusOr<const Dataset*> Get(const TrialSettings& settings);

 private:
  absl::Status Make(const TrialSettings& settings);

  const Options options_;
  Json choice_;
  int64_t seed_ = 0;
  std::unique_ptr<Dataset> dataset_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_DATASET_STORE_H_
