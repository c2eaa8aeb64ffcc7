#include "datasets/images/class_folders.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/files.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/formats/categories.h"
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

// Files that do not belong to the dataset, counted by kind.
struct LeftOut {
  std::map<std::string, int64_t> counts;
  std::string first;

  void Add(const std::string& kind, const std::string& path) {
    ++counts[kind];
    if (first.empty()) first = path;
  }

  // "" if there are none.
  std::string Warning(const std::string& part) const {
    int64_t all = 0;
    std::vector<std::string> kinds;
    for (const auto& [kind, count] : counts) {
      all += count;
      kinds.push_back(absl::StrCat(count, " ", VisibleText(kind)));
    }
    if (all == 0) return "";
    return absl::StrCat("left out ", all, all == 1 ? " file" : " files",
                        " below ", part, "/: ", absl::StrJoin(kinds, ", "),
                        "; the first: ", VisibleText(first));
  }
};

// Lists the classes and images of train/ or val/.
class PartLister {
 public:
  PartLister(std::string folder, std::string part)
      : folder_(std::move(folder)), part_(std::move(part)) {}

  // The names of the classes, sorted.
  absl::StatusOr<std::vector<std::string>> ListClasses();

  // The images of these classes.
  absl::StatusOr<ImageList> ListImages(const std::vector<std::string>& classes);

  // What users should know about the part.
  std::vector<std::string> Warnings() const;

 private:
  // The entries of a folder, sorted, without what programs leave behind:
  // __MACOSX, and names that begin with a dot (.DS_Store, ._1.jpg,
  // .ipynb_checkpoints).
  absl::StatusOr<std::vector<fs::directory_entry>> List(
      const std::string& inside) const;
  // The names of the images in a folder; counts everything else.
  absl::StatusOr<std::vector<std::string>> ListClass(const std::string& inside);
  // Counts the files below a folder in a class folder.
  void AddSubFolder(const fs::directory_entry& folder,
                    const std::string& inside);

  // Notes the class folders that are one folder, as there are links.
  void CheckLinkedClasses(const std::vector<std::string>& classes);
  // Notes an image that is a link to a file that is not below the folder.
  void CheckLinkedImage(const std::string& path);

  const std::string folder_, part_;
  LeftOut left_out_;
  std::vector<std::string> linked_classes_;  // Warnings.
  std::vector<std::string> outside_;         // Images.
  std::vector<std::string> unreadable_;  // Images that are not regular files.
};

absl::StatusOr<std::vector<fs::directory_entry>> PartLister::List(
    const std::string& inside) const {
  const std::string path = absl::StrCat(folder_, "/", inside);
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!absl::StartsWith(name, ".") && name != "__MACOSX") {
      entries.push_back(*entry);
    }
  }
  if (error) return ErrnoStatus(error.value(), "list", path);
  std::sort(entries.begin(), entries.end());
  return entries;
}

absl::StatusOr<std::vector<std::string>> PartLister::ListClasses() {
  ASSIGN_OR_RETURN(const std::vector<fs::directory_entry> entries, List(part_));
  std::vector<std::string> classes;
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    std::error_code unknown;  // A dangling link is not a folder.
    if (!entry.is_directory(unknown)) {
      left_out_.Add("beside the class folders", absl::StrCat(part_, "/", name));
      continue;
    }
    if (VisibleText(name) != name) {
      return absl::InvalidArgumentError(absl::StrCat(
          folder_, "/", part_,
          ": expected class folders named with visible characters in UTF-8, "
          "found '",
          VisibleText(name), "'"));
    }
    classes.push_back(name);
  }
  CheckLinkedClasses(classes);
  if (!classes.empty()) return classes;
  return absl::InvalidArgumentError(
      absl::StrCat(folder_, "/", part_, ": found no folders"));
}

void PartLister::CheckLinkedClasses(const std::vector<std::string>& classes) {
  std::map<fs::path, std::string> known;
  for (const std::string& name : classes) {
    std::error_code error;
    const fs::path real =
        fs::canonical(absl::StrCat(folder_, "/", part_, "/", name), error);
    if (error) continue;
    const auto [found, is_new] = known.emplace(real, name);
    if (is_new) continue;
    linked_classes_.push_back(
        absl::StrCat("the classes ", found->second, " and ", name, " below ",
                     part_, "/ are one folder: one of them is a link"));
  }
}

void PartLister::CheckLinkedImage(const std::string& path) {
  std::error_code error;
  const fs::path root = fs::canonical(folder_, error);
  const fs::path file = fs::canonical(absl::StrCat(folder_, "/", path), error);
  if (error) return;
  const auto [end, ignored] =
      std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  if (end != root.end()) outside_.push_back(path);
}

std::vector<std::string> PartLister::Warnings() const {
  std::vector<std::string> warnings = linked_classes_;
  const std::string left_out = left_out_.Warning(part_);
  if (!left_out.empty()) warnings.push_back(left_out);
  if (!outside_.empty()) {
    warnings.push_back(absl::StrCat(
        outside_.size(), outside_.size() == 1 ? " image" : " images", " below ",
        part_, outside_.size() == 1 ? "/ is a link" : "/ are links",
        " to files outside of the folder; the first: ",
        VisibleText(outside_[0])));
  }
  return warnings;
}

void PartLister::AddSubFolder(const fs::directory_entry& folder,
                              const std::string& inside) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder.path(), error), end;
       !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_directory(unknown)) continue;
    if (absl::StartsWith(entry->path().filename().string(), ".")) continue;
    left_out_.Add("in sub-folders", absl::StrCat(inside, "/..."));
  }
}

absl::StatusOr<std::vector<std::string>> PartLister::ListClass(
    const std::string& inside) {
  ASSIGN_OR_RETURN(const std::vector<fs::directory_entry> entries,
                   List(inside));
  std::vector<std::string> images;
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename().string();
    const std::string path = absl::StrCat(inside, "/", name);
    std::error_code unknown;
    if (entry.is_directory(unknown)) {
      AddSubFolder(entry, path);
    } else if (!IsImageName(name)) {
      const std::string ending =
          absl::AsciiStrToLower(entry.path().extension().string());
      left_out_.Add(ending.empty() ? "without an ending" : ending, path);
    } else if (!entry.is_regular_file(unknown)) {
      unreadable_.push_back(path);
    } else {
      if (entry.is_symlink(unknown)) CheckLinkedImage(path);
      images.push_back(name);
    }
  }
  return images;
}

absl::StatusOr<ImageList> PartLister::ListImages(
    const std::vector<std::string>& classes) {
  ImageList list;
  std::string empty;
  for (size_t label = 0; label < classes.size(); ++label) {
    const std::string inside = absl::StrCat(part_, "/", classes[label]);
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ListClass(inside));
    for (const std::string& name : names) {
      list.Add(absl::StrCat(inside, "/", name), static_cast<int64_t>(label), 0);
    }
    if (names.empty() && empty.empty()) empty = inside;
  }
  if (!unreadable_.empty()) {
    return absl::NotFoundError(absl::StrCat(
        folder_, ": ", unreadable_.size(),
        unreadable_.size() == 1 ? " image is not a regular file"
                                : " images are not regular files",
        " (a dangling link?); the first: ", VisibleText(unreadable_[0])));
  }
  if (empty.empty()) return list;
  const std::string warning = left_out_.Warning(part_);
  return absl::InvalidArgumentError(
      absl::StrCat(folder_, "/", empty, ": found no images",
                   warning.empty() ? "" : "; ", warning));
}

// Refuses classes that differ in spelling alone, within `names` and from those
// of `others`.
absl::Status CheckSpellings(const std::string& folder, const std::string& part,
                            const std::vector<std::string>& names,
                            const std::string& other_part,
                            const std::vector<std::string>& others) {
  std::map<std::string, std::string> known;
  for (const std::string& name : others) known[SpellingKey(name)] = name;
  for (const std::string& name : names) {
    const auto [found, is_new] = known.emplace(SpellingKey(name), name);
    if (is_new || found->second == name) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(folder, ": the classes '", found->second, "' in ",
                     other_part, "/ and '", name, "' in ", part,
                     "/ differ by case, blanks or look-alike characters only; "
                     "rename one of them"));
  }
  return absl::OkStatus();
}

absl::Status CheckClasses(const std::string& folder,
                          const std::vector<std::string>& train,
                          const std::vector<std::string>& val) {
  RETURN_IF_ERROR(CheckSpellings(folder, "train", train, "train", {}));
  RETURN_IF_ERROR(CheckSpellings(folder, "val", val, "train", train));
  const auto [a, b] =
      std::mismatch(train.begin(), train.end(), val.begin(), val.end());
  if (a != train.end() || b != val.end()) {
    // Both are sorted: the lesser name is the one that the other part lacks.
    const bool in_train = b == val.end() || (a != train.end() && *a < *b);
    return absl::InvalidArgumentError(absl::StrCat(
        folder, ": expected the same classes in train/ and val/, found '",
        in_train ? *a : *b, "' in ", in_train ? "train/" : "val/", " only"));
  }
  if (train.size() > 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      folder, ": expected at least 2 classes, found 1: '", train[0], "'"));
}

std::vector<int64_t> ToVector(const at::Tensor& positions) {
  const auto* data = positions.data_ptr<int64_t>();
  return {data, data + positions.numel()};
}

// Warns of classes too small for a share of them to be an image. (Where all are
// too small, the lack of validation images is an error.)
void CheckHeldOut(ImageSet& set) {
  const std::set<int64_t> held_out(set.validation.labels.begin(),
                                   set.validation.labels.end());
  if (held_out.empty()) return;
  std::vector<std::string> missing;
  for (size_t label = 0; label < set.class_names.size(); ++label) {
    if (held_out.count(static_cast<int64_t>(label)) > 0) continue;
    missing.push_back(VisibleText(set.class_names[label]));
  }
  if (missing.empty()) return;
  constexpr size_t kMostNamed = 5;
  const size_t count = missing.size();
  if (count > kMostNamed) missing.resize(kMostNamed);
  set.warnings.push_back(absl::StrCat(
      "no image is held out for validation of the ",
      count == 1 ? "class " : "classes ", absl::StrJoin(missing, ", "),
      count > kMostNamed ? ", ..." : "",
      "; a class needs at least 1 / validation_fraction images below train/"));
}

absl::StatusOr<ImageSet> Read(const std::string& folder,
                              double validation_fraction) {
  ImageSet set;
  set.folder = folder;
  PartLister in_train(folder, "train"), in_val(folder, "val");
  ASSIGN_OR_RETURN(set.class_names, in_train.ListClasses());
  ASSIGN_OR_RETURN(const std::vector<std::string> val_classes,
                   in_val.ListClasses());
  RETURN_IF_ERROR(CheckClasses(folder, set.class_names, val_classes));
  ASSIGN_OR_RETURN(const ImageList train, in_train.ListImages(set.class_names));
  ASSIGN_OR_RETURN(set.test, in_val.ListImages(set.class_names));
  for (const PartLister* part : {&in_train, &in_val}) {
    for (std::string& warning : part->Warnings()) {
      set.warnings.push_back(std::move(warning));
    }
  }
  for (const std::string& name : set.class_names) {
    const std::string note = MixedAlphabetsNote(name);
    if (!note.empty()) {
      set.warnings.push_back(absl::StrCat("the class ", note));
    }
  }
  const HoldOut parts =
      HoldOutShare(at::tensor(train.labels, at::kLong), validation_fraction);
  set.train = train.Select(ToVector(parts.kept));
  set.validation = train.Select(ToVector(parts.held_out));
  CheckHeldOut(set);
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
