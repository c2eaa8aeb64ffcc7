#include "datasets/fetch/commands.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/exit_code.h"
#include "base/interrupt.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "datasets/fetch/meter.h"

namespace bigstep {
namespace {

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

}  // namespace

absl::StatusOr<std::vector<const CatalogueEntry*>> FindDatasets(
    const std::vector<std::string>& names) {
  std::vector<const CatalogueEntry*> entries;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const CatalogueEntry* const entry, Find(name));
    entries.push_back(entry);
  }
  if (!entries.empty()) return entries;
  return absl::InvalidArgumentError(
      absl::StrCat("no dataset given; name some of ",
                   absl::StrJoin(Names(), ", "), ", see --help"));
}

void PrintDatasets(const std::string& data_root, std::ostream& out) {
  out << absl::StreamFormat("%-14s %10s  %-9s  %s\n", "dataset", "size",
                            "checksum", "state in " + VisibleText(data_root));
  for (const CatalogueEntry& entry : Catalogue()) {
    bool known = !entry.files.empty();
    for (const SourceFile& file : entry.files) {
      if (file.sha256.empty()) known = false;
    }
    out << absl::StreamFormat("%-14s %10s  %-9s  %s\n", entry.name,
                              DownloadSize(entry), known ? "known" : "unknown",
                              DescribeState(entry, data_root));
  }
}

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

}  // namespace bigstep
