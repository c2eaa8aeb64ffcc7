// Unpacks archives that may be broken or malicious.
#ifndef BIGSTEP_DATASETS_FETCH_UNPACK_H_
#define BIGSTEP_DATASETS_FETCH_UNPACK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace bigstep {

// Unpacks the content of `folder` in a tar file, gzip-compressed or not, or a
// zip file, to the folder `to`, which must not exist. Never touches anything
// outside `to`; after an error `to` may hold a part. DataLoss if the archive is
// cut short or corrupt, names a file by an absolute path or one with "..",
// names one twice, or holds anything but files and folders: no dataset needs
// links; also if its files are larger than 20 times itself and a MiB, which
// those of no dataset are, so that it cannot fill the disk, or if it has more
// entries than a thousand and one for each KiB of its size. Cancelled once
// `interrupted` returns true.
absl::Status Unpack(const std::string& archive, const std::string& folder,
                    const std::string& to,
                    const std::function<bool()>& interrupted);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_UNPACK_H_
