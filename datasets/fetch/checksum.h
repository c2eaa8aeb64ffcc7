// Checks whether a file is the one that its publisher made.
#ifndef BIGSTEP_DATASETS_FETCH_CHECKSUM_H_
#define BIGSTEP_DATASETS_FETCH_CHECKSUM_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace bigstep {

// DataLoss, "expected ..., found ...", if the file at `path`
// has another size than `size` or another SHA-256 than `sha256`. A size that is
// not set and a checksum that is empty are not checked. The errors of
// Sha256OfFile.
absl::Status VerifyFile(const std::string& path,
                        const std::optional<int64_t>& size,
                        const std::string& sha256,
                        const std::function<bool()>& interrupted);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_CHECKSUM_H_
