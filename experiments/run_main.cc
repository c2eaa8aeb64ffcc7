// Runs a study, or says what it would do. See --help and README.md.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/blas_kernels.h"
#include "base/command_line.h"
#include "base/device.h"
#include "base/exit_code.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/build_info.h"
#include "experiments/records/record.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/power.h"
#include "experiments/report/tables/terminal.h"
#include "experiments/report/write_report.h"
#include "experiments/run/commands.h"
#include "experiments/run/worker.h"
#include "experiments/run_flags.h"
#include "experiments/train/environment.h"

namespace bigstep {
namespace {

// How many seeds the claims of the study need, a line for each.
std::string Power(const Study& study, const Records& records, double effect) {
  std::string text;
  for (const std::string& line :
       DescribePower(Analyze(study, records), records, effect)) {
    absl::StrAppend(&text, VisibleText(line), "\n");
  }
  return text;
}

std::string Table(const Study& study, const Records& records) {
  return ToTerminal(Analyze(study, records));
}

absl::StatusOr<std::string> Report(const std::string& study_folder,
                                   std::vector<std::string>* notes) {
  ASSIGN_OR_RETURN(const Analysis analysis,
                   WriteReport(study_folder, notes, Interrupted));
  return ToTerminal(analysis);
}

absl::StatusOr<int> Main(int argc, char** argv) {
  if (WantsHelp(argc, argv)) {
    std::cout << RunHelp();
    return kExitOk;
  }
  if (WantsVersion(argc, argv)) {
    std::cout << VersionText(BuildCommit(), WorkspaceCommit());
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const Command command, CommandFromArguments(argc, argv));
  ConfigureCompute();
  const std::string kernels = KernelsToSet();  // Of workers.
  if (!kernels.empty()) setenv(kBlasKernelsVariable, kernels.c_str(), 1);
  const KeepDenormals exact;  // This process reads and writes, workers compute.
  return Execute(command, {Table, Report, Power}, std::cout);
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&]() -> absl::StatusOr<int> {
    if (bigstep::IsWorker(argc, argv)) return bigstep::RunWorker();
    return bigstep::Main(argc, argv);
  });
}
