#include "datasets/images/file_contents.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "base/fast_checksum.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/parallel.h"

namespace bigstep {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{1} << 30;

// The checksums of the files that this process has read.
class KnownFiles {
 public:
  static KnownFiles& Get() {
    static auto* const known = new KnownFiles;
    return *known;
  }

  // "" if the file cannot be read.
  std::string Checksum(const std::string& path) {
    const std::string state = FileState(path);
    if (state.empty()) return "";
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      const auto found = files_.find(path);
      if (found != files_.end() && found->second.first == state) {
        return found->second.second;
      }
    }
    const absl::StatusOr<std::string> bytes = ReadFile(path, kMaxFileBytes);
    if (!bytes.ok()) return "";
    FastChecksum checksum;
    checksum.Add(*bytes);
    const std::string value = checksum.Value();
    const std::lock_guard<std::mutex> lock(mutex_);
    files_[path] = {state, value};
    return value;
  }

 private:
  std::mutex mutex_;
  // State and checksum by path.
  std::map<std::string, std::pair<std::string, std::string>> files_;
};

}  // namespace

std::vector<std::string> FileChecksums(const std::vector<std::string>& paths,
                                       c10::ThreadPool& helpers) {
  std::vector<std::string> checksums(paths.size());
  ParallelFor(helpers, static_cast<int64_t>(paths.size()), [&](int64_t i) {
    checksums[i] = KnownFiles::Get().Checksum(paths[i]);
  });
  return checksums;
}

std::string FileContents(const std::vector<std::string>& checksums) {
  FastChecksum all;
  for (const std::string& checksum : checksums) {
    all.Add(checksum.empty() ? std::string(FastChecksum::kSize, '\0')
                             : checksum);
  }
  return absl::BytesToHexString(all.Value());
}

}  // namespace bigstep
