#include "experiments/run/status_file.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/leftovers.h"
#include "base/status.h"
#include "experiments/run/trial_log.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr auto kInterval = std::chrono::seconds(2);

constexpr char kPrefix[] = "status.";
constexpr char kEnding[] = ".json";

// Removes the files of runs on this host that were killed.
void RemoveForgotten(const std::string& study_folder) {
  std::vector<fs::path> forgotten;
  std::error_code error;
  for (fs::directory_iterator it(study_folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::string file = it->path().filename().string();
    absl::string_view name = file;
    if (absl::ConsumePrefix(&name, kPrefix) &&
        absl::ConsumeSuffix(&name, kEnding) && HasEnded(name)) {
      forgotten.push_back(it->path());
    }
  }
  for (const fs::path& path : forgotten) fs::remove(path, error);
}

}  // namespace

absl::StatusOr<StatusFile> StatusFile::Open(
    const std::string& study_folder, std::function<Clock::time_point()> now) {
  StatusFile file{Folder(study_folder)};
  ASSIGN_OR_RETURN(FilePlace place, file.folder_.Find("lock"));
  ASSIGN_OR_RETURN(std::optional<FileLock> lock,
                   FileLock::Try(std::move(place)));
  if (lock) file.lock_.emplace(*std::move(lock));
  file.name_ = file.shared() ? absl::StrCat(kPrefix, ProcessName(), kEnding)
                             : "status.json";
  RemoveForgotten(study_folder);
  file.started_ = UtcNow();
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
  status["host"] = HostName();
  status["pid"] = getpid();
  status["started"] = started_;
  status["updated"] = UtcNow();
  return folder_.Write(
      name_, status.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

absl::Status StatusFile::Close(const std::string& state, Json status) {
  RETURN_IF_ERROR(Write(state, std::move(status)));
  return shared() ? folder_.Remove(name_) : absl::OkStatus();
}

}  // namespace bigstep
