// Where a dataset's files wait until they are whole.
#ifndef BIGSTEP_DATASETS_FETCH_STAGING_H_
#define BIGSTEP_DATASETS_FETCH_STAGING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// The folder <data_root>/.fetch/<dataset>, for one process at a time. It is on
// the file system of the data root, so that what is ready can be renamed to its
// place. Goes away when destroyed, if it is empty then.
class Staging {
 public:
  // Aborted if another process has it, as far as the file system can tell; the
  // errors of the file system.
  static absl::StatusOr<std::unique_ptr<Staging>> Open(
      const std::string& data_root, const std::string& dataset);

  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging();

  // The path of something in it.
  std::string Path(absl::string_view name) const;
  // The same, without taking hold of it.
  static std::string PathIn(const std::string& data_root,
                            const std::string& dataset, absl::string_view name);

 private:
  Staging(std::string folder, int fd) : folder_(std::move(folder)), fd_(fd) {}

  std::string folder_;
  int fd_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_STAGING_H_
