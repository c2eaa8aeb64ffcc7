#include "experiments/progress.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

constexpr char kClearLine[] = "\r\x1b[K";

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
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

void Progress::SetTrials(int64_t trials) {
  trials_ = trials;
  study_start_ = now_();
}

void Progress::Start(const std::string& label, int64_t max_steps) {
  label_ = label;
  max_steps_ = max_steps;
  step_ = 0;
  metrics_.clear();
  trial_start_ = last_shown_ = now_();
  if (columns_ == 0) {
    out_ << "[" << finished_ + 1 << "/" << trials_ << "] " << label_
         << " | started" << std::endl;
  }
}

void Progress::Step(int64_t step, double loss) {
  step_ = step;
  loss_ = loss;
  const Clock::time_point now = now_();
  const auto interval = columns_ > 0 ? std::chrono::milliseconds(200)
                                     : std::chrono::milliseconds(60000);
  if (now - last_shown_ < interval) return;
  last_shown_ = now;
  if (columns_ > 0) {
    // A longer line would wrap, and only its last row could be rewritten.
    out_ << kClearLine << Line(now).substr(0, columns_ - 1) << std::flush;
  } else {
    out_ << Line(now) << std::endl;
  }
}

void Progress::Evaluated(const HistoryRow& row) {
  // The number most people look at, if the study measures it.
  if (!row.metrics.contains("accuracy")) return;
  const Json& accuracy = row.metrics.at("accuracy");
  metrics_ = absl::StrFormat("train %.3f, unbiased test %.3f",
                             accuracy.at("train").get<double>(),
                             accuracy.at("unbiased_test").get<double>());
}

void Progress::Finish(const std::string& outcome) {
  ++finished_;
  if (columns_ > 0) out_ << kClearLine;
  out_ << "[" << finished_ << "/" << trials_ << "] " << label_ << " | "
       << outcome << " | ";
  if (!metrics_.empty()) out_ << metrics_ << " | ";
  out_ << FormatDuration(Seconds(now_() - trial_start_)) << std::endl;
}

void Progress::Abandon() {
  if (columns_ > 0) out_ << kClearLine << std::flush;
}

std::string Progress::Line(Clock::time_point now) const {
  const double in_trial = Seconds(now - trial_start_);
  std::string line = absl::StrFormat(
      "[%d/%d] %s | step %d/%d | %.0f steps/s | loss %.4g", finished_ + 1,
      trials_, label_, step_, max_steps_, step_ / in_trial, loss_);
  if (!metrics_.empty()) absl::StrAppend(&line, " | ", metrics_);
  // Trials done so far, the current one in part, predict the rest.
  const double done =
      static_cast<double>(finished_) +
      static_cast<double>(step_) / static_cast<double>(max_steps_);
  const double rest = (static_cast<double>(trials_) - done) *
                      Seconds(now - study_start_) / done;
  absl::StrAppend(&line, " | ETA ", FormatDuration(rest));
  return line;
}

}  // namespace bigstep
