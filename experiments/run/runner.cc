#include "experiments/run/runner.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/device.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/preflight.h"
#include "experiments/run/resume.h"
#include "experiments/run/status_file.h"
#include "experiments/run/supervisor.h"
#include "experiments/run/trial_order.h"
#include "experiments/train/environment.h"

namespace bigstep {
namespace {

std::string Label(const Plan& plan, const Trial& trial) {
  return absl::StrCat(plan.study.configurations[trial.configurations[0]].name,
                      " seed ", trial.settings.seed);
}

// One run of a plan. Life: 1. Find what is to be done. 2. Check it. 3. Run it.
class Run {
 public:
  Run(const Plan& plan, const RunOptions& options, Progress& progress)
      : plan_(plan),
        whole_(options.whole == nullptr ? plan : *options.whole),
        options_(options),
        progress_(progress) {}

  absl::Status FindJobs() {
    ASSIGN_OR_RETURN(const FolderContent content,
                     ReadFolder(options_.setup.study_folder, whole_));
    summary_.unused = DescribeUnused(content);
    CostModel model;
    std::vector<const Trial*> pending;
    for (const Trial& trial : plan_.trials) {
      const auto found = content.records.find(trial.id);
      if (found == content.records.end() ||
          found->second.outcome == Outcome::kFailed) {
        pending.push_back(&trial);
        continue;
      }
      ++summary_.reused;
      TidyFinishedTrial(TrialFolder(options_.setup.study_folder, trial.id));
      const Json& times = found->second.times;
      model.Add(trial.settings, found->second.steps,
                times.value("train_s", 0.0) + times.value("evaluate_s", 0.0));
    }
    std::vector<double> costs;
    for (const Trial* trial : pending) {
      costs.push_back(model.Estimate(trial->settings));
    }
    for (const size_t i : LongestFirst(pending, costs)) {
      jobs_.push_back({pending[i], Label(plan_, *pending[i]), costs[i]});
      const auto failure = content.records.find(pending[i]->id);
      if (failure != content.records.end()) {
        jobs_.back().failed_before = failure->second.times.value("started", "");
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<RunSummary> Start() {
    Supervisor supervisor(SupervisorOptions(), progress_);
    if (!jobs_.empty()) {
      const absl::Status status = RunChecks(supervisor);
      summary_.interrupted = absl::IsCancelled(status);
      if (summary_.interrupted) return summary_;
      RETURN_IF_ERROR(status);
    }
    const std::string& folder = options_.setup.study_folder;
    RETURN_IF_ERROR(ResultsError(WriteStudy(folder, plan_.study)));
    absl::StatusOr<StatusFile> status_file = StatusFile::Open(folder);
    RETURN_IF_ERROR(ResultsError(status_file.status()));
    status_file_ = &*status_file;
    if (status_file_->shared()) {
      progress_.Note(
          "another run works on this folder: the trials are shared out");
    }
    const absl::Status status = RunJobs(supervisor);
    progress_.End();
    const absl::Status closed =
        status_file_->Close(StateName(status), Status());
    status_file_ = nullptr;
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(ResultsError(closed));
    return summary_;
  }

 private:
  Supervisor::Options SupervisorOptions() {
    Supervisor::Options options;
    options.command.arguments = options_.worker_command;
    options.command.environment = ComputeEnvironment(options_.setup.threads);
    // Never more workers than trials.
    workers_ = std::clamp(static_cast<int>(jobs_.size()), 1,
                          std::max(1, options_.workers));
    options.workers = workers_;
    options.setup = options_.setup.ToJson();
    options.setup["order"] = "setup";
    options.setup["workers"] = options.workers;
    options.trial_timeout_s = options_.trial_timeout_s;
    options.retries = options_.retries;
    options.interrupted = options_.interrupted;
    options.tick = [this] { Tick(); };
    options.record_failure = [this](const Job& job, const std::string& reason) {
      return RecordFailure(job, reason);
    };
    return options;
  }

  // Tries out what each setting needs, with its first seed.
  absl::Status RunChecks(Supervisor& supervisor) {
    std::vector<Check> checks;
    std::vector<const Trial*> pending;
    for (const Job& job : jobs_) pending.push_back(job.trial);
    // In the order of the plan, not of the jobs.
    std::sort(pending.begin(), pending.end());
    for (const Trial* trial : TrialsToTry(pending)) {
      checks.push_back({trial, Label(plan_, *trial),
                        CanonicalJson(trial->settings.dataset.Identity())});
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> messages,
                     supervisor.RunChecks(checks));
    std::vector<std::string> wrong;
    for (size_t i = 0; i < checks.size(); ++i) {
      if (messages[i].empty()) continue;
      wrong.push_back(absl::StrCat(checks[i].label, ": ", messages[i]));
    }
    if (wrong.empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrJoin(wrong, "\n"));
  }

  absl::Status RunJobs(Supervisor& supervisor) {
    double cost = 0;
    for (const Job& job : jobs_) cost += job.cost;
    progress_.Begin({plan_.study.name, static_cast<int>(plan_.trials.size()),
                     summary_.reused, cost});
    Tick();
    const auto ran = supervisor.RunJobs(std::move(jobs_));
    RETURN_IF_ERROR(ResultsError(ran.status()));
    const Supervisor::Result& result = *ran;
    summary_.trained = result.trained;
    summary_.elsewhere = result.elsewhere;
    summary_.failed = result.failed;
    summary_.attempts_lost = result.attempts_lost;
    summary_.interrupted = result.interrupted;
    if (result.trained > 0 && !result.resumed) {
      summary_.overhead = 1 - result.work_s / result.worker_s;
    }
    return absl::OkStatus();
  }

  void Tick() {
    options_.tick();
    progress_.Tick();
    if (status_file_ == nullptr || !status_file_->IsDue()) return;
    const absl::Status status = status_file_->Write("running", Status());
    // If records cannot be written either, that will end the run.
    if (!status.ok()) progress_.Note(std::string(status.message()));
  }

  Json Status() const {
    Json status = progress_.Status();
    status["overhead"] =
        std::isfinite(summary_.overhead) ? Json(summary_.overhead) : Json();
    return status;
  }

  std::string StateName(const absl::Status& status) const {
    if (!status.ok()) return "failed";
    return summary_.interrupted ? "interrupted" : "completed";
  }

  absl::StatusOr<bool> RecordFailure(const Job& job,
                                     const std::string& reason) {
    const std::string& folder = options_.setup.study_folder;
    const std::string trial_folder = TrialFolder(folder, job.trial->id);
    RETURN_IF_ERROR(MakeFolder(trial_folder));
    ASSIGN_OR_RETURN(const std::optional<FileLock> lock,
                     LockTrial(trial_folder));
    if (!lock) return false;
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(folder, job.trial->id));
    if (record && record->times.value("started", "") != job.failed_before) {
      return false;
    }
    TrialResult result;
    result.outcome = Outcome::kFailed;
    result.reason = reason;
    ASSIGN_OR_RETURN(const c10::Device device,
                     ParseDevice(options_.setup.device));
    Provenance provenance = MakeProvenance(device, options_.setup.commit);
    provenance.workers = workers_;
    provenance.attempt = job.attempts;
    RETURN_IF_ERROR(
        WriteRecord(folder,
                    {job.trial->id, plan_.study.name, job.trial->settings,
                     ProvenanceJson(provenance, job.trial->settings),
                     absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                                      absl::UTCTimeZone())},
                    result));
    // Another run begins at the beginning: these may be to blame.
    RemoveLeftovers(trial_folder, /*checkpoints=*/true);
    return true;
  }

  const Plan& plan_;
  const Plan& whole_;
  const RunOptions& options_;
  Progress& progress_;
  RunSummary summary_;
  std::vector<Job> jobs_;
  int workers_ = 1;
  StatusFile* status_file_ = nullptr;
};

}  // namespace

absl::Status ResultsError(const absl::Status& status) {
  if (status.ok() || absl::IsDataLoss(status) || absl::IsUnavailable(status)) {
    return status;
  }
  return absl::UnavailableError(
      absl::StrCat(status.message(),
                   "; all finished trials are kept, and the same command "
                   "continues once this is mended"));
}

absl::StatusOr<RunSummary> RunPlan(const Plan& plan, const RunOptions& options,
                                   Progress& progress) {
  std::signal(SIGPIPE, SIG_IGN);
  Run run(plan, options, progress);
  RETURN_IF_ERROR(run.FindJobs());
  return run.Start();
}

}  // namespace bigstep
