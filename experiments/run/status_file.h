// `<study>/status.json`: the progress of a run, for other programs.
#ifndef BIGSTEP_EXPERIMENTS_RUN_STATUS_FILE_H_
#define BIGSTEP_EXPERIMENTS_RUN_STATUS_FILE_H_

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file_lock.h"
#include "base/folder.h"
#include "base/json.h"

namespace bigstep {

// The status of one run. While another run uses the same folder, it is in
// status.<host>-<pid>.json instead, which is removed when the run ends normally
// or, if it was killed, by the next run on that host.
class StatusFile {
 public:
  using Clock = std::chrono::steady_clock;

  // Claims status.json or, if it is taken, another file. An error if the folder
  // cannot be written.
  static absl::StatusOr<StatusFile> Open(
      const std::string& study_folder,
      std::function<Clock::time_point()> now = Clock::now);

  // Whether another run uses the folder.
  bool shared() const { return !lock_.has_value(); }
  std::string path() const { return folder_.PathTo(name_); }

  // Whether two seconds have passed since the last one was written.
  bool IsDue() const;
  // Writes `status` with `state` ("running", "completed", "failed",
  // "interrupted"), format, host, pid and times, atomically.
  absl::Status Write(const std::string& state, Json status);
  // Writes the final state, or removes the file if it is not status.json.
  absl::Status Close(const std::string& state, Json status);

 private:
  explicit StatusFile(Folder folder) : folder_(std::move(folder)) {}

  Folder folder_;
  std::string name_;
  std::optional<FileLock> lock_;
  std::string started_;
  std::function<Clock::time_point()> now_;
  std::optional<Clock::time_point> last_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_STATUS_FILE_H_
