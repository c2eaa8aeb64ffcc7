#include "experiments/run/trial_log.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/folder.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/records/record.h"

namespace bigstep {

std::string UtcNow() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(),
                          absl::UTCTimeZone());
}

absl::StatusOr<TrialLog> TrialLog::Open(const std::string& study_folder,
                                        const std::string& id) {
  ASSIGN_OR_RETURN(ScopedFd fd,
                   Folder(study_folder).OpenToAppend(TrialFile(id, "log.txt")));
  return TrialLog(std::move(fd));
}

void TrialLog::Add(absl::string_view text) {
  const std::string line =
      absl::StrCat(UtcNow(), " ", VisibleLines(text), "\n");
  (void)!write(fd_.get(), line.data(), line.size());
}

void TrialLog::AddOutput(absl::string_view line) {
  const std::string text = absl::StrCat(VisibleText(line), "\n");
  (void)!write(fd_.get(), text.data(), text.size());
}

}  // namespace bigstep
