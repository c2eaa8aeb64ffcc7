#include "datasets/images/class_folders.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

constexpr char kLayout[] =
    "expected images in train/<class>/ and val/<class>/, with the endings "
    ".jpg, .jpeg or .png";

bool IsImageName(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return absl::EndsWith(lower, ".jpg") || absl::EndsWith(lower, ".jpeg") ||
         absl::EndsWith(lower, ".png");
}

// Sorted names of the folders, or else of the images, in a folder.
absl::StatusOr<std::vector<std::string>> List(const std::string& folder,
                                              bool folders) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;  // A link without its end is neither.
    if (folders ? entry->is_directory(unknown)
                : IsImageName(name) && entry->is_regular_file(unknown)) {
      names.push_back(name);
    }
  }
  if (error) {
    return absl::ErrnoToStatus(error.value(),
                               absl::StrCat("cannot list ", folder));
  }
  if (names.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(folder, ": found no ", folders ? "folders" : "images"));
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<ImageList> ListImages(const std::string& folder,
                                     const std::string& part,
                                     const std::vector<std::string>& classes) {
  ImageList list;
  for (size_t label = 0; label < classes.size(); ++label) {
    const std::string inside = absl::StrCat(part, "/", classes[label]);
    ASSIGN_OR_RETURN(
        const std::vector<std::string> names,
        List(absl::StrCat(folder, "/", inside), /*folders=*/false));
    for (const std::string& name : names) {
      list.Add(absl::StrCat(inside, "/", name), static_cast<int64_t>(label), 0);
    }
  }
  return list;
}

absl::Status CheckSameClasses(const std::string& folder,
                              const std::vector<std::string>& train,
                              const std::vector<std::string>& val) {
  const auto [a, b] =
      std::mismatch(train.begin(), train.end(), val.begin(), val.end());
  if (a == train.end() && b == val.end()) return absl::OkStatus();
  // Both are sorted: the lesser name is the one that the other part lacks.
  const bool in_train = b == val.end() || (a != train.end() && *a < *b);
  return absl::InvalidArgumentError(absl::StrCat(
      folder, ": expected the same classes in train/ and val/, found '",
      in_train ? *a : *b, "' in ", in_train ? "train/" : "val/", " only"));
}

std::vector<int64_t> ToVector(const at::Tensor& positions) {
  const auto* data = positions.data_ptr<int64_t>();
  return {data, data + positions.numel()};
}

absl::StatusOr<ImageSet> Read(const std::string& folder,
                              double validation_fraction) {
  ImageSet set;
  set.folder = folder;
  ASSIGN_OR_RETURN(set.class_names, List(folder + "/train", /*folders=*/true));
  ASSIGN_OR_RETURN(const std::vector<std::string> val_classes,
                   List(folder + "/val", /*folders=*/true));
  RETURN_IF_ERROR(CheckSameClasses(folder, set.class_names, val_classes));
  ASSIGN_OR_RETURN(const ImageList train,
                   ListImages(folder, "train", set.class_names));
  ASSIGN_OR_RETURN(set.test, ListImages(folder, "val", set.class_names));
  const HoldOut parts =
      HoldOutShare(at::tensor(train.labels, at::kLong), validation_fraction);
  set.train = train.Select(ToVector(parts.kept));
  set.validation = train.Select(ToVector(parts.held_out));
  return set;
}

}  // namespace

absl::StatusOr<ImageSet> ReadClassFolders(const std::string& folder,
                                          double validation_fraction) {
  absl::StatusOr<ImageSet> set = Read(folder, validation_fraction);
  RETURN_IF_ERROR(set.status()) << kLayout;
  return set;
}

absl::StatusOr<std::unique_ptr<Dataset>> MakeClassFolderDataset(
    const ClassFolderOptions& options, ImageSet set, const DatasetArgs& args) {
  ImageTransform transform = MakeTransform(options);
  transform.sides = ImageTransform::Sides::kShorter;
  transform.resized = std::lround(options.size * 256.0 / 224);
  return MakeImageDataset(options, transform, std::move(set), args);
}

}  // namespace bigstep
