// Where a dataset's files wait until they are complete.
#ifndef BIGSTEP_DATASETS_FETCH_STAGING_H_
#define BIGSTEP_DATASETS_FETCH_STAGING_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/file_lock.h"

namespace bigstep {

// The folder <data_root>/.fetch/<dataset>, for one process at a time. It is on
// the file system of the data root, so that complete files can be renamed to
// their place. The destructor removes it if it is empty.
class Staging {
 public:
  // Aborted if another process has it, as far as the file system has locks;
  // DataLoss if it is a link; else errors of the file system.
  static absl::StatusOr<std::unique_ptr<Staging>> Open(
      const std::string& data_root, const std::string& dataset);

  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging();

  // The path of something in it.
  std::string Path(absl::string_view name) const;
  // The same, without opening it.
  static std::string PathIn(const std::string& data_root,
                            const std::string& dataset, absl::string_view name);

 private:
  Staging(std::string folder, std::optional<FileLock> lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  const std::string folder_;
  std::optional<FileLock> lock_;  // Nothing where files cannot be locked.
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_STAGING_H_
