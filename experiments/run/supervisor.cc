#include "experiments/run/supervisor.h"

#include <poll.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "experiments/records/record.h"
#include "experiments/run/identity_cache.h"

namespace bigstep {
namespace {

// The longest wait for reports.
constexpr int kTickMs = 200;
// The time between two looks at trials held by other runs.
constexpr auto kHoldTime = std::chrono::seconds(1);
// Workers in a row that may die before they are ready.
constexpr int kMaxFailedStarts = 3;

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Whether a line that a worker printed may say why it died: not a frame of a
// stack trace, nor its heading.
bool MayExplain(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  return !line.empty() && !absl::StartsWith(line, "@ ") &&
         !absl::StartsWith(line, "***");
}

std::string Explain(const std::string& end, const std::string& last_output) {
  std::string reason = absl::StrCat("the worker died: ", end);
  if (end == "killed by SIGKILL") {
    absl::StrAppend(&reason, ", perhaps because memory ran out");
  }
  if (!last_output.empty()) absl::StrAppend(&reason, "; ", last_output);
  return reason;
}

}  // namespace

std::string TrialLabel(const Plan& plan, const Trial& trial) {
  return absl::StrCat(plan.study.configurations[trial.configurations[0]].name,
                      " seed ", trial.settings.seed);
}

Supervisor::Supervisor(Options options, Progress& progress)
    : options_(std::move(options)), progress_(progress) {
  std::signal(SIGPIPE, SIG_IGN);
  BIGSTEP_CHECK(options_.workers >= 1);
  slots_.resize(options_.workers);
  for (size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].number = static_cast<int>(i);
  }
}

absl::StatusOr<std::vector<std::string>> Supervisor::RunChecks(
    const std::vector<const Trial*>& trials) {
  checks_ = &trials;
  check_messages_.assign(trials.size(), "");
  checks_left_ = static_cast<int>(trials.size());
  IdentityCache identities;
  std::map<std::string, size_t> groups;
  for (size_t i = 0; i < trials.size(); ++i) {
    const auto [it, is_new] = groups.emplace(
        identities.Of(trials[i]->settings.dataset), check_groups_.size());
    if (is_new) check_groups_.emplace_back();
    check_groups_[it->second].push_back(static_cast<int>(i));
  }
  const absl::Status status = Loop([this] { return checks_left_ == 0; },
                                   [this](Slot& slot) { AssignCheck(slot); });
  if (!status.ok()) return status;
  if (stopping_) return absl::CancelledError("interrupted");
  return check_messages_;
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
    if (!stopping_) StartNeeded(assign);
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
    if (checks_left_ == 0 && queue_.empty() && held_.empty()) continue;
    auto process = WorkerProcess::Start(options_.command);
    if (!process.ok()) {
      return SetError(absl::UnavailableError(process.status().message()));
    }
    slot.process = *std::move(process);
    slot.process_start = slot.last_end = slot.work_start = Clock::now();
    slot.ready = slot.replace = slot.timed_out = slot.told_to_stop = false;
    (void)slot.process->Send(options_.setup);  // Failures show at its exit.
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
  for (const Json& report : slot.process->TakeReports()) OnReport(slot, report);
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
  } else if (kind == "checked" && slot.check >= 0) {
    EndCheck(slot, report.at("message"), report.at("dataset"));
  } else if (kind == "error") {
    SetError(
        absl::Status(static_cast<absl::StatusCode>(report.value("code", 0)),
                     report.value("message", "")));
    if (slot.shown) progress_.Left(slot.number);
    slot.job = nullptr;
  } else if (slot.job != nullptr) {
    OnJobReport(slot, kind, report);
  }
}

void Supervisor::OnFinished(Slot& slot, const Json& report) {
  ++result_.trained;
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
    progress_.Stepped(number, report.at("step"), report.at("loss"));
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

void Supervisor::EndCheck(Slot& slot, const std::string& message,
                          bool dataset) {
  check_messages_[slot.check] = message;
  --checks_left_;
  slot.check = -1;
  if (!dataset) return;
  // The rest of the group would fail the same way.
  checks_left_ -= static_cast<int>(slot.checks.size());
  slot.checks.clear();
}

void Supervisor::OnOutput(Slot& slot, const std::string& line) {
  if (MayExplain(line)) slot.last_output = line;
  if (slot.job == nullptr) {
    progress_.Note(line);
    return;
  }
  progress_.Note(absl::StrCat(slot.job->label, " | ", line));
  if (slot.shown) {
    const std::string folder = options_.setup.at("study_folder");
    std::ofstream log(TrialFolder(folder, slot.job->trial->id) + "/log.txt",
                      std::ios::app);
    log << line << std::endl;
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
                          : Explain(end, slot.last_output);
  Retire(slot);
  if (!slot.ready && ++failed_starts_ >= kMaxFailedStarts) {
    SetError(
        absl::UnavailableError(absl::StrCat("workers do not start: ", reason)));
  }
  if (slot.check >= 0) EndCheck(slot, reason, /*dataset=*/true);
  if (slot.job == nullptr) return;
  // A signal to the workers may have been sent to this process as well.
  if (stopping_ || options_.interrupted()) {
    if (slot.shown) progress_.Left(slot.number);
    slot.job = nullptr;
    return;
  }
  // A trial that made no step may have failed because of its checkpoint.
  slot.job->from_start = !slot.moved && !slot.told_to_stop;
  LoseAttempt(slot, reason);
}

void Supervisor::CheckTime(Slot& slot) {
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
  for (Slot& slot : slots_) {
    if (slot.process != nullptr && slot.busy()) slot.process->Stop();
  }
}

void Supervisor::AssignCheck(Slot& slot) {
  if (slot.checks.empty()) {
    if (check_groups_.empty()) return;
    slot.checks = std::move(check_groups_.front());
    check_groups_.pop_front();
  }
  slot.check = slot.checks.front();
  slot.checks.pop_front();
  Begin(slot, {{"order", "check"},
               {"trial", (*checks_)[slot.check]->settings.ToJson()}});
}

void Supervisor::AssignJob(Slot& slot) {
  const bool try_held = queue_.empty() && Clock::now() >= held_until_;
  std::deque<std::unique_ptr<Job>>& jobs = try_held ? held_ : queue_;
  if (jobs.empty()) return;
  slot.job = std::move(jobs.front());
  jobs.pop_front();
  slot.shown = slot.moved = false;
  const Job& job = *slot.job;
  Begin(slot, {{"order", "run"},
               {"id", job.trial->id},
               {"label", job.label},
               {"trial", job.trial->settings.ToJson()},
               {"attempt", job.attempts + 1},
               {"failed_before", job.failed_before},
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
                    {slot.job->trial->id, slot.job->label,
                     slot.job->trial->settings.training.max_steps,
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
  result_.worker_s += Seconds(slot.last_end - slot.process_start);
  slot.process = nullptr;
}

void Supervisor::SetError(const absl::Status& status) {
  if (error_.ok()) error_ = status;
}

}  // namespace bigstep
