#include "experiments/run/status_file.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/files.h"
#include "base/status.h"

namespace bigstep {
namespace {

constexpr int kFormat = 1;
constexpr auto kInterval = std::chrono::seconds(2);

std::string Host() {
  char host[65] = "";
  gethostname(host, sizeof(host) - 1);
  return host;
}

std::string Time() {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::Now(),
                          absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<StatusFile> StatusFile::Open(
    const std::string& study_folder, std::function<Clock::time_point()> now) {
  StatusFile file;
  ASSIGN_OR_RETURN(std::optional<FileLock> lock,
                   FileLock::Try(absl::StrCat(study_folder, "/lock")));
  if (lock) file.lock_.emplace(*std::move(lock));
  file.path_ = file.shared() ? absl::StrCat(study_folder, "/status.", Host(),
                                            "-", getpid(), ".json")
                             : absl::StrCat(study_folder, "/status.json");
  file.started_ = Time();
  file.now_ = std::move(now);
  return file;
}

bool StatusFile::IsDue() const {
  return !last_ || now_() - *last_ >= kInterval;
}

absl::Status StatusFile::Write(const std::string& state, Json status) {
  last_ = now_();
  status["format"] = kFormat;
  status["state"] = state;
  status["host"] = Host();
  status["pid"] = getpid();
  status["started"] = started_;
  status["updated"] = Time();
  return WriteFileAtomically(
      path_, status.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

absl::Status StatusFile::Close(const std::string& state, Json status) {
  RETURN_IF_ERROR(Write(state, std::move(status)));
  if (shared()) unlink(path_.c_str());
  return absl::OkStatus();
}

}  // namespace bigstep
