#include "experiments/run/measure_trial.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/device.h"
#include "base/folder.h"
#include "base/interrupt.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "experiments/records/data_checksum.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/run/trial_log.h"
#include "experiments/run/trial_work.h"
#include "experiments/train/measurement.h"

namespace bigstep {
namespace {

using Clock = std::chrono::steady_clock;

// The file of the weights of a trial, if it is the one that the record names.
absl::StatusOr<std::string> ReadWeights(const std::string& study_folder,
                                        const Record& record) {
  const Folder folder(study_folder);
  const std::string name = TrialFile(record.id, kWeightsFile);
  ASSIGN_OR_RETURN(
      std::string file,
      folder.Read(name, record.weights.value("bytes", int64_t{0})));
  const Json found = WeightsJson(file);
  if (found == record.weights) return file;
  return absl::DataLossError(
      absl::StrCat(folder.PathTo(name), ": expected the weights with SHA-256 ",
                   record.weights.value("sha256", ""), ", found ",
                   found.at("sha256").get<std::string>(),
                   "; delete the file to train the trial again"));
}

}  // namespace

absl::StatusOr<std::string> MeasureTrial(const std::string& study_folder,
                                         const std::string& id,
                                         TrialSettings settings,
                                         const MeasureTools& tools) {
  const std::string started = UtcNow();
  const Clock::time_point start = Clock::now();
  ASSIGN_OR_RETURN(const std::optional<Record> record,
                   ReadRecord(study_folder, id));
  if (!record) return absl::NotFoundError("the record of the trial is gone");
  // Another run may have measured some.
  settings.metrics =
      WorkFor({id, settings, {}}, &*record, KeepWeights::kNone).missing;
  if (settings.metrics.empty()) return "measured by another run";
  ASSIGN_OR_RETURN(const std::string weights,
                   ReadWeights(study_folder, *record));
  ASSIGN_OR_RETURN(const auto dataset,
                   tools.datasets.Get(settings.dataset, settings.seed));
  if (!SameData(DataChecksum(dataset->notes), DataChecksum(record->data))) {
    return absl::FailedPreconditionError(
        "the data have changed since the training");
  }
  ASSIGN_OR_RETURN(
      Measured measured,
      MeasureWeights(settings, *dataset, tools.device, weights, Interrupted));
  const std::chrono::duration<double> took = Clock::now() - start;
  const KeepDenormals exact;
  RETURN_IF_ERROR(AddMeasurement(
      study_folder, id,
      {settings.metrics, std::move(measured.all), std::move(measured.pictures),
       ProvenanceJson(tools.provenance, settings), started, took.count()}));
  std::vector<std::string> labels;
  for (const MetricChoice& metric : settings.metrics) {
    labels.push_back(metric.label);
  }
  return absl::StrCat("measured ", absl::StrJoin(labels, ", "));
}

}  // namespace bigstep
