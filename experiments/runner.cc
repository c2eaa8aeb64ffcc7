#include "experiments/runner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "experiments/check_plan.h"
#include "experiments/dataset_store.h"
#include "experiments/record.h"
#include "experiments/trainer.h"
#include "models/common/weights.h"

namespace bigstep {
namespace {

std::string Now() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                          absl::UTCTimeZone());
}

std::string Label(const Plan& plan, const Trial& trial) {
  return absl::StrCat(plan.cells[trial.cells[0]].setting, " seed ",
                      trial.settings.seed);
}

// Notes what a trial does in its log.txt while it runs.
class TrialLog {
 public:
  explicit TrialLog(const std::string& folder)
      : out_(absl::StrCat(folder, "/log.txt"), std::ios::app) {}

  void Add(const std::string& text) {
    out_ << Now() << " " << text << std::endl;
  }

 private:
  std::ofstream out_;
};

// Trains `trial`; Cancelled if interrupted. Everything else is a result.
absl::StatusOr<TrialResult> Train(const Trial& trial, const RunOptions& options,
                                  DatasetStore& datasets, TrialLog& log,
                                  Progress& progress) {
  const auto dataset = datasets.Get(trial.settings);
  if (!dataset.ok()) {
    TrialResult failure;
    failure.outcome = Outcome::kFailed;
    failure.reason = std::string(dataset.status().message());
    return failure;
  }
  TrainerHooks hooks;
  hooks.interrupted = options.interrupted;
  hooks.on_step = [&progress](int64_t step, double loss) {
    progress.Step(step, loss);
  };
  hooks.on_evaluation = [&progress, &log](const HistoryRow& row) {
    progress.Evaluated(row);
    log.Add(absl::StrCat("step ", row.step, ", mean loss ", row.train_loss));
  };
  if (options.save_weights) {
    hooks.on_completion = [&](const Model& model) {
      return SaveWeights(
          model, absl::StrCat(TrialFolder(options.study_folder, trial.id),
                              "/weights.safetensors"));
    };
  }
  absl::StatusOr<TrialResult> result =
      RunTrial(trial.settings, **dataset, options.device, hooks);
  if (result.ok()) result->data_notes = (*dataset)->notes;
  return result;
}

std::string Describe(const TrialResult& result) {
  switch (result.outcome) {
    case Outcome::kCompleted:
      return result.collapsed ? "completed, collapsed" : "completed";
    case Outcome::kDiverged:
      return absl::StrCat("diverged at step ", result.steps);
    case Outcome::kFailed:
      return absl::StrCat("failed: ", result.reason);
  }
  return "";
}

// Trains one trial and writes its record. Cancelled, leaving nothing that was
// not there before, if interrupted.
absl::StatusOr<Outcome> RunOne(const Trial& trial, const Plan& plan,
                               const RunOptions& options,
                               DatasetStore& datasets, Progress& progress) {
  const std::string folder = TrialFolder(options.study_folder, trial.id);
  std::error_code error;
  const bool is_new = !std::filesystem::exists(folder, error);
  RETURN_IF_ERROR(MakeFolder(folder));
  TrialLog log(folder);
  log.Add(absl::StrCat("started ", Label(plan, trial)));
  const std::string started = Now();
  progress.Start(Label(plan, trial), trial.settings.training.max_steps);
  const absl::StatusOr<TrialResult> result =
      Train(trial, options, datasets, log, progress);
  if (!result.ok()) {
    progress.Abandon();
    log.Add("interrupted");
    // What is left must not look like a result; what fails here does not.
    if (is_new) std::filesystem::remove_all(folder, error);
    return result.status();
  }
  log.Add(Describe(*result));
  RETURN_IF_ERROR(WriteRecord(options.study_folder, plan, trial, *result,
                              options.provenance, started));
  progress.Finish(Describe(*result));
  return result->outcome;
}

// The trials to run, in the order to run them; counts the others.
absl::StatusOr<std::vector<const Trial*>> FindPending(const Plan& plan,
                                                      const RunOptions& options,
                                                      RunSummary& summary) {
  std::vector<const Trial*> pending;
  for (const Trial& trial : plan.trials) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(options.study_folder, trial.id));
    if (record && record->outcome != Outcome::kFailed) {
      ++summary.reused;
    } else {
      pending.push_back(&trial);
    }
  }
  std::stable_sort(pending.begin(), pending.end(),
                   [](const Trial* a, const Trial* b) {
                     return a->settings.seed < b->settings.seed;
                   });
  return pending;
}

}  // namespace

absl::StatusOr<RunSummary> RunPlan(const Plan& plan, const RunOptions& options,
                                   Progress& progress) {
  RunSummary summary;
  ASSIGN_OR_RETURN(const std::vector<const Trial*> pending,
                   FindPending(plan, options, summary));
  DatasetStore datasets(
      {options.data_root, options.cache_folder, options.device});
  RETURN_IF_ERROR(CheckTrials(plan, pending, datasets, options.device,
                              options.interrupted));
  progress.SetTrials(static_cast<int64_t>(pending.size()));
  for (const Trial* trial : pending) {
    summary.interrupted = options.interrupted();
    if (summary.interrupted) break;
    const absl::StatusOr<Outcome> outcome =
        RunOne(*trial, plan, options, datasets, progress);
    summary.interrupted = absl::IsCancelled(outcome.status());
    if (summary.interrupted) break;
    RETURN_IF_ERROR(outcome.status());
    ++summary.trained;
    if (*outcome == Outcome::kFailed) ++summary.failed;
  }
  return summary;
}

}  // namespace bigstep
