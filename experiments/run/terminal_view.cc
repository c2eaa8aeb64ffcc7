#include "experiments/run/terminal_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

// Rows of the terminal that stay free.
constexpr int kSpareRows = 3;

// Cuts a text to what a line of `columns` shows; a longer one would wrap, and
// could not be rewritten. Does not cut through a UTF-8 character.
std::string Fit(const std::string& text, int columns) {
  size_t size = std::min(text.size(), static_cast<size_t>(columns - 1));
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

}  // namespace

absl::StatusOr<ProgressView> ChooseProgressView(const std::string& name) {
  ProgressView view;
  struct winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    view.columns = size.ws_col;
    view.rows = size.ws_row;
  }
  if (name == "live" || (name == "auto" && isatty(STDERR_FILENO) == 1)) {
    view.mode = ProgressView::Mode::kLive;
  } else if (name == "quiet") {
    view.mode = ProgressView::Mode::kQuiet;
  } else if (name != "plain" && name != "auto") {
    return absl::InvalidArgumentError(absl::StrCat(
        "--progress: expected auto, live, plain or quiet, got '", name, "'"));
  }
  return view;
}

void TerminalView::Line(const std::string& text) {
  Clear();
  out_ << text << std::endl;
}

void TerminalView::Note(const std::string& text) {
  if (notes_.insert(text).second) Line(text);
}

void TerminalView::Print(const std::string& text) {
  Clear();
  out_ << text << std::flush;
}

void TerminalView::Rewrite(std::vector<std::string> lines) {
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
  Print(text);
  rewritten_ = static_cast<int>(lines.size());
}

void TerminalView::Clear() {
  // Up to the first of the lines, and erase from there.
  if (rewritten_ > 0) out_ << "\x1b[" << rewritten_ << "F\x1b[J" << std::flush;
  rewritten_ = 0;
}

std::string FormatDuration(double seconds) {
  if (seconds < 9.95) return absl::StrFormat("%.1f s", seconds);
  // From 1.5 of the next unit on.
  if (seconds < 90) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 90 * 60) return absl::StrFormat("%.0f min", seconds / 60);
  if (seconds < 36 * 3600) return absl::StrFormat("%.1f h", seconds / 3600);
  return absl::StrFormat("%.1f days", seconds / 86400);
}

std::string FirstLine(const std::string& text) {
  return Fit(text.substr(0, text.find('\n')), 201);
}

}  // namespace bigstep
