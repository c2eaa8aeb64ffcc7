// Reruns one recorded trial and reports whether it gives the same. See --help
// and docs/reproducing.md.
#include <gflags/gflags.h>

#include <iostream>
#include <string>

#include "absl/status/statusor.h"
#include "base/blas_kernels.h"
#include "base/command_line.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/log.h"
#include "base/status.h"
#include "experiments/build_info.h"
#include "experiments/run/reproduce.h"
#include "experiments/train/environment.h"

DEFINE_string(record, "",
              "the trial: its folder, or record.json or trial.yaml in it");
DEFINE_string(data_root, "",
              "folder that holds the datasets' files (default "
              "$BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data)");
DEFINE_string(cache, "",
              "folder in which datasets with `cache: true` keep their inputs "
              "(default ~/.cache/bigstep/prepared); other datasets are made "
              "from their files again");
DEFINE_string(device, "",
              "auto, cpu, cuda or cuda:<number> (default: that of the record)");
DEFINE_double(tolerance, 0,
              "relative difference up to which numbers count as equal; 0: to "
              "the last bit");

namespace bigstep {
namespace {

constexpr char kUsage[] =
    "Runs the trial of a record again and compares outcome, metrics and "
    "history.\n"
    "  bazel run //experiments:reproduce -- "
    "--record=results/my/trials/<id> [flags]\n"
    "Writes nothing. Exit codes: 0 the same, 1 something differs, 2 bad input "
    "(no\n"
    "record, another trial than its id says, missing data), 3 the device "
    "cannot be\n"
    "used or standard output cannot be written, 130 interrupted.\n";

absl::StatusOr<int> Main(int argc, char** argv) {
  const CommandLineRules rules = {__FILE__, {}, {}};
  if (WantsHelp(argc, argv)) {
    std::cout << HelpText(kUsage, rules);
    return kExitOk;
  }
  if (WantsVersion(argc, argv)) {
    std::cout << VersionText(BuildCommit(), WorkspaceCommit());
    return kExitOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  ReproduceOptions options;
  if (!FLAGS_record.empty()) {
    ASSIGN_OR_RETURN(options.record, UserPath(FLAGS_record));
  }
  ASSIGN_OR_RETURN(options.data_root, DataRootOrNone(FLAGS_data_root));
  ASSIGN_OR_RETURN(options.cache_folder, PreparedDataFolder(FLAGS_cache));
  options.device = FLAGS_device;
  options.tolerance = FLAGS_tolerance;
  options.commit = BuildCommit();
  options.workspace_commit = WorkspaceCommit();
  options.restart = [argv](const std::string& kernels) {
    RestartWithKernels(kernels, argv);
  };
  ASSIGN_OR_RETURN(const bool same, Reproduce(options, std::cout));
  return same ? kExitOk : kExitDifferent;
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
