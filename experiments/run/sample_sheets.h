// Sheets of training images, for reports.
#ifndef BIGSTEP_EXPERIMENTS_RUN_SAMPLE_SHEETS_H_
#define BIGSTEP_EXPERIMENTS_RUN_SAMPLE_SHEETS_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/registry.h"
#include "datasets/dataset.h"

namespace bigstep {

class SampleSheets {
 public:
  explicit SampleSheets(std::string study_folder)
      : study_folder_(std::move(study_folder)) {}

  // Draws samples_<dataset>_<digits>.png into the study's folder, once for each
  // choice of a dataset: where the seed decides the data, those of seed 0 if it
  // is drawn. Nothing for data that are no images.
  absl::Status Draw(const PluginConfig& choice, int64_t seed,
                    const Dataset& dataset);

 private:
  const std::string study_folder_;
  std::set<std::pair<std::string, bool>> drawn_;  // Names, and redrawn.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_SAMPLE_SHEETS_H_
