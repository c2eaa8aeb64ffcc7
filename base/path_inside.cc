#include "base/path_inside.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// Without links, "." and ".."; empty if nothing is there.
fs::path Canonical(const fs::path& path) {
  std::error_code error;
  return fs::canonical(path, error);
}

// Whether `path` begins with all parts of `folder`.
bool IsBelow(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end())
             .first == folder.end();
}

}  // namespace

InsideChecker::InsideChecker(const std::string& folder)
    : folder_(folder), root_(Canonical(folder)) {}

absl::Status InsideChecker::Check(const std::string& relative) const {
  const fs::path path(relative);
  if (path.empty() || path.is_absolute() ||
      std::find(path.begin(), path.end(), "..") != path.end()) {
    return absl::InvalidArgumentError(absl::StrCat("expected a path inside ",
                                                   folder_,
                                                   " without \"..\", "
                                                   "found '",
                                                   relative, "'"));
  }
  const fs::path file = root_.empty() ? root_ : Canonical(root_ / path);
  std::error_code error;
  if (file.empty() || !fs::is_regular_file(file, error)) {
    return absl::NotFoundError(
        absl::StrCat("found no file ", folder_, "/", relative));
  }
  if (!IsBelow(file, root_)) {
    return absl::InvalidArgumentError(
        absl::StrCat("expected a file inside ", folder_, ", found that ",
                     relative, " is a link to ", file.string()));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
