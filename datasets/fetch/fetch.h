// Fetches datasets to the data root, completely or not at all.
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
  // Fetch and replace existing files as well.
  bool force = false;
  // Take files of another size or checksum as well, with a warning.
  bool allow_wrong_checksums = false;
  DownloadOptions download;
};

// Fetches the missing files of `entry`. None are missing if the dataset finds
// them in another layout. A file is verified before it is used and appears in
// its place by a rename, as does the folder of an archive. An interrupted
// download stays in <data_root>/.fetch and is resumed the next time; a wrong
// file stays there as <name>.bad.
//   FailedPrecondition: it must be fetched by hand; the message says how.
//   DataLoss: the file fetched, or the existing one, is not the official one.
//   NotFound: the mirror lacks a file.
//   Unavailable: no URL of a file serves it.
//   Cancelled: interrupted.
//   Other codes: the file system.
absl::Status Fetch(const CatalogueEntry& entry, const FetchOptions& options,
                   Meter& meter);

// "complete", "missing", "by hand" or an error, for people.
std::string DescribeState(const CatalogueEntry& entry,
                          const std::string& data_root);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_FETCH_H_
