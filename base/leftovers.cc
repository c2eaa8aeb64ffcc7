#include "base/leftovers.h"

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kMark[] = ".tmp-";

// Temporary files of other hosts count as left behind after this time.
constexpr std::chrono::hours kForgotten(24);

std::string Host() {
  char host[65] = "";
  gethostname(host, sizeof(host) - 1);
  return host;
}

// Whether the maker of the temporary file `name` has ended.
bool MakerHasEnded(absl::string_view name) {
  name.remove_prefix(name.rfind(kMark) + sizeof(kMark) - 1);
  // "<host>-<pid>-<number>"; hosts have hyphens too.
  return HasEnded(name.substr(0, name.rfind('-')));
}

bool IsOld(const fs::directory_entry& entry) {
  std::error_code error;
  // The time of a link would be that of its target.
  if (entry.is_symlink(error) || error) return false;
  const fs::file_time_type time = entry.last_write_time(error);
  return !error && time < fs::file_time_type::clock::now() - kForgotten;
}

}  // namespace

std::string ProcessName() { return absl::StrCat(Host(), "-", getpid()); }

bool HasEnded(absl::string_view name) {
  pid_t pid = 0;
  if (!absl::ConsumePrefix(&name, absl::StrCat(Host(), "-")) ||
      !absl::SimpleAtoi(name, &pid) || pid <= 0) {
    return false;
  }
  return kill(pid, 0) != 0 && errno == ESRCH;
}

void RemoveTemporaryFiles(const std::string& folder) {
  std::vector<fs::path> leftovers;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.rfind(kMark) == std::string::npos) continue;
    if (MakerHasEnded(name) || IsOld(*it)) leftovers.push_back(it->path());
  }
  for (const fs::path& path : leftovers) fs::remove_all(path, error);
}

}  // namespace bigstep
