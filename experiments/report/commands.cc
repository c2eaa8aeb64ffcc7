#include "experiments/report/commands.h"

#include <iostream>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/findings.h"
#include "experiments/report/analysis/trial_counts.h"
#include "experiments/report/tensorboard.h"
#include "experiments/report/write_report.h"

namespace bigstep {
namespace {

absl::StatusOr<int> Compare(const ReportCommand& command) {
  std::vector<std::string> folders;
  for (const absl::string_view folder : absl::StrSplit(command.compare, ',')) {
    if (folder.empty()) {
      return absl::InvalidArgumentError(
          "--compare: the name of a folder is empty (is a variable not set?)");
    }
    ASSIGN_OR_RETURN(folders.emplace_back(), UserPath(folder));
  }
  ASSIGN_OR_RETURN(const std::string out, UserPath(command.out));
  RETURN_IF_ERROR(WriteStudiesReport(folders, out));
  std::cout << VisibleText(out) << ": " << folders.size()
            << " studies side by side\n";
  return kExitOk;
}

void PrintLines(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) std::cerr << VisibleLines(text) << "\n";
}

// A study that cannot be read does not stop the reports of the others.
absl::StatusOr<int> Report(const ReportCommand& command) {
  ASSIGN_OR_RETURN(const std::string out, UserPath(command.out));
  std::vector<std::string> notes;
  ASSIGN_OR_RETURN(const std::vector<std::string> folders,
                   FindStudies(out, &notes));
  PrintLines(notes);
  int code = kExitOk;
  for (const std::string& folder : folders) {
    notes.clear();
    absl::StatusOr<Analysis> analysis = WriteReport(folder, &notes);
    if (analysis.ok() && command.tensorboard) {
      const absl::Status written = WriteTensorBoard(folder, analysis->study);
      if (!written.ok()) analysis = written;
    }
    PrintLines(notes);
    if (analysis.ok()) {
      std::cout << VisibleText(folder) << ": " << OutcomesText(analysis->total)
                << "\n";
      for (const std::string& sentence : Findings(*analysis)) {
        std::cout << "  " << VisibleText(sentence) << "\n";
      }
    } else {
      PrintLines({std::string(analysis.status().message())});
      code = kExitBadInput;
    }
  }
  return code;
}

absl::StatusOr<int> Watch(const ReportCommand& command) {
  ASSIGN_OR_RETURN(const std::string out, UserPath(command.out));
  ASSIGN_OR_RETURN(const std::vector<std::string> folders, FindStudies(out));
  if (folders.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--watch: expected one study, found ", folders.size(),
                     " in ", out, "; name the folder of one with --out"));
  }
  CatchInterrupts();
  RETURN_IF_ERROR(WatchReport(
      folders[0],
      [&](const Analysis& analysis, const std::vector<std::string>& notes) {
        PrintLines(notes);
        std::cout << VisibleText(folders[0]) << ": "
                  << OutcomesText(analysis.total) << std::endl;
      },
      Interrupted));
  return kExitOk;
}

}  // namespace

absl::StatusOr<int> MakeReports(const ReportCommand& command) {
  const bool compares = !command.compare.empty();
  if (command.tensorboard && compares) {
    return absl::InvalidArgumentError(
        "--tensorboard is for one study or a folder of them, not for "
        "--compare; leave one of them out");
  }
  if (command.watch && (command.tensorboard || compares)) {
    return absl::InvalidArgumentError(
        "--watch is for the report of one study, without --compare and "
        "--tensorboard");
  }
  if (command.watch) return Watch(command);
  return compares ? Compare(command) : Report(command);
}

}  // namespace bigstep
