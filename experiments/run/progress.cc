#include "experiments/run/progress.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

// Failures in status.json; more usually share one cause.
constexpr size_t kMaxFailures = 100;

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Progress::Begin(const Study& study) {
  study_ = study;
  begin_ = last_shown_ = now_();
}

void Progress::Started(int worker, const Attempt& attempt) {
  workers_[worker] = {attempt, 0, 0, 0, "", now_()};
  if (!plain()) return;
  view_.Line(absl::StrCat(attempt.label, " | started"));
}

void Progress::Resumed(int worker, int64_t steps) {
  Worker& at = workers_[worker];
  at.resumed = at.step = steps;
  cost_inherited_ += at.attempt.cost * Part(at);
}

void Progress::Stepped(int worker, int64_t step, double loss) {
  Worker& at = workers_[worker];
  at.step = step;
  at.loss = loss;
}

void Progress::Evaluated(int worker, const std::string& metrics) {
  workers_[worker].metrics = metrics;
}

Progress::Worker Progress::Take(int worker) {
  Worker taken = workers_[worker];
  workers_.erase(worker);
  return taken;
}

Progress::Worker Progress::Drop(int worker) {
  Worker dropped = Take(worker);
  const auto resumed = static_cast<double>(dropped.resumed);
  if (resumed > 0 && dropped.attempt.max_steps > 0) {
    cost_inherited_ -= dropped.attempt.cost * resumed /
                       static_cast<double>(dropped.attempt.max_steps);
  }
  return dropped;
}

void Progress::ShowEnd(const Worker& worker, const std::string& outcome) {
  std::string line =
      absl::StrFormat("[%d/%d] %s | %s | ", done(), study_.trials,
                      worker.attempt.label, outcome);
  if (!worker.metrics.empty()) absl::StrAppend(&line, worker.metrics, " | ");
  view_.Line(
      absl::StrCat(line, FormatDuration(Seconds(now_() - worker.start))));
}

void Progress::Finished(int worker, const std::string& outcome) {
  const Worker at = Take(worker);
  ++finished_;
  cost_done_ += at.attempt.cost;
  if (plain()) ShowEnd(at, outcome);
}

void Progress::Failed(int worker, const std::string& reason) {
  const Worker at = Take(worker);
  ++finished_;
  ++failed_;
  cost_done_ += at.attempt.cost;
  if (failures_.size() < kMaxFailures) {
    failures_.push_back({{"id", at.attempt.id},
                         {"label", at.attempt.label},
                         {"reason", FirstLine(reason)}});
  }
  ShowEnd(at, absl::StrCat("failed: ", FirstLine(reason)));
}

void Progress::Lost(int worker, const std::string& reason) {
  const Worker at = Drop(worker);
  ++lost_;
  view_.Line(absl::StrCat(at.attempt.label, " | ", FirstLine(reason),
                          "; it will be tried again"));
}

void Progress::Elsewhere(int worker) {
  const Worker at = Take(worker);
  ++elsewhere_;
  cost_done_ += at.attempt.cost;
  cost_inherited_ += at.attempt.cost;  // Not our speed.
  if (plain()) {
    ShowEnd(at, "done by another run");
  }
}

void Progress::Left(int worker) { Drop(worker); }

void Progress::Tick() {
  const bool begun = !study_.name.empty();
  if (!begun || view_.mode() == ProgressView::Mode::kQuiet) return;
  const Clock::time_point now = now_();
  const auto interval = live() ? std::chrono::milliseconds(200)
                               : std::chrono::milliseconds(60000);
  // A line printed above the rewritten ones has removed them.
  const bool erased = live() && !view_.has_rewritten_lines();
  if (now - last_shown_ < interval && !erased) return;
  last_shown_ = now;
  if (!live()) return view_.Line(StudyLine());
  std::vector<std::string> lines = {StudyLine()};
  for (const auto& [number, worker] : workers_) {
    lines.push_back(WorkerLine(worker));
  }
  view_.Rewrite(std::move(lines));
}

double Progress::Elapsed() const { return Seconds(now_() - begin_); }

double Progress::Part(const Worker& worker) {
  const auto steps = static_cast<double>(worker.attempt.max_steps);
  return steps > 0 ? static_cast<double>(worker.step) / steps : 0;
}

double Progress::StepsPerSecond(const Worker& worker) const {
  const double seconds = Seconds(now_() - worker.start);
  return seconds > 0
             ? static_cast<double>(worker.step - worker.resumed) / seconds
             : 0;
}

double Progress::SecondsLeft() const {
  double done = cost_done_;
  for (const auto& [number, worker] : workers_) {
    done += worker.attempt.cost * Part(worker);
  }
  const double left = std::max(0.0, study_.cost - done);
  if (left == 0) return 0;
  return left * Elapsed() / (done - cost_inherited_);
}

std::string Progress::StudyLine() const {
  std::string line =
      absl::StrFormat("%s | %d/%d done", study_.name, done(), study_.trials);
  if (failed_ > 0) absl::StrAppend(&line, ", ", failed_, " failed");
  if (lost_ > 0) absl::StrAppend(&line, ", ", lost_, " attempts lost");
  if (Elapsed() > 0) {
    absl::StrAppend(&line, absl::StrFormat(" | %.3g trials/min",
                                           60 * finished_ / Elapsed()));
  }
  // The first seconds say nothing: processes start and data are read.
  const bool known = finished_ > 0 || Elapsed() >= 30;
  const double left = SecondsLeft();
  if (known && std::isfinite(left)) {
    absl::StrAppend(&line, " | ETA ", FormatDuration(left));
  }
  return line;
}

std::string Progress::WorkerLine(const Worker& worker) const {
  std::string line = absl::StrFormat(
      "  %s | step %d/%d | %.0f steps/s", worker.attempt.label, worker.step,
      worker.attempt.max_steps, StepsPerSecond(worker));
  if (worker.step > worker.resumed) {
    absl::StrAppend(&line, absl::StrFormat(" | loss %.4g", worker.loss));
  }
  if (!worker.metrics.empty()) absl::StrAppend(&line, " | ", worker.metrics);
  return line;
}

Json Progress::Status() const {
  Json workers = Json::array();
  for (const auto& [number, worker] : workers_) {
    workers.push_back({{"pid", worker.attempt.pid},
                       {"id", worker.attempt.id},
                       {"label", worker.attempt.label},
                       {"step", worker.step},
                       {"max_steps", worker.attempt.max_steps},
                       {"steps_per_s", StepsPerSecond(worker)},
                       {"loss", worker.loss},
                       {"metrics", worker.metrics},
                       {"seconds", Seconds(now_() - worker.start)}});
  }
  const double left = SecondsLeft();
  return {{"study", study_.name},
          {"trials",
           {{"total", study_.trials},
            {"done", done()},
            {"reused", study_.reused},
            {"trained", finished_},
            {"by_other_runs", elsewhere_},
            {"failed", failed_}}},
          {"attempts_lost", lost_},
          {"seconds", Elapsed()},
          {"trials_per_min",
           Elapsed() > 0 ? Json(60 * finished_ / Elapsed()) : Json()},
          {"eta_s", std::isfinite(left) ? Json(left) : Json()},
          {"workers", workers},
          {"failures", failures_}};
}

}  // namespace bigstep
