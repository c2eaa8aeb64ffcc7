// Paths that are read from files and must stay inside a folder.
#ifndef BIGSTEP_BASE_PATH_INSIDE_H_
#define BIGSTEP_BASE_PATH_INSIDE_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace bigstep {

// Finds a folder once and checks any number of paths against it.
class InsideChecker {
 public:
  explicit InsideChecker(const std::string& folder);

  // Checks that `relative` names a regular file below the folder.
  // InvalidArgument if it is empty, absolute, holds "..", or leads elsewhere
  // through a link; NotFound if no file is there. Errors name the path.
  absl::Status Check(const std::string& relative) const;

 private:
  const std::string folder_;
  // Without links; empty if there is no such folder.
  const std::filesystem::path root_;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_PATH_INSIDE_H_
