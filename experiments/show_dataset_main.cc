// Draws examples of a dataset, with labels and bias labels, as a PNG file.
#include <gflags/gflags.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/device.h"
#include "base/exceptions.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/log.h"
#include "base/problems.h"
#include "base/spec_reader.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/data_counts.h"
#include "datasets/dataset.h"
#include "datasets/images/contact_sheet.h"
#include "experiments/build_info.h"
#include "experiments/records/data_table.h"
#include "experiments/train/environment.h"

DEFINE_string(dataset, "",
              "the dataset as in a spec: a name, or {name: ..., options}");
DEFINE_string(out, "", "the PNG file to write");
DEFINE_string(split, "train",
              "train, validation, test, or an extra test split");
DEFINE_int32(rows, 10, "at most so many classes");
DEFINE_int32(columns, 10, "examples of each class");
DEFINE_int64(seed, 0, "seed of the data");
DEFINE_string(data_root, "",
              "folder that holds the datasets' files (default "
              "$BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data)");

namespace bigstep {
namespace {

constexpr char kUsage[] =
    "Draws examples of a dataset, with labels and bias labels, and prints how\n"
    "many there are of each.\n"
    "  bazel run //tools:show_dataset -- --dataset='{name: colored_mnist}' "
    "--out=x.png [flags]\n"
    "Exit codes: 0 the file is written, 2 bad input, 3 standard output cannot "
    "be\nwritten.\n";

absl::Status CheckFlags() {
  if (FLAGS_dataset.empty()) {
    return absl::InvalidArgumentError(
        "--dataset is missing, as in --dataset='{name: colored_mnist}'");
  }
  if (!absl::EndsWith(FLAGS_out, ".png")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--out must name a .png file, got '", FLAGS_out, "'"));
  }
  for (const auto& [name, value] :
       {std::pair("rows", FLAGS_rows), std::pair("columns", FLAGS_columns)}) {
    if (value < 1 || value > 100) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " must be 1 to 100, got ", value));
    }
  }
  return absl::OkStatus();
}

absl::Status Show() {
  RETURN_IF_ERROR(CheckFlags());
  Problems problems;
  const SpecNode node = ReadSpec(FLAGS_dataset, "--dataset", 0, problems);
  const PluginConfig choice = Datasets::Get().Read(node, "dataset", problems);
  RETURN_IF_ERROR(problems.ToStatus());
  ASSIGN_OR_RETURN(const std::string data_root,
                   DataRootOrNone(FLAGS_data_root));
  ASSIGN_OR_RETURN(const std::unique_ptr<Dataset> dataset,
                   Datasets::Get().Make(choice, {data_root, FLAGS_seed}));
  ContactSheetOptions options;
  options.title = choice.name();
  options.split = FLAGS_split;
  options.rows = FLAGS_rows;
  options.columns = FLAGS_columns;
  ASSIGN_OR_RETURN(const std::string png, DrawContactSheet(*dataset, options));
  ASSIGN_OR_RETURN(const std::string path, UserPath(FLAGS_out));
  RETURN_IF_ERROR(WriteFileAtomically(path, png));
  Json notes = dataset->notes;
  notes["counts"] = CountExamples(*dataset);
  std::cout << DataText(choice.name(), notes) << "wrote " << VisibleText(path)
            << "\n";
  return absl::OkStatus();
}

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
  ConfigureCompute();
  RETURN_IF_ERROR(CatchExceptions([] { return Show(); }));
  return kExitOk;
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
