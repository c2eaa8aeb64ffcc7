#include "experiments/runner.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/json.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "experiments/interrupt.h"
#include "experiments/progress.h"
#include "experiments/trainer.h"

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

// Keeps the dataset that was made last: trials with the same data follow each
// other.
class DatasetCache {
 public:
  explicit DatasetCache(const RunOptions& options) : options_(options) {}

  // The dataset of a trial, on the device. Valid until the next call.
  absl::StatusOr<const Dataset*> Get(const TrialSettings& settings) {
    const std::string key = CanonicalJson(
        {settings.dataset.Identity(), settings.seed});
    if (dataset_ != nullptr && key == key_) return dataset_.get();
    dataset_ = nullptr;  // Frees the old one before the new one is made.
    std::unique_ptr<Dataset> made;
    ASSIGN_OR_RETURN(made, Datasets::Get().Make(
                               settings.dataset,
                               {options_.data_root, settings.seed}));
    RETURN_IF_ERROR(CheckDataset(*made))
        << "in dataset '" << settings.dataset.name() << "'";
    dataset_ = std::make_unique<Dataset>(made->To(options_.device));
    key_ = key;
    return dataset_.get();
  }

 private:
  const RunOptions& options_;
  std::string key_;
  std::unique_ptr<Dataset> dataset_;
};

// Tries out what each setting needs, with its first seed.
absl::Status CheckSettings(const std::vector<const Trial*>& trials,
                           const Plan& plan, const RunOptions& options,
                           DatasetCache& datasets) {
  std::vector<std::string> wrong;
  std::set<std::string> broken;        // Datasets, by identity.
  std::set<size_t> checked;            // Cells.
  // Grouped by dataset, so that each is made once.
  std::vector<const Trial*> grouped = trials;
  std::stable_sort(grouped.begin(), grouped.end(),
                   [](const Trial* a, const Trial* b) {
                     return CanonicalJson(a->settings.dataset.Identity()) <
                            CanonicalJson(b->settings.dataset.Identity());
                   });
  for (const Trial* trial : grouped) {
    const std::string key = CanonicalJson(trial->settings.dataset.Identity());
    if (!checked.insert(trial->cells[0]).second || broken.count(key) > 0) {
      continue;
    }
    const auto dataset = datasets.Get(trial->settings);
    if (!dataset.ok()) {
      broken.insert(key);
      wrong.push_back(std::string(dataset.status().message()));
      continue;
    }
    const absl::Status status =
        CheckTrial(trial->settings, **dataset, options.device);
    if (!status.ok()) {
      wrong.push_back(
          absl::StrCat(Label(plan, *trial), ": ", status.message()));
    }
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
}

// Notes what a trial does in its log.txt while it runs.
class TrialLog {
 public:
  explicit TrialLog(const std::string& folder)
      : out_(absl::StrCat(folder, "/log.txt"), std::ios::app) {}

  void Add(const std::string& text) { out_ << Now() << " " << text << std::endl; }

 private:
  std::ofstream out_;
};

absl::StatusOr<TrialResult> TrainOne(const Trial& trial,
                                     const RunOptions& options,
                                     DatasetCache& datasets, TrialLog& log,
                                     Progress& progress) {
  ASSIGN_OR_RETURN(const Dataset* dataset, datasets.Get(trial.settings));
  TrainerHooks hooks;
  hooks.interrupted = Interrupted;
  hooks.on_step = [&progress](int64_t step, double loss) {
    progress.Step(step, loss);
  };
  hooks.on_evaluation = [&progress, &log](const HistoryRow& row) {
    progress.Evaluated(row);
    log.Add(absl::StrCat("step ", row.step, ", mean loss ", row.train_loss));
  };
  return RunTrial(trial.settings, *dataset, options.device, hooks);
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

}  // namespace

absl::StatusOr<RunSummary> RunPlan(const Plan& plan,
                                   const RunOptions& options) {
  RunSummary summary;
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
  DatasetCache datasets(options);
  RETURN_IF_ERROR(CheckSettings(pending, plan, options, datasets));

  Progress progress(*options.progress, options.terminal,
                    static_cast<int64_t>(pending.size()));
  for (const Trial* trial : pending) {
    const std::string folder = TrialFolder(options.study_folder, trial->id);
    RETURN_IF_ERROR(MakeFolder(folder));
    TrialLog log(folder);
    log.Add(absl::StrCat("started ", Label(plan, *trial)));
    const std::string started = Now();
    progress.Start(Label(plan, *trial), trial->settings.training.max_steps);
    absl::StatusOr<TrialResult> result =
        TrainOne(*trial, options, datasets, log, progress);
    if (absl::IsCancelled(result.status())) {
      progress.Abandon();
      // Nothing was finished: leave nothing that looks like a result.
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
      summary.interrupted = true;
      return summary;
    }
    if (!result.ok()) {
      progress.Abandon();
      return result.status();
    }
    log.Add(Describe(*result));
    RETURN_IF_ERROR(WriteRecord(options.study_folder, plan, *trial, *result,
                                options.provenance, started));
    progress.Finish(Describe(*result));
    ++summary.trained;
    if (result->outcome == Outcome::kFailed) ++summary.failed;
  }
  return summary;
}

}  // namespace bigstep
