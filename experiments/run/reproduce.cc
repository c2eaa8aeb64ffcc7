#include "experiments/run/reproduce.h"

#include <c10/core/Device.h>

#include <algorithm>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/blas_kernels.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/interrupt.h"
#include "base/json.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/dataset.h"
#include "experiments/records/data_checksum.h"
#include "experiments/records/provenance.h"
#include "experiments/run/reproduction.h"
#include "experiments/spec/training_options.h"
#include "experiments/train/environment.h"
#include "experiments/train/trainer.h"

namespace bigstep {
namespace {

// The most differences that are printed.
constexpr size_t kShown = 20;

std::string BudgetText(const TrainingOptions& training) {
  return training.max_steps > 0 ? absl::StrCat(training.max_steps, " steps")
                                : absl::StrCat(training.epochs, " epochs");
}

// Prints what may explain results that differ. `dataset` may be null.
void PrintPossibleCauses(const Record& record, const Json& here,
                         const Dataset* dataset, std::ostream& out) {
  std::vector<std::string> lines =
      EnvironmentDifferences(record.provenance, here);
  const std::string commit =
      record.provenance.value("commit", std::string("unknown"));
  if (absl::EndsWith(commit, "+")) {
    lines.push_back(
        "commit: the recorded program had changes of its own ('+')");
  }
  const std::string recorded = DataChecksum(record.data);
  if (dataset != nullptr && !recorded.empty()) {
    const std::string found = DataChecksum(dataset->notes);
    if (!SameData(recorded, found)) {
      lines.push_back(absl::StrCat("data: recorded ", recorded, ", here ",
                                   found, " (SHA-256, content of images)"));
    }
  }
  if (lines.empty()) return;
  out << "Possible causes of differences:\n";
  for (const std::string& line : lines) {
    out << "  " << VisibleText(line) << "\n";
  }
}

// Prints the comparison; returns whether nothing differs.
bool PrintComparison(const TrialToReproduce& trial, const TrialResult& result,
                     double tolerance, std::ostream& out) {
  const Comparison comparison = Compare(trial, result, tolerance);
  if (!comparison.differences.empty()) {
    const size_t n = comparison.differences.size();
    out << "FAIL: " << n << (n == 1 ? " value differs" : " values differ")
        << "\n";
    for (size_t i = 0; i < std::min(n, kShown); ++i) {
      out << "  " << VisibleText(comparison.differences[i]) << "\n";
    }
    if (n > kShown) out << "  and " << n - kShown << " more\n";
    return false;
  }
  out << "PASS: " << OutcomeName(result.outcome) << " after " << result.steps
      << " steps as recorded; " << comparison.numbers << " numbers compared, "
      << (trial.history.has_value()
              ? absl::StrCat(comparison.rows,
                             comparison.rows == 1 ? " row" : " rows",
                             " of history among them")
              : std::string("no history.csv beside the record"));
  if (comparison.tolerated > 0) {
    out << "; " << comparison.tolerated
        << " differ within --tolerance=" << tolerance << ", most of all "
        << comparison.largest_name << " by " << comparison.largest;
  } else {
    out << "; all are equal to the last bit";
  }
  out << "\n";
  return true;
}

std::string RecordedKernels(const Json& provenance) {
  const Json libraries = provenance.value("libraries", Json::object());
  const auto blas = libraries.find("blas");
  return blas != libraries.end() && blas->is_string()
             ? KernelsIn(blas->get<std::string>())
             : "";
}

// Sets up this process to compute as the recorded one did.
absl::Status SetUp(const Json& provenance, c10::Device device,
                   bool cuda_graphs) {
  // Threads inside an operation decide the last digits.
  ConfigureCompute(provenance.value("threads", 1));
  ConfigureDevice(device);
  if (!cuda_graphs) return absl::OkStatus();
  RETURN_IF_ERROR(CheckCudaGraphs(device));
  return UseOwnStream(device);
}

// Trains the trial. A dataset that cannot be made is an error, unless the
// record says that the trial failed.
absl::StatusOr<TrialResult> Rerun(const TrialToReproduce& trial,
                                  const Provenance& provenance,
                                  c10::Device device, DatasetCache& datasets,
                                  std::ostream& out) {
  const auto dataset =
      datasets.Get(trial.settings.dataset, trial.settings.seed);
  if (absl::IsCancelled(dataset.status()) ||
      absl::IsAborted(dataset.status()) ||
      (!dataset.ok() && trial.record.outcome != Outcome::kFailed)) {
    return dataset.status();
  }
  PrintPossibleCauses(trial.record, ProvenanceJson(provenance, trial.settings),
                      dataset.ok() ? *dataset : nullptr, out);
  if (!dataset.ok()) {
    return FailedResult(std::string(dataset.status().message()));
  }
  TrainerHooks hooks;
  hooks.interrupted = Interrupted;
  TrainerOptions options;
  if (provenance.cuda_graphs) options.make_graph = MakeCudaGraph;
  return RunTrial(trial.settings, **dataset, device, hooks, options);
}

absl::Status CheckOptions(const ReproduceOptions& options) {
  if (options.record.empty()) {
    return absl::InvalidArgumentError(
        "no record given; name one with --record=results/my/trials/<id>, see "
        "--help");
  }
  // !(x >= 0) is true of NaN, too.
  if (!(options.tolerance >= 0 && options.tolerance < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--tolerance must be at least 0 and below 1, got ", options.tolerance));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> Reproduce(const ReproduceOptions& options,
                               std::ostream& out) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(TrialToReproduce trial,
                   ReadTrialToReproduce(options.record));
  const absl::Status files = FindStartFiles(&trial);
  // A trial may have failed because there was no such file.
  if (trial.record.outcome != Outcome::kFailed) RETURN_IF_ERROR(files);
  const Json& recorded = trial.record.provenance;
  const std::string recorded_kernels = RecordedKernels(recorded);
  if (options.restart && !recorded_kernels.empty()) {
    const std::string kernels = KernelsToSet(recorded_kernels);
    if (!kernels.empty()) options.restart(kernels);
  }
  ASSIGN_OR_RETURN(
      const c10::Device device,
      ParseDevice(options.device.empty()
                      ? recorded.value("device", std::string("cpu"))
                      : options.device));
  // Elsewhere than on a GPU they make no difference.
  const bool cuda_graphs =
      device.is_cuda() && recorded.value("cuda_graphs", Json(false)) == true;
  RETURN_IF_ERROR(SetUp(recorded, device, cuda_graphs));
  out << "trial " << trial.record.id << " of study "
      << VisibleText(trial.record.study) << ", seed " << trial.settings.seed
      << ", at most " << BudgetText(trial.settings.training) << " on "
      << device.str() << std::endl;
  if (!trial.former_metrics.empty()) {
    out << "not compared, since their metrics had other versions: "
        << VisibleText(absl::StrJoin(trial.former_metrics, ", ")) << std::endl;
  }
  // A cached copy would hide that the data files have changed.
  DatasetCache datasets({.data_root = options.data_root,
                         .cache_folder = options.cache_folder,
                         .device = device,
                         .keep = false});
  CatchInterrupts();
  Provenance provenance =
      MakeProvenance(device, options.commit, options.workspace_commit);
  provenance.cuda_graphs = cuda_graphs;
  ASSIGN_OR_RETURN(const TrialResult result,
                   Rerun(trial, provenance, device, datasets, out));
  return PrintComparison(trial, result, options.tolerance, out);
}

}  // namespace bigstep
