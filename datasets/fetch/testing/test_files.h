// Folders as tests look at them.
#ifndef BIGSTEP_DATASETS_FETCH_TESTING_TEST_FILES_H_
#define BIGSTEP_DATASETS_FETCH_TESTING_TEST_FILES_H_

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {

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
