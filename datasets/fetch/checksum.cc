#include "datasets/fetch/checksum.h"

#include "absl/strings/str_format.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/fetch/files.h"

namespace bigstep {

absl::Status VerifyFile(const std::string& path,
                        const std::optional<int64_t>& size,
                        const std::string& sha256,
                        const std::function<bool()>& interrupted) {
  ASSIGN_OR_RETURN(const int64_t found_size, SizeOf(path));
  if (size && found_size != *size) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected %d bytes, found %d", path, *size, found_size));
  }
  if (sha256.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string found, Sha256OfFile(path, interrupted));
  if (found == sha256) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: expected sha256 %s, found %s", path, sha256, found));
}

}  // namespace bigstep
