#include "experiments/run/runner.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/device.h"
#include "base/file_lock.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/leftovers.h"
#include "base/status.h"
#include "experiments/records/record.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/cost_model.h"
#include "experiments/run/former_records.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/preflight.h"
#include "experiments/run/status_file.h"
#include "experiments/run/supervisor.h"
#include "experiments/run/trial_log.h"
#include "experiments/run/trial_order.h"
#include "experiments/train/environment.h"

namespace bigstep {
namespace {

// At most `useful` workers.
Supervisor::Options MakeSupervisorOptions(const RunOptions& run, int useful) {
  Supervisor::Options options;
  options.command.arguments = run.worker_command;
  options.command.environment = ComputeEnvironment(run.setup.threads);
  options.workers = std::clamp(useful, 1, std::max(1, run.workers));
  options.setup = run.setup;
  options.setup.workers = options.workers;
  options.trial_timeout_s = run.trial_timeout_s;
  options.retries = run.retries;
  options.time_steps = run.time_steps;
  options.interrupted = run.interrupted;
  options.tick = run.tick;
  options.on_data = run.on_data;
  return options;
}

// One run of a plan.
class Run {
 public:
  Run(const Plan& plan, const std::vector<size_t>& trials,
      const RunOptions& options, Progress& progress)
      : plan_(plan), trials_(trials), options_(options), progress_(progress) {}

  // Checks the trials that have no record in `content`, then runs them.
  absl::StatusOr<RunSummary> Start(const FolderContent& content) {
    FindJobs(content);
    std::optional<Supervisor> supervisor;
    supervisor.emplace(SupervisorOptions(), progress_);
    const auto also = TrialsToLookAt(plan_, trials_, options_.other_data);
    if (!jobs_.empty() || !also.empty()) {
      const auto checked =
          CheckTrials(plan_, content, pending_, also, *supervisor);
      summary_.interrupted = absl::IsCancelled(checked.status());
      if (summary_.interrupted) return summary_;
      RETURN_IF_ERROR(checked.status());
      ASSIGN_OR_RETURN(const bool more,
                       HandleOtherData(checked->other_data, content));
      const bool keep = KeepsWeights(
          content.keep_weights, StudyWeightsBytes(plan_, content, *checked));
      IdentityCache identities;
      for (Job& job : jobs_) {
        job.keep_weights = keep;
        job.max_steps = MaxSteps(*job.trial, *checked, identities);
      }
      // There may be use for more workers.
      if (more) supervisor.emplace(SupervisorOptions(), progress_);
    }
    const std::string& folder = options_.setup.study_folder;
    RETURN_IF_ERROR(ResultsError(WriteStudy(folder, plan_.study)));
    RETURN_IF_ERROR(ResultsError(AdoptFormerRecords(folder, content)));
    RemoveTemporaryFiles(folder);
    if (Folder(folder).CheckNoLink("figures").ok()) {
      RemoveTemporaryFiles(folder + "/figures");
    }
    absl::StatusOr<StatusFile> status_file = StatusFile::Open(folder);
    RETURN_IF_ERROR(Explain(status_file.status()));
    status_file_ = &*status_file;
    if (status_file_->shared()) {
      progress_.Note(
          "another run uses this folder: the trials are divided between them");
    }
    const absl::Status status = RunJobs(*supervisor);
    progress_.End();
    const absl::Status closed =
        status_file_->Close(StateName(status), Status());
    status_file_ = nullptr;
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(Explain(closed));
    return summary_;
  }

 private:
  // ResultsError, once study.json was written.
  absl::Status Explain(const absl::Status& status) const {
    if (status.ok()) return status;
    RETURN_IF_ERROR(CheckStudyIsThere(options_.setup.study_folder));
    return ResultsError(status);
  }

  void FindJobs(const FolderContent& content) {
    summary_.reused = 0;
    pending_.clear();
    jobs_.clear();
    for (const size_t i : trials_) {
      const Trial& trial = plan_.trials[i];
      if (content.WorkOf(trial).kind != TrialWork::Kind::kNone) {
        pending_.push_back(&trial);
        continue;
      }
      ++summary_.reused;
      TidyFinishedTrial(options_.setup.study_folder, trial.id);
    }
    CostModel model = LearnCosts(plan_, content);
    std::vector<const Trial*> to_train;
    std::vector<double> costs;
    for (const Trial* trial : pending_) {
      const TrialWork work = content.WorkOf(*trial);
      if (work.kind == TrialWork::Kind::kMeasure) {
        jobs_.push_back({trial, TrialLabel(plan_, *trial), 0, work.missing});
        continue;
      }
      to_train.push_back(trial);
      costs.push_back(model.Of(trial->settings).seconds);
    }
    for (const size_t i : LongestFirst(to_train, costs)) {
      jobs_.push_back({to_train[i], TrialLabel(plan_, *to_train[i]), costs[i]});
      const Record* before = content.Find(to_train[i]->id);
      if (before != nullptr) {
        jobs_.back().replaces = before->times.value("started", "");
      }
    }
  }

  // Follows the rule for kept trials that saw other data. Returns whether there
  // are further jobs.
  absl::StatusOr<bool> HandleOtherData(const std::vector<OtherData>& other,
                                       const FolderContent& content) {
    if (other.empty()) return false;
    if (options_.other_data == OtherDataRule::kRefuse) {
      return RefuseOtherData(plan_, other);
    }
    const bool retrain = options_.other_data == OtherDataRule::kRetrain;
    progress_.Note(absl::StrCat(
        DescribeOtherData(plan_, other),
        retrain ? "; trained again, their records stay as record.json.old"
                : "; used as they are"));
    if (!retrain) {
      NoteOtherData(other);
      return false;
    }
    std::set<std::string> chosen;
    for (const size_t i : trials_) chosen.insert(plan_.trials[i].id);
    FolderContent rest = content;
    for (const OtherData& group : other) {
      for (const Trial* trial : group.trials) {
        if (chosen.count(trial->id) == 0) continue;
        RETURN_IF_ERROR(
            ResultsError(SetAsideRecord(options_.setup.study_folder, trial->id,
                                        content.records.at(trial->id))));
        rest.records.erase(trial->id);
      }
    }
    FindJobs(rest);
    return true;
  }

  // Puts the checksums of kept data into the records that will mix with them.
  void NoteOtherData(const std::vector<OtherData>& other) {
    IdentityCache identities;
    for (Job& job : jobs_) {
      for (const OtherData& group : other) {
        if (identities.Of(job.trial->settings.dataset) == group.dataset) {
          job.other_data = group.all_recorded;
        }
      }
    }
  }

  Supervisor::Options SupervisorOptions() {
    Supervisor::Options options =
        MakeSupervisorOptions(options_, static_cast<int>(jobs_.size()));
    workers_ = options.workers;
    options.interrupted = [this] { return is_gone_ || options_.interrupted(); };
    options.tick = [this] { Tick(); };
    options.record_failure = [this](const Job& job, const std::string& reason) {
      return RecordFailure(job, reason);
    };
    return options;
  }

  absl::Status RunJobs(Supervisor& supervisor) {
    double cost = 0;
    for (const Job& job : jobs_) cost += job.cost;
    const int total = summary_.reused + static_cast<int>(jobs_.size());
    progress_.Begin({plan_.study.name, total, summary_.reused, cost});
    Tick();
    const auto ran = supervisor.RunJobs(std::move(jobs_));
    RETURN_IF_ERROR(Explain(ran.status()));
    if (is_gone_) {
      RETURN_IF_ERROR(CheckStudyIsThere(options_.setup.study_folder));
    }
    const Supervisor::Result& result = *ran;
    summary_.trained = result.trained;
    summary_.measured = result.measured;
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
    // Without the folder, records cannot be written.
    is_gone_ = !CheckStudyIsThere(options_.setup.study_folder).ok();
    if (is_gone_) return;
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
    const std::string& id = job.trial->id;
    RETURN_IF_ERROR(Folder(folder).Make(TrialFile(id)));
    ASSIGN_OR_RETURN(const std::optional<FileLock> lock, LockTrial(folder, id));
    if (!lock) return false;
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(folder, id));
    if (record && record->times.value("started", "") != job.replaces) {
      return false;
    }
    ASSIGN_OR_RETURN(const c10::Device device,
                     ParseDevice(options_.setup.device));
    Provenance provenance = MakeProvenance(device, options_.setup.commit);
    provenance.workers = workers_;
    provenance.attempt = job.attempts;
    provenance.cuda_graphs = options_.setup.cuda_graphs;
    provenance.other_data = {job.other_data.begin(), job.other_data.end()};
    RETURN_IF_ERROR(
        WriteRecord(folder,
                    {id, plan_.study.name, job.trial->settings,
                     ProvenanceJson(provenance, job.trial->settings), UtcNow()},
                    FailedResult(reason)));
    // They may have caused the failure, so the next run starts without them.
    RemoveLeftovers(folder, id, /*checkpoints=*/true);
    return true;
  }

  const Plan& plan_;
  const std::vector<size_t>& trials_;  // Positions in plan_.trials.
  const RunOptions& options_;
  Progress& progress_;
  RunSummary summary_;
  std::vector<const Trial*> pending_;  // In the order of the plan.
  std::vector<Job> jobs_;              // In the order to run them.
  int workers_ = 1;
  StatusFile* status_file_ = nullptr;
  bool is_gone_ = false;  // The results folder.
};

}  // namespace

absl::Status ResultsError(const absl::Status& status) {
  if (status.ok() || absl::IsDataLoss(status) || absl::IsUnavailable(status)) {
    return status;
  }
  return absl::UnavailableError(
      absl::StrCat(status.message(),
                   "; all finished trials are kept: fix this and rerun the "
                   "same command to continue"));
}

absl::StatusOr<RunSummary> RunTrials(const Plan& plan,
                                     const std::vector<size_t>& trials,
                                     const FolderContent& content,
                                     const RunOptions& options,
                                     Progress& progress) {
  return Run(plan, trials, options, progress).Start(content);
}

std::vector<const Trial*> TrialsToLookAt(const Plan& plan,
                                         const std::vector<size_t>& chosen,
                                         OtherDataRule rule) {
  std::vector<const Trial*> trials;
  if (rule != OtherDataRule::kRetrain) return trials;
  for (const size_t i : chosen) trials.push_back(&plan.trials[i]);
  return trials;
}

absl::StatusOr<CheckedTrials> CheckInWorkers(
    const Plan& plan, const FolderContent& content,
    const std::vector<const Trial*>& trials,
    const std::vector<const Trial*>& also, const RunOptions& options,
    Progress& progress) {
  // Trials with equal data are checked by one worker.
  IdentityCache identities;
  std::set<std::string> datasets;
  for (const Trial* trial : trials) {
    datasets.insert(identities.Of(trial->settings.dataset));
  }
  for (const Trial* trial : also) {
    datasets.insert(identities.Of(trial->settings.dataset));
  }
  if (datasets.empty()) return CheckedTrials();
  Supervisor supervisor(
      MakeSupervisorOptions(options, static_cast<int>(datasets.size())),
      progress);
  return CheckTrials(plan, content, trials, also, supervisor);
}

}  // namespace bigstep
