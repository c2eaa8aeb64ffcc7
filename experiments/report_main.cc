// Makes the tables, the figures and the page of a study from its records.
// See --help.
#include <gflags/gflags.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_split.h"
#include "base/command_line.h"
#include "base/files.h"
#include "base/log.h"
#include "base/status.h"
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

namespace bigstep {
namespace {

constexpr int kOk = 0;
constexpr int kBadInput = 2;

constexpr char kUsage[] =
    "Makes tables, figures and report.html of a study from study.json and the "
    "records, without training.\n"
    "  bazel run //experiments:report -- --out=results/my_study\n"
    "  bazel run //experiments:report -- --compare=results/a,results/b "
    "--out=results/a_b\n"
    "  bazel run //experiments:report -- --out=results/my_study --tensorboard\n"
    "Exit codes: 0 done, 2 bad input.\n";

absl::StatusOr<int> Compare() {
  std::vector<std::string> folders;
  for (const absl::string_view folder :
       absl::StrSplit(FLAGS_compare, ',', absl::SkipEmpty())) {
    folders.push_back(UserPath(folder));
  }
  const std::string out = UserPath(FLAGS_out);
  RETURN_IF_ERROR(WriteStudiesReport(folders, out));
  std::cout << out << ": " << folders.size() << " studies side by side\n";
  return kOk;
}

// A study that cannot be read does not stop the reports of the others.
absl::StatusOr<int> Report() {
  ASSIGN_OR_RETURN(const std::vector<std::string> folders,
                   FindStudies(UserPath(FLAGS_out)));
  int code = kOk;
  for (const std::string& folder : folders) {
    std::vector<std::string> notes;
    absl::StatusOr<Analysis> analysis = WriteReport(folder, &notes);
    if (analysis.ok() && FLAGS_tensorboard) {
      const absl::Status written = WriteTensorBoard(folder, analysis->study);
      if (!written.ok()) analysis = written;
    }
    for (const std::string& note : notes) std::cerr << note << "\n";
    if (analysis.ok()) {
      std::cout << folder << ": " << OutcomesText(analysis->total) << "\n";
      for (const std::string& sentence : Findings(*analysis)) {
        std::cout << "  " << sentence << "\n";
      }
    } else {
      std::cerr << analysis.status().message() << "\n";
      code = kBadInput;
    }
  }
  return code;
}

absl::StatusOr<int> Main(int argc, char** argv) {
  const CommandLineRules rules = {__FILE__, {{"tensorboard", "true"}}, {}};
  if (WantsHelp(argc, argv)) {
    std::cout << kUsage << FlagsHelp(rules);
    return kOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  if (FLAGS_out.empty()) {
    return absl::InvalidArgumentError("--out is empty; name a folder");
  }
  if (FLAGS_tensorboard && !FLAGS_compare.empty()) {
    return absl::InvalidArgumentError(
        "--tensorboard is for one study or a folder of them, not for "
        "--compare; leave one of them out");
  }
  return FLAGS_compare.empty() ? Report() : Compare();
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  const absl::StatusOr<int> code = bigstep::Main(argc, argv);
  if (code.ok()) return *code;
  std::cerr << code.status().message() << "\n";
  return bigstep::kBadInput;
}
