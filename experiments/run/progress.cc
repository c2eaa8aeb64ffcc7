#include "experiments/run/progress.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

// status.json names so many failures; more are a matter of one cause.
constexpr size_t kMaxFailures = 100;
// Rows of the terminal that stay free.
constexpr int kSpareRows = 3;

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Cuts a text to what a line of `columns` shows; a longer one would wrap, and
// could not be rewritten. Does not cut through a UTF-8 character.
std::string Fit(const std::string& text, int columns) {
  size_t size = std::min(text.size(), static_cast<size_t>(columns - 1));
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

std::string FormatDuration(double seconds) {
  if (seconds < 9.95) return absl::StrFormat("%.1f s", seconds);
  const auto total = static_cast<int64_t>(std::llround(seconds));
  const int64_t minutes = total / 60;
  if (minutes < 60) return absl::StrFormat("%d:%02d", minutes, total % 60);
  return absl::StrFormat("%d:%02d:%02d", minutes / 60, minutes % 60,
                         total % 60);
}

std::string HeadlineMetrics(const Json& metrics) {
  const Json accuracy = metrics.value("accuracy", Json::object());
  const Json train = accuracy.value("train", Json());
  const Json test = accuracy.value("unbiased_test", Json());
  if (!train.is_number() || !test.is_number()) return "";
  return absl::StrFormat("train %.3f, unbiased test %.3f", train.get<double>(),
                         test.get<double>());
}

std::string FirstLine(const std::string& text) {
  return Fit(text.substr(0, text.find('\n')), 201);
}

void Progress::Begin(const Study& study) {
  study_ = study;
  begin_ = last_shown_ = now_();
}

void Progress::Started(int worker, const Attempt& attempt) {
  workers_[worker] = {attempt, 0, 0, 0, "", now_()};
  ++started_;
  if (view_.mode != ProgressView::Mode::kPlain) return;
  Line(absl::StrFormat("[%d/%d] %s | started", started_,
                       study_.trials - study_.reused, attempt.label));
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
  --started_;
  const auto resumed = static_cast<double>(dropped.resumed);
  if (resumed > 0) {
    cost_inherited_ -= dropped.attempt.cost * resumed /
                       static_cast<double>(dropped.attempt.max_steps);
  }
  return dropped;
}

void Progress::ShowEnd(const Worker& worker, const std::string& outcome) {
  std::string line = absl::StrFormat(
      "[%d/%d] %s | %s | ", finished_ + elsewhere_,
      study_.trials - study_.reused, worker.attempt.label, outcome);
  if (!worker.metrics.empty()) absl::StrAppend(&line, worker.metrics, " | ");
  Line(absl::StrCat(line, FormatDuration(Seconds(now_() - worker.start))));
}

void Progress::Finished(int worker, const std::string& outcome) {
  const Worker at = Take(worker);
  ++finished_;
  cost_done_ += at.attempt.cost;
  if (view_.mode == ProgressView::Mode::kPlain) ShowEnd(at, outcome);
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
  Line(absl::StrCat(at.attempt.label, " | ", FirstLine(reason),
                    "; it will be tried again"));
}

void Progress::Elsewhere(int worker) {
  const Worker at = Take(worker);
  ++elsewhere_;
  cost_done_ += at.attempt.cost;
  cost_inherited_ += at.attempt.cost;  // Says nothing about our speed.
  if (view_.mode == ProgressView::Mode::kPlain) {
    ShowEnd(at, "done by another run");
  }
}

void Progress::Left(int worker) { Drop(worker); }

void Progress::Note(const std::string& text) {
  if (notes_.insert(text).second) Line(text);
}

void Progress::Print(const std::string& text) {
  Clear();
  out_ << text << std::flush;
}

void Progress::Line(const std::string& text) {
  Clear();
  out_ << text << std::endl;
}

void Progress::Clear() {
  // Up to the first of the lines, and erase from there.
  if (painted_ > 0) out_ << "\x1b[" << painted_ << "F\x1b[J";
  painted_ = 0;
}

void Progress::Tick() {
  const bool begun = !study_.name.empty();
  if (!begun || view_.mode == ProgressView::Mode::kQuiet) return;
  const Clock::time_point now = now_();
  const auto interval = live() ? std::chrono::milliseconds(200)
                               : std::chrono::milliseconds(60000);
  // What was printed above them took the rewritten lines away.
  const bool erased = live() && painted_ == 0;
  if (now - last_shown_ < interval && !erased) return;
  last_shown_ = now;
  if (live()) {
    Paint();
  } else {
    out_ << StudyLine() << std::endl;
  }
}

void Progress::Paint() {
  std::vector<std::string> lines = {StudyLine()};
  for (const auto& [number, worker] : workers_) {
    lines.push_back(WorkerLine(worker));
  }
  const size_t room = std::max(2, view_.rows - kSpareRows);
  if (lines.size() > room) {
    const size_t left_out = lines.size() - room + 1;
    lines.resize(room - 1);
    lines.push_back(absl::StrCat("  and ", left_out, " more"));
  }
  std::string text;
  for (const std::string& line : lines) {
    absl::StrAppend(&text, Fit(line, view_.columns), "\n");
  }
  Clear();
  out_ << text << std::flush;
  painted_ = static_cast<int>(lines.size());
}

void Progress::End() {
  Clear();
  out_ << std::flush;
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
  const double left = SecondsLeft();
  if (std::isfinite(left)) {
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
