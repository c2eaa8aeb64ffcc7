#include "experiments/run/supervisor.h"

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/log.h"
#include "experiments/run/trial_log.h"

namespace bigstep {
namespace {

// The longest wait for reports.
constexpr int kTickMs = 200;
// The time between two looks at trials held by other runs.
constexpr auto kHoldTime = std::chrono::seconds(1);
// The time that a stopped worker has to end a check, which has no state to
// save.
constexpr auto kCheckGrace = std::chrono::seconds(1);
// The time after which a note says that workers still save the state of trials.
constexpr auto kQuietStop = std::chrono::seconds(3);
// Workers in a row that may die before they are ready, or more with more
// retries.
constexpr int kMaxFailedStarts = 2;

}  // namespace

Supervisor::Supervisor(Options options, Progress& progress)
    : options_(std::move(options)), progress_(progress) {
  std::signal(SIGPIPE, SIG_IGN);
  BIGSTEP_CHECK(options_.workers >= 1);
  slots_.resize(options_.workers);
  for (size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].number = static_cast<int>(i);
  }
}

absl::StatusOr<std::vector<CheckResult>> Supervisor::RunChecks(
    const std::vector<Check>& checks) {
  checks_.emplace(checks, options_.retries);
  const absl::Status status = Loop([this] { return checks_->done(); },
                                   [this](Slot& slot) { AssignCheck(slot); });
  if (!status.ok()) return status;
  if (stopping_) return absl::CancelledError("interrupted");
  return checks_->results();
}

absl::StatusOr<Supervisor::Result> Supervisor::RunJobs(std::vector<Job> jobs) {
  for (Job& job : jobs) queue_.push_back(std::make_unique<Job>(std::move(job)));
  const absl::Status status =
      Loop([this] { return queue_.empty() && held_.empty() && !AnyBusy(); },
           [this](Slot& slot) { AssignJob(slot); });
  for (Slot& slot : slots_) Retire(slot);
  if (!status.ok()) return status;
  result_.interrupted = stopping_;
  return result_;
}

bool Supervisor::AnyBusy() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return slot.busy(); });
}

absl::Status Supervisor::Loop(const std::function<bool()>& done,
                              const std::function<void(Slot&)>& assign) {
  for (;;) {
    if (!stopping_ && (options_.interrupted() || !error_.ok())) StopAll();
    if (stopping_ ? !AnyBusy() : done()) break;
    if (!stopping_) {
      StartNeeded(assign);
    } else if (Clock::now() - stopping_since_ > kQuietStop) {
      NoteSaving();
    }
    Wait();
    for (Slot& slot : slots_) {
      if (slot.process != nullptr) Poll(slot);
    }
    options_.tick();
  }
  return error_;
}

// Assigns work to each free worker, and starts missing workers.
void Supervisor::StartNeeded(const std::function<void(Slot&)>& assign) {
  for (Slot& slot : slots_) {
    if (slot.process != nullptr) {
      if (slot.ready && !slot.busy()) assign(slot);
      continue;
    }
    // Jobs follow the checks, so all workers are started for the checks.
    const bool checked = !checks_ || checks_->done();
    if (checked && queue_.empty() && held_.empty()) continue;
    auto process = WorkerProcess::Start(options_.command);
    if (!process.ok()) {
      return SetError(absl::UnavailableError(process.status().message()));
    }
    slot.process = *std::move(process);
    slot.process_start = slot.last_end = slot.work_start = Clock::now();
    slot.ready = slot.replace = slot.timed_out = slot.told_to_stop = false;
    Json order = options_.setup.ToJson();
    order["order"] = "setup";
    (void)slot.process->Send(order);  // Failures show at its exit.
  }
}

// Waits for reports or output, at most kTickMs.
void Supervisor::Wait() {
  std::vector<struct pollfd> fds;
  for (const Slot& slot : slots_) {
    if (slot.process == nullptr) continue;
    fds.push_back({slot.process->reports_fd(), POLLIN, 0});
    fds.push_back({slot.process->printed_fd(), POLLIN, 0});
  }
  poll(fds.data(), fds.size(), kTickMs);  // A signal ends it too.
}

void Supervisor::Poll(Slot& slot) {
  for (const std::string& line : slot.process->TakePrinted()) {
    OnOutput(slot, line);
  }
  for (const Json& report : slot.process->TakeReports()) {
    if (IsReport(report)) {
      OnReport(slot, report);
    } else {  // The run might wait for the right report without end.
      SetError(absl::InternalError(
          absl::StrCat("a worker sent an unknown report: ", Excerpt(report))));
    }
  }
  if (slot.replace) {
    Retire(slot);
  } else if (slot.process->ended()) {
    OnExit(slot);
  } else {
    CheckTime(slot);
  }
}

void Supervisor::OnReport(Slot& slot, const Json& report) {
  const std::string kind = report.value("report", "");
  if (kind == "ready") {
    slot.ready = true;
    failed_starts_ = 0;
  } else if (kind == "checked" && slot.check) {
    EndCheck(slot, {report.at("message"), report.at("sha256"),
                    report.at("weights_bytes"), report.at("train_examples"),
                    report.at("step_s")});
  } else if (kind == "lost") {
    slot.replace = true;
    slot.last_end = Clock::now();
    Lose(slot, report.at("reason"));
  } else if (kind == "data") {
    options_.on_data(report.at("dataset"), report.at("notes"));
  } else if (kind == "error") {
    SetError(absl::Status(static_cast<absl::StatusCode>(report.at("code")),
                          report.at("message").get<std::string>()));
    if (slot.shown) progress_.Left(slot.number);
    slot.job = nullptr;
  } else if (slot.job != nullptr) {
    OnJobReport(slot, kind, report);
  }
}

void Supervisor::OnFinished(Slot& slot, const Json& report) {
  ++(slot.job->metrics.empty() ? result_.trained : result_.measured);
  result_.work_s += report.at("work_s").get<double>();
  slot.last_end = Clock::now();
  slot.replace = report.at("replace");
  if (report.at("outcome") == "failed") {
    ++result_.failed;
    progress_.Failed(slot.number, report.at("reason"));
  } else {
    progress_.Finished(slot.number, report.at("text"));
  }
  slot.job = nullptr;
}

void Supervisor::OnJobReport(Slot& slot, const std::string& kind,
                             const Json& report) {
  const int number = slot.number;
  if (kind == "started") {
    Show(slot);
  } else if (kind == "resumed") {
    result_.resumed = true;
    progress_.Resumed(number, report.at("steps"));
  } else if (kind == "step") {
    slot.moved = true;
    // A loss that is not finite has no number in JSON.
    const Json& loss = report.at("loss");
    progress_.Stepped(number, report.at("step"),
                      loss.is_null() ? std::nan("") : loss.get<double>());
  } else if (kind == "evaluated") {
    progress_.Evaluated(number, report.at("metrics"));
  } else if (kind == "note") {
    progress_.Note(absl::StrCat(slot.job->label, " | ",
                                report.at("text").get<std::string>()));
  } else if (kind == "finished") {
    OnFinished(slot, report);
  } else if (kind == "elsewhere") {
    ++result_.elsewhere;
    if (report.at("failed").get<bool>()) ++result_.failed;
    Show(slot);
    progress_.Elsewhere(number);
    slot.job = nullptr;
  } else if (kind == "busy") {
    held_until_ = Clock::now() + kHoldTime;
    held_.push_back(std::move(slot.job));
  } else if (kind == "interrupted") {
    if (stopping_) {
      if (slot.shown) progress_.Left(number);
      slot.job = nullptr;
    } else {
      slot.told_to_stop = true;  // OnExit follows.
    }
  }
}

void Supervisor::EndCheck(Slot& slot, const CheckResult& result) {
  checks_->End(*slot.check, result);
  slot.check.reset();
}

void Supervisor::LoseCheck(Slot& slot, const std::string& reason) {
  const bool final = stopping_ || slot.timed_out;
  if (final || !checks_->TryAgain(*slot.check)) {
    return EndCheck(slot, {reason, /*sha256=*/""});
  }
  slot.check.reset();
}

void Supervisor::OnOutput(Slot& slot, const std::string& line) {
  if (MayExplain(line)) slot.last_output = line;
  if (slot.job == nullptr) {
    progress_.Note(line);
    return;
  }
  progress_.Note(absl::StrCat(slot.job->label, " | ", line));
  if (slot.shown) {
    auto log = TrialLog::Open(options_.setup.study_folder, slot.job->trial->id);
    if (log.ok()) log->AddOutput(line);
  }
}

void Supervisor::OnExit(Slot& slot) {
  const std::string end = slot.process->WaitForEnd();
  for (const std::string& line : slot.process->TakePrinted()) {
    OnOutput(slot, line);
  }
  const std::string reason =
      slot.timed_out
          ? absl::StrCat("no result after ", options_.trial_timeout_s,
                         " s (--trial_timeout)")
      : slot.told_to_stop ? "the worker was told to stop"
                          : ExplainDeath(end, slot.last_output);
  Retire(slot);
  if (!slot.ready &&
      ++failed_starts_ > std::max(kMaxFailedStarts, options_.retries)) {
    SetError(
        absl::UnavailableError(absl::StrCat("workers do not start: ", reason)));
  }
  // A trial that made no step may have failed because of its checkpoint.
  if (slot.job != nullptr) {
    slot.job->from_start = !slot.moved && !slot.told_to_stop;
  }
  Lose(slot, reason);
}

void Supervisor::Lose(Slot& slot, const std::string& reason) {
  if (slot.check) LoseCheck(slot, reason);
  if (slot.job == nullptr) return;
  // A signal to the workers may have been sent to this process as well.
  if (stopping_ || options_.interrupted()) {
    if (slot.shown) progress_.Left(slot.number);
    slot.job = nullptr;
    return;
  }
  LoseAttempt(slot, reason);
}

void Supervisor::CheckTime(Slot& slot) {
  if (stopping_ && slot.check && Clock::now() - stopping_since_ > kCheckGrace) {
    slot.process->Kill();
  }
  const bool waited_for = slot.busy() || !slot.ready;
  if (options_.trial_timeout_s <= 0 || !waited_for || slot.timed_out) return;
  if (Seconds(Clock::now() - slot.work_start) < options_.trial_timeout_s) {
    return;
  }
  slot.timed_out = true;
  slot.process->Kill();
}

void Supervisor::StopAll() {
  stopping_ = true;
  stopping_since_ = Clock::now();
  for (Slot& slot : slots_) {
    if (slot.process != nullptr && slot.busy()) slot.process->Stop();
  }
}

// Notes, once, which trials a stopping run waits for.
void Supervisor::NoteSaving() {
  if (std::exchange(noted_saving_, true)) return;
  std::vector<std::string> labels;
  for (const Slot& slot : slots_) {
    if (slot.job != nullptr) labels.push_back(slot.job->label);
  }
  if (labels.empty()) return;
  progress_.Note(absl::StrCat(
      "waiting for these to save their state: ", absl::StrJoin(labels, "; "),
      " (a second Ctrl-C ends them at once)"));
}

void Supervisor::AssignCheck(Slot& slot) {
  slot.check = checks_->Next(slot.check_group);
  if (!slot.check) return;
  slot.check_group = slot.check->group;
  const Check& check = checks_->At(*slot.check);
  Begin(slot, {{"order", "check"},
               {"trial", check.trial->settings.ToJson()},
               {"data_only", check.data_only},
               {"time_steps", options_.time_steps}});
}

void Supervisor::AssignJob(Slot& slot) {
  const bool try_held = queue_.empty() && Clock::now() >= held_until_;
  std::deque<std::unique_ptr<Job>>& jobs = try_held ? held_ : queue_;
  if (jobs.empty()) return;
  if (try_held && !std::exchange(noted_held_, true)) {
    progress_.Note(
        absl::StrCat("waiting for trials that other runs have "
                     "locked: ",
                     jobs.size(), " now, first ", jobs.front()->label));
  }
  slot.job = std::move(jobs.front());
  jobs.pop_front();
  slot.shown = slot.moved = false;
  const Job& job = *slot.job;
  TrialSettings settings = job.trial->settings;
  if (!job.metrics.empty()) settings.metrics = job.metrics;
  Begin(slot, {{"order", job.metrics.empty() ? "run" : "measure"},
               {"id", job.trial->id},
               {"label", job.label},
               {"trial", settings.ToJson()},
               {"attempt", job.attempts + 1},
               {"replaces", job.replaces},
               {"other_data", job.other_data},
               {"keep_weights", job.keep_weights},
               {"from_start", job.from_start}});
}

void Supervisor::Begin(Slot& slot, const Json& order) {
  slot.work_start = Clock::now();
  slot.timed_out = false;
  slot.last_output.clear();
  (void)slot.process->Send(order);  // Failures show at its exit.
}

// Reports the job to Progress, unless that was done.
void Supervisor::Show(Slot& slot) {
  if (slot.shown) return;
  slot.shown = true;
  progress_.Started(slot.number,
                    {slot.job->trial->id, slot.job->label, slot.job->max_steps,
                     slot.job->cost, slot.process ? slot.process->pid() : 0});
}

void Supervisor::LoseAttempt(Slot& slot, const std::string& reason) {
  Show(slot);
  std::unique_ptr<Job> job = std::move(slot.job);
  ++result_.attempts_lost;
  if (++job->attempts <= options_.retries) {
    progress_.Lost(slot.number, reason);
    queue_.push_back(std::move(job));
    return;
  }
  if (!job->metrics.empty()) {  // The record stays as it is.
    ++result_.measured;
    ++result_.failed;
    progress_.Failed(slot.number, reason);
    return;
  }
  const absl::StatusOr<bool> recorded = options_.record_failure(*job, reason);
  if (recorded.ok() && *recorded) {
    ++result_.trained;
    ++result_.failed;
    progress_.Failed(slot.number, reason);
    return;
  }
  progress_.Left(slot.number);
  SetError(recorded.status());
  if (recorded.ok()) held_.push_back(std::move(job));
}

// Ends the worker's process, if it has not ended.
void Supervisor::Retire(Slot& slot) {
  if (slot.process == nullptr) return;
  result_.worker_s +=
      std::chrono::duration<double>(slot.last_end - slot.process_start).count();
  slot.process = nullptr;
}

void Supervisor::SetError(const absl::Status& status) {
  if (error_.ok()) error_ = status;
}

}  // namespace bigstep
