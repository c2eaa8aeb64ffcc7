// The log of one trial, log.txt, which its worker and the supervisor write.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TRIAL_LOG_H_
#define BIGSTEP_EXPERIMENTS_RUN_TRIAL_LOG_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scoped_fd.h"

namespace bigstep {

// The time now, in UTC, to the millisecond: "2026-01-31T23:59:59.999Z".
std::string UtcNow();

// Lines are passed through VisibleLines. A line that cannot be written, as on a
// full disk, is lost.
class TrialLog {
 public:
  // Appends to the file; creates it if needed. The errors of
  // Folder::OpenToAppend.
  static absl::StatusOr<TrialLog> Open(const std::string& study_folder,
                                       const std::string& id);

  // Adds a line with the time.
  void Add(absl::string_view text);
  // Adds a line that the trial's process printed.
  void AddOutput(absl::string_view line);

 private:
  explicit TrialLog(ScopedFd fd) : fd_(std::move(fd)) {}

  ScopedFd fd_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TRIAL_LOG_H_
