// Fetches datasets. See --help and docs/data.md.
#include <gflags/gflags.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/command_line.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/fetch/commands.h"
#include "datasets/fetch/fetch.h"

DEFINE_string(data_root, "",
              "folder for the datasets' files (default $BIGSTEP_DATA_ROOT, "
              "else ~/.cache/bigstep/data)");
DEFINE_string(mirror, "",
              "take the official files from this folder, or from those in it "
              "that are named as the datasets, instead of downloading");
DEFINE_bool(list, false,
            "list the datasets with their sizes and whether they are there");
DEFINE_bool(force, false, "fetch and replace existing files as well");
DEFINE_bool(allow_wrong_checksums, false,
            "take files of another size or checksum, with a warning");

namespace bigstep {
namespace {

constexpr char kUsage[] =
    "Fetches datasets.\n"
    "  bazel run //tools:fetch_data -- mnist cifar10 [flags]\n"
    "  bazel run //tools:fetch_data -- --list\n"
    "Exit codes: 0 all are there, 1 some could not be got, 2 bad input, a "
    "wrong\n"
    "checksum or a dataset to be got by hand, 3 standard output cannot be "
    "written,\n"
    "130 interrupted (the same command continues).\n";

absl::StatusOr<FetchOptions> ReadOptions() {
  FetchOptions options;
  ASSIGN_OR_RETURN(options.data_root, DataRoot(FLAGS_data_root));
  if (!FLAGS_mirror.empty()) {
    ASSIGN_OR_RETURN(options.mirror, UserPath(FLAGS_mirror));
  }
  options.force = FLAGS_force;
  options.allow_wrong_checksums = FLAGS_allow_wrong_checksums;
  options.download.interrupted = Interrupted;
  return options;
}

absl::StatusOr<int> Main(int argc, char** argv) {
  std::vector<std::string> names;
  const CommandLineRules rules = {
      __FILE__,
      {{"list", "true"}, {"force", "true"}, {"allow_wrong_checksums", "true"}},
      {},
      &names};
  if (WantsHelp(argc, argv)) {
    std::cout << HelpText(kUsage, rules);
    return kExitOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  ASSIGN_OR_RETURN(const FetchOptions options, ReadOptions());
  if (FLAGS_list && names.empty()) {
    PrintDatasets(options.data_root, std::cout);
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const auto entries, FindDatasets(names));
  if (!FLAGS_list) return FetchAll(entries, options);
  PrintDatasets(options.data_root, std::cout);
  return kExitOk;
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
