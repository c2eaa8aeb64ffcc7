// Brings datasets to the data root, whole or not at all.
#ifndef BIGSTEP_DATASETS_FETCH_FETCH_H_
#define BIGSTEP_DATASETS_FETCH_FETCH_H_

#include <string>

#include "absl/status/status.h"
#include "datasets/fetch/catalogue.h"
#include "datasets/fetch/download.h"
#include "datasets/fetch/meter.h"

namespace bigstep {

struct FetchOptions {
  std::string data_root;
  // A folder with the official files, in itself or in a folder named as the
  // dataset; they are copied. Empty: they are downloaded.
  std::string mirror;
  // Fetch also what is there, and replace it.
  bool force = false;
  // Take files of another size or checksum as well, with a warning.
  bool allow_wrong_checksums = false;
  DownloadOptions download;
};

// Puts what is missing of `entry` in its place. Nothing is missing of what the
// dataset reads in another layout. A file is verified before it is used and
// appears there by a rename, as does the folder of an archive. What came of an
// interrupted download stays in <data_root>/.fetch and serves the next time; a
// downloaded file that is wrong stays there as <name>.bad.
//   FailedPrecondition: it must be got by hand; the message says how.
//   DataLoss: what came, or what was there already, is not the official file.
//   NotFound: the mirror lacks a file.
//   Unavailable: no URL of a file gives it.
//   Cancelled: interrupted.
//   Other codes: the file system.
absl::Status Fetch(const CatalogueEntry& entry, const FetchOptions& options,
                   Meter& meter);

// "complete", "missing", "by hand" or what is wrong, for a reader.
std::string DescribeState(const CatalogueEntry& entry,
                          const std::string& data_root);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_FETCH_H_
