// Folders as tests look at them.
#ifndef BIGSTEP_DATASETS_FETCH_TESTING_TEST_FILES_H_
#define BIGSTEP_DATASETS_FETCH_TESTING_TEST_FILES_H_

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {

// While it exists, no file of this process grows beyond `bytes`, as if the disk
// were full: "File too large".
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const struct rlimit limit = {bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    signal(SIGXFSZ, SIG_DFL);
  }

 private:
  struct rlimit old_ = {};
};

// All that is below a folder, sorted: "a", "a/b".
inline std::vector<std::string> ListFolder(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    names.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_TESTING_TEST_FILES_H_
