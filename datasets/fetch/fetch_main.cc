// Fetches datasets. See --help and docs/data.md.
#include <gflags/gflags.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/command_line.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "datasets/fetch/catalogue.h"
#include "datasets/fetch/fetch.h"
#include "datasets/fetch/meter.h"

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

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : Catalogue()) names.push_back(entry.name);
  return names;
}

absl::StatusOr<const CatalogueEntry*> Find(const std::string& name) {
  for (const CatalogueEntry& entry : Catalogue()) {
    if (entry.name == name) return &entry;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no dataset '", VisibleText(name), "' to fetch",
                   DidYouMean(name, Names()),
                   " (known: ", absl::StrJoin(Names(), ", "), ")"));
}

// The size of the download: "11.6 MB", or "unknown".
std::string DownloadSize(const CatalogueEntry& entry) {
  int64_t total = 0;
  for (const SourceFile& file : entry.files) {
    if (!file.size) return "unknown";
    total += *file.size;
  }
  return entry.files.empty() ? "unknown" : FormatBytes(total);
}

void PrintList(const std::string& data_root) {
  std::cout << absl::StreamFormat("%-14s %10s  %-9s  %s\n", "dataset", "size",
                                  "checksum",
                                  "state in " + VisibleText(data_root));
  for (const CatalogueEntry& entry : Catalogue()) {
    bool known = !entry.files.empty();
    for (const SourceFile& file : entry.files) {
      if (file.sha256.empty()) known = false;
    }
    std::cout << absl::StreamFormat(
        "%-14s %10s  %-9s  %s\n", entry.name, DownloadSize(entry),
        known ? "known" : "unknown", DescribeState(entry, data_root));
  }
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kCancelled:
      return kExitInterrupted;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kPermissionDenied:
      return kExitBadInput;
    default:
      return kExitDifferent;
  }
}

// Fetches one after the other. One that fails does not stop the others.
int FetchAll(const std::vector<const CatalogueEntry*>& entries,
             const FetchOptions& options) {
  CatchInterrupts();
  Meter meter(std::cerr, isatty(STDERR_FILENO) == 1);
  int worst = kExitOk;
  for (const CatalogueEntry* entry : entries) {
    const absl::Status status = Fetch(*entry, options, meter);
    if (status.code() == absl::StatusCode::kCancelled) {
      std::cerr << "interrupted; the same command continues where this one "
                   "stopped\n";
      return kExitInterrupted;
    }
    if (!status.ok()) {
      std::cerr << entry->name << ": " << VisibleLines(status.message())
                << "\n";
    }
    worst = std::max(worst, ExitCodeOf(status));
  }
  return worst;
}

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
    std::cout << kUsage << FlagsHelp(rules);
    return kExitOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  std::vector<const CatalogueEntry*> entries;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const CatalogueEntry* const entry, Find(name));
    entries.push_back(entry);
  }
  ASSIGN_OR_RETURN(const FetchOptions options, ReadOptions());
  if (FLAGS_list) {
    PrintList(options.data_root);
    return kExitOk;
  }
  if (entries.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("no dataset given; name some of ",
                     absl::StrJoin(Names(), ", "), ", see --help"));
  }
  return FetchAll(entries, options);
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  return bigstep::RunProgram([&] { return bigstep::Main(argc, argv); });
}
