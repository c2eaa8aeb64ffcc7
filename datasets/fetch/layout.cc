#include "datasets/fetch/layout.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// "n" and eight digits.
bool IsWordNetId(const std::string& name) {
  return name.size() == 9 && name[0] == 'n' &&
         std::all_of(name.begin() + 1, name.end(), absl::ascii_isdigit);
}

// The folders in `folder`, which must be named by WordNet ids.
absl::StatusOr<std::set<std::string>> ListClasses(const std::string& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unknown;  // A dangling link is not a folder.
    if (!entry->is_directory(unknown)) continue;
    const std::string name = entry->path().filename().string();
    if (!IsWordNetId(name)) {
      return absl::DataLossError(absl::StrCat(
          folder, ": expected folders such as n01440764, found ", name));
    }
    names.insert(name);
  }
  if (error || names.empty()) {
    return absl::DataLossError(
        absl::StrCat(folder, ": expected a folder for each class, found none"));
  }
  return names;
}

}  // namespace

absl::Status CheckUnpacked(const std::string& path,
                           const ArchiveLayout& layout) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrCat("found no folder ", path));
  }
  for (const UnpackedFile& file : layout.files) {
    const std::string file_path = absl::StrCat(path, "/", file.path);
    const absl::StatusOr<int64_t> size = SizeOf(file_path);
    if (!size.ok()) {
      return absl::DataLossError(absl::StrFormat(
          "%s: expected the file %s, found none", path, file.path));
    }
    if (file.size && *size != *file.size) {
      return absl::DataLossError(absl::StrFormat(
          "%s: expected %d bytes, found %d", file_path, *file.size, *size));
    }
  }
  int64_t images = 0;
  if (layout.images > 0) {
    fs::recursive_directory_iterator entry(path, error);
    for (; !error && entry != fs::recursive_directory_iterator();
         entry.increment(error)) {
      if (entry->path().extension() == ".jpg") ++images;
    }
  }
  if (error || images != layout.images) {
    return absl::DataLossError(
        absl::StrFormat("%s: expected %d files named *.jpg, found %d", path,
                        layout.images, images));
  }
  return absl::OkStatus();
}

absl::Status CheckCelebaLayout(const std::string& data_root, int64_t images) {
  // The dataset takes the first list of attributes in this order, and then only
  // what is beside it.
  for (const std::string place : {"/celeba", "/celeba/data"}) {
    for (const std::string ending : {".csv", ".txt"}) {
      const std::string folder = data_root + place;
      const std::string attributes = folder + "/list_attr_celeba" + ending;
      if (!Exists(attributes)) continue;
      if (place == "/celeba" && ending == ".txt") {
        return absl::NotFoundError(
            absl::StrCat(attributes, " is the official list"));
      }
      const std::string partition = folder + "/list_eval_partition" + ending;
      if (!Exists(partition)) {
        return absl::DataLossError(absl::StrCat(
            attributes, ": expected ", partition, " beside it, found none"));
      }
      // The images may be in a folder of the same name within.
      return CheckUnpacked(folder + "/img_align_celeba", {.images = images});
    }
  }
  return absl::NotFoundError(
      absl::StrCat("found no list_attr_celeba in ", data_root, "/celeba"));
}

absl::Status CheckImagenetLayout(const std::string& data_root) {
  const std::string folder = data_root + "/imagenet";
  if (!Exists(folder)) {
    return absl::NotFoundError(absl::StrCat("found no folder ", folder));
  }
  ASSIGN_OR_RETURN(const auto train, ListClasses(folder + "/train"));
  ASSIGN_OR_RETURN(const auto val, ListClasses(folder + "/val"));
  if (train == val) return absl::OkStatus();
  return absl::DataLossError(absl::StrFormat(
      "%s: expected the same classes in train/ and val/, found %d and %d that "
      "are not the same",
      folder, train.size(), val.size()));
}

}  // namespace bigstep
