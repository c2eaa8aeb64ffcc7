// Lines on a terminal: some stay, those at the bottom are rewritten.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TERMINAL_VIEW_H_
#define BIGSTEP_EXPERIMENTS_RUN_TERMINAL_VIEW_H_

#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bigstep {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};

// How a study is shown:
//  - live: some lines at the bottom of a terminal, rewritten a few times a
//    second: the study, then each worker;
//  - plain: a line when a trial starts and ends, one a minute in between;
//  - quiet: only failures and notes, which every mode shows.
struct ProgressView {
  enum class Mode { kLive, kPlain, kQuiet };

  Mode mode = Mode::kPlain;
  // Measures the terminal, whose window may be resized; live only.
  std::function<TerminalSize()> size = [] { return TerminalSize(); };
};

// The view that --progress names: live, plain, quiet, or auto: live if standard
// error is a terminal, else plain. InvalidArgument for another text.
absl::StatusOr<ProgressView> ChooseProgressView(const std::string& name);

// Shows text on a terminal, passed through VisibleLines (terminal_text.h).
class TerminalView {
 public:
  TerminalView(std::ostream& out, ProgressView view) : out_(out), view_(view) {}

  ProgressView::Mode mode() const { return view_.mode; }

  // Writes a line above the rewritten ones.
  void Line(const std::string& text);
  // The same, unless the text was noted before.
  void Note(const std::string& text);
  // Writes a text of whole lines in place of the rewritten lines.
  void Print(const std::string& text);

  // Replaces the rewritten lines, cut to the size of the terminal.
  void Rewrite(std::vector<std::string> lines);
  // Removes them, also where a narrower window has wrapped them.
  void Clear();
  bool has_rewritten_lines() const { return !rewritten_.empty(); }

 private:
  std::ostream& out_;
  const ProgressView view_;
  std::set<std::string> notes_;
  std::vector<int> rewritten_;  // Columns that each of the lines takes.
};

// "4.2 s", "45 s", "12 min", "3.4 h", "2.5 days".
std::string FormatDuration(double seconds);

// The first line, and at most 200 bytes of it.
std::string FirstLine(const std::string& text);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TERMINAL_VIEW_H_
