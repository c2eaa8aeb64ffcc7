// Makes the tables, the figures and the page of a study from its records.
// See --help.
#include <gflags/gflags.h>

#include <iostream>

#include "absl/status/statusor.h"
#include "base/command_line.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/status.h"
#include "base/version.h"
#include "experiments/build_info.h"
#include "experiments/report/commands.h"

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

absl::StatusOr<int> Main(int argc, char** argv) {
  const CommandLineRules rules = {
      __FILE__, {{"tensorboard", "true"}, {"watch", "true"}}, {}};
  if (WantsHelp(argc, argv)) {
    std::cout << HelpText(kUsage, rules);
    return kExitOk;
  }
  if (WantsVersion(argc, argv)) {
    std::cout << "Bigstep " << kVersion << ", commit " << BuildCommit() << "\n";
    return kExitOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  return MakeReports(
      {FLAGS_out, FLAGS_compare, FLAGS_tensorboard, FLAGS_watch});
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
