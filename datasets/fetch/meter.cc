#include "datasets/fetch/meter.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

constexpr char kClearLine[] = "\r\x1b[K";

}  // namespace

std::string FormatBytes(int64_t bytes) {
  if (bytes < 1000) return absl::StrFormat("%d bytes", bytes);
  if (bytes < 1000000) return absl::StrFormat("%.1f kB", bytes / 1e3);
  if (bytes < 1000000000) return absl::StrFormat("%.1f MB", bytes / 1e6);
  return absl::StrFormat("%.1f GB", bytes / 1e9);
}

std::string MeterLine(const std::string& label, int64_t done,
                      const std::optional<int64_t>& total, int64_t gained,
                      double seconds) {
  std::string line = absl::StrCat(label, ": ", FormatBytes(done));
  if (total && *total > 0) {
    absl::StrAppendFormat(&line, " of %s (%d %%)", FormatBytes(*total),
                          done * 100 / *total);
  }
  if (gained <= 0 || seconds <= 0) return line;
  const double rate = gained / seconds;
  absl::StrAppend(&line, ", ", FormatBytes(std::llround(rate)), "/s");
  if (total && *total >= done) {
    const int64_t left = std::llround((*total - done) / rate);
    absl::StrAppendFormat(&line, ", %d:%02d left", left / 60, left % 60);
  }
  return line;
}

void Meter::Say(absl::string_view line) {
  if (terminal_) out_ << kClearLine;
  out_ << VisibleLines(line) << std::endl;
}

void Meter::Start(const std::string& label, int64_t done,
                  const std::optional<int64_t>& total) {
  label_ = label;
  first_ = done;
  total_ = total;
  start_ = last_shown_ = now_();
}

void Meter::Update(int64_t done) {
  const Clock::time_point now = now_();
  const auto interval = terminal_ ? std::chrono::milliseconds(200)
                                  : std::chrono::milliseconds(30000);
  if (now - last_shown_ < interval) return;
  last_shown_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const std::string line =
      MeterLine(label_, done, total_, done - first_, seconds);
  if (terminal_) {
    out_ << kClearLine << line << std::flush;
  } else {
    out_ << line << std::endl;
  }
}

void Meter::Finish() {
  if (terminal_) out_ << kClearLine << std::flush;
}

}  // namespace bigstep
