// Makes the tables, the figures and the page of a study from its records.
// See --help.
#include <gflags/gflags.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/command_line.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/findings.h"
#include "experiments/report/analysis/trial_counts.h"
#include "experiments/report/tensorboard.h"
#include "experiments/report/write_report.h"

DEFINE_string(out, "results",
              "folder of a study, or of several; with --compare, where the "
              "comparison goes");
DEFINE_string(compare, "",
              "folders of studies, with commas between, to put side by side");

DEFINE_bool(tensorboard, false,
            "also write event files for TensorBoard, below tensorboard/ in the "
            "study's folder");

DEFINE_bool(watch, false,
            "write the report of a running study again whenever a trial ends, "
            "until none is missing; the page in a browser reloads itself");

namespace bigstep {
namespace {

constexpr char kUsage[] =
    "Makes tables, figures and report.html of a study from study.json and the "
    "records, without training.\n"
    "  bazel run //experiments:report -- --out=results/my_study\n"
    "  bazel run //experiments:report -- --compare=results/a,results/b "
    "--out=results/a_b\n"
    "  bazel run //experiments:report -- --out=results/my_study --tensorboard\n"
    "  bazel run //experiments:report -- --out=results/my_study --watch\n"
    "Exit codes: 0 done, 2 bad input, 3 standard output cannot be written, "
    "130 --watch interrupted.\n";

absl::StatusOr<int> Compare() {
  std::vector<std::string> folders;
  for (const absl::string_view folder : absl::StrSplit(FLAGS_compare, ',')) {
    if (folder.empty()) {
      return absl::InvalidArgumentError(
          "--compare: the name of a folder is empty (is a variable not set?)");
    }
    ASSIGN_OR_RETURN(folders.emplace_back(), UserPath(folder));
  }
  ASSIGN_OR_RETURN(const std::string out, UserPath(FLAGS_out));
  RETURN_IF_ERROR(WriteStudiesReport(folders, out));
  std::cout << VisibleText(out) << ": " << folders.size()
            << " studies side by side\n";
  return kExitOk;
}

void PrintLines(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) std::cerr << VisibleLines(text) << "\n";
}

// A study that cannot be read does not stop the reports of the others.
absl::StatusOr<int> Report() {
  ASSIGN_OR_RETURN(const std::string out, UserPath(FLAGS_out));
  std::vector<std::string> notes;
  ASSIGN_OR_RETURN(const std::vector<std::string> folders,
                   FindStudies(out, &notes));
  PrintLines(notes);
  int code = kExitOk;
  for (const std::string& folder : folders) {
    notes.clear();
    absl::StatusOr<Analysis> analysis = WriteReport(folder, &notes);
    if (analysis.ok() && FLAGS_tensorboard) {
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

absl::StatusOr<int> Watch() {
  ASSIGN_OR_RETURN(const std::string out, UserPath(FLAGS_out));
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

absl::StatusOr<int> Main(int argc, char** argv) {
  const CommandLineRules rules = {
      __FILE__, {{"tensorboard", "true"}, {"watch", "true"}}, {}};
  if (WantsHelp(argc, argv)) {
    std::cout << kUsage << FlagsHelp(rules);
    return kExitOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  if (FLAGS_tensorboard && !FLAGS_compare.empty()) {
    return absl::InvalidArgumentError(
        "--tensorboard is for one study or a folder of them, not for "
        "--compare; leave one of them out");
  }
  if (FLAGS_watch && (FLAGS_tensorboard || !FLAGS_compare.empty())) {
    return absl::InvalidArgumentError(
        "--watch is for the report of one study, without --compare and "
        "--tensorboard");
  }
  if (FLAGS_watch) return Watch();
  return FLAGS_compare.empty() ? Report() : Compare();
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
