#include "datasets/cache/prepared_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/cache/prepared_file.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kEnding[] = ".dataset";
constexpr char kLockEnding[] = ".lock";

// Left by a process that was killed, if it is as old as this.
constexpr std::chrono::hours kForgotten(24);

// The key as it stands in a file.
std::string FullKey(const PreparedName& name, bool seeded) {
  return seeded ? absl::StrCat(name.key, "\nseed ", name.seed) : name.key;
}

struct File {
  fs::path path;
  fs::file_time_type time;
  int64_t size;
};

// What is in `folder`, the oldest first.
std::vector<File> ListFiles(const std::string& folder) {
  std::vector<File> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;  // Others may delete files, too.
    const auto time = entry->last_write_time(gone);
    const bool regular = !gone && entry->is_regular_file(gone);
    const uintmax_t size = regular ? entry->file_size(gone) : 0;
    if (!regular || gone) continue;
    files.push_back({entry->path(), time, static_cast<int64_t>(size)});
  }
  std::sort(files.begin(), files.end(),
            [](const File& a, const File& b) { return a.time < b.time; });
  return files;
}

// `folder` as it lies below `root`, if it does.
std::string Below(const std::string& root, const std::string& folder) {
  const fs::path inside =
      fs::path(folder).lexically_relative(fs::path(root).lexically_normal());
  return inside.empty() || *inside.begin() == ".." ? folder : inside.string();
}

}  // namespace

PreparedFolder::Lock::Lock(std::string path)
    : path_(std::move(path)),
      fd_(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (fd_ < 0 || flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
  waited_ = errno == EWOULDBLOCK;
  while (flock(fd_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    close(fd_);
    fd_ = -1;
    return;
  }
}

PreparedFolder::Lock::Lock(Lock&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      waited_(other.waited_) {}

PreparedFolder::Lock& PreparedFolder::Lock::operator=(Lock&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(waited_, other.waited_);
  return *this;
}

PreparedFolder::Lock::~Lock() {
  if (fd_ < 0) return;
  // Who waits for the deleted file will look for the dataset first; who comes
  // later makes a new one. At worst both prepare the same.
  unlink(path_.c_str());
  close(fd_);
}

std::string PreparedFolder::Path(const std::string& file) const {
  return absl::StrCat(options_.folder, "/", file);
}

std::string PreparedFolder::FileStem(const PreparedName& name, bool seeded) {
  return seeded ? absl::StrCat(name.stem, "-seed", name.seed) : name.stem;
}

bool PreparedFolder::IsSeeded(const PreparedName& name) const {
  const std::string prefix = name.stem + "-seed";
  for (const File& file : ListFiles(options_.folder)) {
    const std::string found = file.path.filename().string();
    if (absl::StartsWith(found, prefix) && absl::EndsWith(found, kEnding)) {
      return true;
    }
  }
  return false;
}

std::unique_ptr<Dataset> PreparedFolder::Load(const PreparedName& name,
                                              bool seeded) const {
  const std::string path = Path(FileStem(name, seeded) + kEnding);
  absl::StatusOr<PreparedDataset> prepared = MapPrepared(path);
  if (!prepared.ok()) return nullptr;
  const Preparation& made = prepared->preparation;
  if (made.key != FullKey(name, seeded) ||
      made.fingerprint != FolderFingerprint(options_.data_root, made.folders) ||
      !CheckDataset(*prepared->dataset).ok()) {
    return nullptr;
  }
  std::error_code unimportant;
  fs::last_write_time(path, fs::file_time_type::clock::now(), unimportant);
  return std::move(prepared->dataset);
}

std::unique_ptr<Dataset> PreparedFolder::Find(const PreparedName& name) const {
  std::unique_ptr<Dataset> dataset = Load(name, /*seeded=*/true);
  return dataset != nullptr ? std::move(dataset) : Load(name, /*seeded=*/false);
}

std::unique_ptr<Dataset> PreparedFolder::FindOrLock(const PreparedName& name,
                                                    Lock* lock) const {
  // Whether seeds matter shows when a dataset was made. Until then all seeds
  // wait for the first.
  std::optional<bool> locked;
  for (;;) {
    std::unique_ptr<Dataset> dataset = Find(name);
    if (dataset != nullptr) return dataset;
    const bool seeded = IsSeeded(name);
    if (locked == seeded) {
      if (lock->waited()) *lock = Lock();
      return nullptr;
    }
    *lock = Lock();
    (void)MakeFolder(options_.folder);  // Keep says what is wrong with it.
    *lock = Lock(Path(FileStem(name, seeded) + kLockEnding));
    locked = seeded;
  }
}

absl::StatusOr<std::unique_ptr<Dataset>> PreparedFolder::Keep(
    const PreparedName& name, const std::set<std::string>& folders_read,
    const Dataset& dataset) const {
  Preparation preparation;
  preparation.key = FullKey(name, dataset.seeded);
  for (const std::string& folder : folders_read) {
    preparation.folders.insert(Below(options_.data_root, folder));
  }
  preparation.fingerprint =
      FolderFingerprint(options_.data_root, preparation.folders);
  const std::string path = Path(FileStem(name, dataset.seeded) + kEnding);
  RETURN_IF_ERROR(MakeFolder(options_.folder));
  RETURN_IF_ERROR(
      WritePrepared(path, preparation, dataset, options_.spare_bytes));
  ASSIGN_OR_RETURN(PreparedDataset prepared, MapPrepared(path));
  Trim(path);
  return std::move(prepared.dataset);
}

void PreparedFolder::Trim(const std::string& newest) const {
  const std::vector<File> files = ListFiles(options_.folder);
  const auto forgotten = fs::file_time_type::clock::now() - kForgotten;
  int64_t total = 0;
  std::error_code gone;
  for (const File& file : files) {
    const std::string name = file.path.filename().string();
    if (absl::EndsWith(name, kEnding)) {
      total += file.size;
    } else if (file.time < forgotten &&
               (absl::EndsWith(name, kLockEnding) ||
                absl::StrContains(name, absl::StrCat(kEnding, ".tmp")))) {
      fs::remove(file.path, gone);
    }
  }
  for (const File& file : files) {
    if (total <= options_.max_bytes) return;
    const std::string name = file.path.filename().string();
    if (!absl::EndsWith(name, kEnding) || file.path == newest) continue;
    fs::remove(file.path, gone);
    total -= file.size;
  }
}

}  // namespace bigstep
