#include "experiments/run/terminal_view.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/terminal_text.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

// Rows of the terminal that stay free.
constexpr int kSpareRows = 3;

// East Asian characters and emoji, which take two columns.
constexpr std::pair<uint32_t, uint32_t> kWide[] = {
    {0x1100, 0x115F}, {0x2E80, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
};

int ColumnsOf(uint32_t character) {
  for (const auto& [first, last] : kWide) {
    if (character >= first && character <= last) return 2;
  }
  return 1;
}

// Cuts `text` to what a line of `columns` shows, since a longer one would wrap;
// returns the columns that the rest takes.
int Fit(int columns, std::string& text) {
  int taken = 0;
  for (size_t at = 0; at < text.size();) {
    uint32_t character = 0;
    const size_t size =
        DecodeUtf8(absl::string_view(text).substr(at), &character);
    const int wanted = ColumnsOf(character);
    if (taken + wanted > columns - 1) {
      text.resize(at);
      break;
    }
    taken += wanted;
    at += std::max<size_t>(size, 1);
  }
  return taken;
}

TerminalSize SizeOfStandardError() {
  TerminalSize terminal;
  struct winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal = {size.ws_col, size.ws_row};
  }
  return terminal;
}

}  // namespace

absl::StatusOr<ProgressView> ChooseProgressView(const std::string& name) {
  ProgressView view;
  view.size = SizeOfStandardError;
  if (name == "live" || (name == "auto" && isatty(STDERR_FILENO) == 1)) {
    view.mode = ProgressView::Mode::kLive;
  } else if (name == "quiet") {
    view.mode = ProgressView::Mode::kQuiet;
  } else if (name != "plain" && name != "auto") {
    return absl::InvalidArgumentError(
        absl::StrCat("--progress: expected auto, live, plain or quiet, got '",
                     name, "'", OddCharacterHint(name)));
  }
  return view;
}

void TerminalView::Line(const std::string& text) {
  Clear();
  out_ << VisibleLines(text) << std::endl;
}

void TerminalView::Note(const std::string& text) {
  if (notes_.insert(text).second) Line(text);
}

void TerminalView::Print(const std::string& text) {
  Clear();
  out_ << VisibleLines(text) << std::flush;
}

void TerminalView::Rewrite(std::vector<std::string> lines) {
  const TerminalSize terminal = view_.size();
  const size_t room = std::max(2, terminal.rows - kSpareRows);
  if (lines.size() > room) {
    const size_t left_out = lines.size() - room + 1;
    lines.resize(room - 1);
    lines.push_back(absl::StrCat("  and ", left_out, " more"));
  }
  std::string text;
  std::vector<int> taken;
  for (const std::string& line : lines) {
    std::string shown = VisibleText(line);
    taken.push_back(Fit(terminal.columns, shown));
    absl::StrAppend(&text, shown, "\n");
  }
  Print(text);
  rewritten_ = std::move(taken);
}

void TerminalView::Clear() {
  if (rewritten_.empty()) return;
  // In a window that became narrower, a line takes several rows.
  const int columns = std::max(1, view_.size().columns);
  int rows = 0;
  for (const int taken : rewritten_) {
    rows += std::max(1, (taken + columns - 1) / columns);
  }
  // Up to the first of the lines, and erase from there.
  out_ << absl::StrCat("\x1b[", rows, "F\x1b[J") << std::flush;
  rewritten_.clear();
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
  std::string line = text.substr(0, text.find('\n'));
  size_t size = std::min<size_t>(line.size(), 200);
  // Not through a UTF-8 character.
  while (size > 0 && size < line.size() && (line[size] & 0xC0) == 0x80) --size;
  line.resize(size);
  return line;
}

}  // namespace bigstep
