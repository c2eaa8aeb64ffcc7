// The checksums of a trial's data, as runs and reports compare them.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_DATA_CHECKSUM_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_DATA_CHECKSUM_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/json.h"

namespace bigstep {

// The checksum in the notes of a dataset (Dataset::notes, Record::data), of any
// origin: "<sha256>", or "<sha256>/<content>" if there is the note "content",
// the checksum of image files. "" without a "sha256".
std::string DataChecksum(const Json& data);

// Whether no difference shows: equal SHA-256 and, if both have it, equal
// content. Older records of image files lack the content.
bool SameData(absl::string_view a, absl::string_view b);

// The parts of checksums that distinguish them, in short: "sha256
// 0123456789ab…" and so on or, if all SHA-256 are equal, "content ...". An
// unknown content is "unknown".
struct ShortChecksums {
  std::string kind;                // "sha256" or "content".
  std::vector<std::string> texts;  // One for each checksum.
};
ShortChecksums Shorten(const std::vector<std::string>& checksums);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_DATA_CHECKSUM_H_
