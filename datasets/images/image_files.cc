#include "datasets/images/image_files.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/path_inside.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "datasets/images/file_contents.h"
#include "datasets/images/image_cache.h"
#include "datasets/images/image_source.h"
#include "datasets/images/shared_images.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

bool IsRange(const std::vector<double>& values) {
  return values.size() == 2 && values[0] <= values[1];
}

// Drops the images that cannot be decoded from `list`; returns their number.
absl::StatusOr<int64_t> DropCorrupt(const ImageSource& source,
                                    ImageList& list) {
  std::vector<int64_t> intact;
  const std::vector<absl::Status> results = source.CheckFiles();
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].ok()) {
      intact.push_back(static_cast<int64_t>(i));
    } else if (!absl::IsDataLoss(results[i])) {
      return results[i];
    }
  }
  const auto dropped = static_cast<int64_t>(results.size() - intact.size());
  if (dropped > 0) list = list.Select(intact);
  return dropped;
}

constexpr const char* kSplitNames[] = {"train", "validation", "test"};

// Files that a message names.
constexpr size_t kMaxNamed = 5;

// Warns if the spurious feature opposes the labels.
void CheckAlignment(ImageSet& set) {
  if (set.bias_names.size() < 2) return;
  const ImageList& train = set.train;
  int64_t aligned = 0;
  for (size_t i = 0; i < train.files.size(); ++i) {
    if (train.labels[i] == train.bias_labels[i]) ++aligned;
  }
  const auto conflicting = static_cast<int64_t>(train.files.size()) - aligned;
  if (conflicting <= aligned) return;
  set.warnings.push_back(
      absl::StrCat("more training images are bias-conflicting (", conflicting,
                   ") than bias-aligned (", aligned,
                   "): is the right bias label paired with each label?"));
}

// Warns of labels that cannot be learned.
void CheckLabels(ImageSet& set) {
  const std::set<int64_t> known(set.train.labels.begin(),
                                set.train.labels.end());
  std::vector<std::string> unknown;
  for (size_t label = 0; label < set.class_names.size(); ++label) {
    if (known.count(static_cast<int64_t>(label)) > 0) continue;
    unknown.push_back(set.class_names[label]);
  }
  if (unknown.empty()) return;
  const size_t count = unknown.size();
  if (count > kMaxNamed) unknown.resize(kMaxNamed);
  set.warnings.push_back(absl::StrCat(
      "no training image has the ", count == 1 ? "label " : "labels ",
      absl::StrJoin(unknown, ", "), count > kMaxNamed ? ", ..." : ""));
}

// A path as records name it, without the folder, which differs by machine.
std::string Shown(absl::string_view path, const ImageSet& set) {
  absl::ConsumePrefix(&path, absl::StrCat(set.folder, "/"));
  return VisibleText(path);
}

// Looks for mistakes in the images: an error, or warnings in the set.
absl::Status FindOddities(ImageSet& set, c10::ThreadPool& helpers) {
  CheckLabels(set);
  CheckAlignment(set);
  if (!set.check_duplicates) return absl::OkStatus();
  std::vector<std::vector<std::string>> splits;
  for (int part = 0; part < 3; ++part) {
    splits.emplace_back();
    for (const std::string& file : set.Part(part).files) {
      splits.back().push_back(ImagePath(set.folder, file));
    }
  }
  ASSIGN_OR_RETURN(const SharedImages shared,
                   FindSharedImages(splits, helpers));
  if (shared.all_equal) {
    set.warnings.push_back("all images have the same content");
    return absl::OkStatus();
  }
  for (const auto& [pair, images] : shared.between) {
    const std::string text = absl::StrCat(
        images.count, images.count == 1 ? " image" : " images", " of ",
        kSplitNames[pair.second], images.count == 1 ? " is" : " are", " in ",
        kSplitNames[pair.first], " too, the first: ", Shown(images.second, set),
        images.first == images.second
            ? std::string(" is listed in both")
            : absl::StrCat(" has the content of ", Shown(images.first, set)));
    if (pair.second == 2) {
      return absl::InvalidArgumentError(absl::StrCat(
          set.folder, ": ", text,
          "; results on test images that the network, or the choice of "
          "hyperparameters, has seen mean nothing: remove them from one "
          "of the splits"));
    }
    set.warnings.push_back(text);
  }
  return absl::OkStatus();
}

// Warns of training images that are equal but have different labels, given
// their FileChecksums.
void CheckContradictions(const std::vector<std::string>& checksums,
                         ImageSet& set) {
  const ImageList& train = set.train;
  std::map<std::string, size_t> firsts;
  int64_t count = 0;
  std::string first;
  for (size_t i = 0; i < checksums.size(); ++i) {
    if (checksums[i].empty()) continue;
    const size_t other = firsts.emplace(checksums[i], i).first->second;
    if (train.labels[other] == train.labels[i]) continue;
    // Datasets that list a file twice say so themselves.
    if (train.files[other] == train.files[i]) continue;
    if (count++ > 0) continue;
    first = absl::StrCat(Shown(train.files[i], set), " has the content of ",
                         Shown(train.files[other], set));
  }
  if (count == 0) return;
  set.warnings.push_back(absl::StrCat(
      count, count == 1 ? " training image is" : " training images are",
      " equal to one with another label, the first: ", first));
}

// Refuses images without content, which cannot be decoded, all at once.
absl::Status CheckNotEmpty(ImageSet& set) {
  std::vector<std::string> empty;
  for (int part = 0; part < 3; ++part) {
    for (const std::string& file : set.Part(part).files) {
      std::error_code error;
      const std::string path = ImagePath(set.folder, file);
      const auto size = std::filesystem::file_size(path, error);
      if (!error && size == 0) empty.push_back(Shown(file, set));
    }
  }
  if (empty.empty()) return absl::OkStatus();
  const size_t count = empty.size();
  if (count > kMaxNamed) empty.resize(kMaxNamed);
  return absl::DataLossError(absl::StrCat(
      set.folder, ": ", count, count == 1 ? " image has" : " images have",
      " 0 bytes: ", absl::StrJoin(empty, ", "),
      count > kMaxNamed ? ", ..." : "",
      "; copy the data again, or leave such images out with corrupt_images: "
      "skip"));
}

// Checks that `path`, relative to `folder` or absolute, names a regular file.
absl::Status CheckAnywhere(const std::string& folder, const std::string& path) {
  std::error_code error;
  const std::string file = ImagePath(folder, path);
  if (std::filesystem::is_regular_file(file, error)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("found no file ", VisibleText(file)));
}

// Labels without inputs.
Split MakeLabels(const ImageList& list) {
  Split split;
  split.labels = at::tensor(list.labels, at::kLong);
  split.bias_labels = at::tensor(list.bias_labels, at::kLong);
  return split;
}

// Makes the splits of one dataset.
class SplitMaker {
 public:
  SplitMaker(const ImageFileOptions& options, const ImageTransform& transform,
             const std::string& folder, const DatasetArgs& args)
      : options_(options),
        transform_(transform),
        folder_(folder),
        args_(args),
        helpers_(MakeHelpers()) {}

  c10::ThreadPool& helpers() const { return *helpers_; }

  std::vector<std::string> Checksums(const ImageList& list) const {
    std::vector<std::string> paths;
    for (const std::string& file : list.files) {
      paths.push_back(ImagePath(folder_, file));
    }
    return FileChecksums(paths, *helpers_);
  }

  // The FileContents of all splits.
  std::string Contents(ImageSet& set) const {
    std::vector<std::string> all;
    for (int part = 0; part < 3; ++part) {
      for (std::string& checksum : Checksums(set.Part(part))) {
        all.push_back(std::move(checksum));
      }
    }
    return FileContents(all);
  }

  std::shared_ptr<ImageSource> MakeSource(const ImageList& list) const {
    return std::make_shared<ImageSource>(folder_, list.files, transform_,
                                         helpers_);
  }

  absl::StatusOr<Split> Make(const ImageList& list) const {
    Split split = MakeLabels(list);
    const std::shared_ptr<const ImageSource> source = MakeSource(list);
    split.files_sha256 = source->FilesSha256();
    if (!options_.cache) {
      split.source = source;
      return split;
    }
    ASSIGN_OR_RETURN(const std::string key, source->Fingerprint());
    ASSIGN_OR_RETURN(
        split.inputs,
        LoadThroughCache(args_.cache_folder, key,
                         {source->size(), 3, options_.size, options_.size},
                         *source));
    return split;
  }

 private:
  const ImageFileOptions& options_;
  const ImageTransform& transform_;
  const std::string& folder_;
  const DatasetArgs& args_;
  const std::shared_ptr<c10::ThreadPool> helpers_;
};

// Leaves the training images that the options ask for.
absl::Status KeepSubset(const ImageFileOptions& options, int64_t seed,
                        const TaskSpec& task, ImageList& train) {
  ASSIGN_OR_RETURN(const at::Tensor kept,
                   DrawSubset(MakeLabels(train), task, options.subset, seed));
  const auto* positions = kept.data_ptr<int64_t>();
  train = train.Select({positions, positions + kept.numel()});
  return absl::OkStatus();
}

}  // namespace

std::string CheckImageFileOptions(const ImageFileOptions& options) {
  if (!IsRange(options.crop_scale)) {
    return "crop_scale: expected two numbers, the lesser one first";
  }
  if (!IsRange(options.crop_ratio)) {
    return "crop_ratio: expected two numbers, the lesser one first";
  }
  if (options.cache && options.augmentation != "none") {
    return "cache: true keeps finished inputs, but augmentation needs the "
           "images; set one of them to false or none";
  }
  return "";
}

void ImageList::Add(std::string file, int64_t label, int64_t bias_label) {
  files.push_back(std::move(file));
  labels.push_back(label);
  bias_labels.push_back(bias_label);
}

ImageList ImageList::Select(const std::vector<int64_t>& positions) const {
  ImageList selected;
  for (const int64_t i : positions) {
    selected.Add(files[i], labels[i], bias_labels[i]);
  }
  return selected;
}

ImageList& ImageSet::Part(int64_t part) {
  BIGSTEP_CHECK(part >= 0 && part < 3) << part;
  return part == 0 ? train : part == 1 ? validation : test;
}

ImageTransform MakeTransform(const ImageFileOptions& options) {
  ImageTransform transform;
  transform.size = transform.resized = options.size;
  transform.exif_orientation = options.exif_orientation;
  if (options.augmentation == "crop_flip") {
    transform.random_crop = {options.crop_scale[0], options.crop_scale[1],
                             options.crop_ratio[0], options.crop_ratio[1]};
  }
  return transform;
}

absl::StatusOr<std::unique_ptr<Dataset>> MakeImageDataset(
    const ImageFileOptions& options, const ImageTransform& transform,
    ImageSet set, const DatasetArgs& args) {
  auto dataset = std::make_unique<Dataset>();
  dataset->task = {{3, options.size, options.size},
                   static_cast<int64_t>(set.class_names.size()),
                   std::max<int64_t>(1, set.bias_names.size())};
  dataset->class_names = set.class_names;
  dataset->bias_names = set.bias_names;
  dataset->unbiased = set.unbiased;
  dataset->seeded = options.subset != 1;
  const SplitMaker maker(options, transform, set.folder, args);
  if (options.corrupt_images == "error") RETURN_IF_ERROR(CheckNotEmpty(set));
  for (int part = 0; part < 3; ++part) {
    ImageList& list = set.Part(part);
    if (options.corrupt_images == "skip") {
      ASSIGN_OR_RETURN(const int64_t dropped,
                       DropCorrupt(*maker.MakeSource(list), list));
      dataset->notes["corrupt_images"][kSplitNames[part]] = dropped;
    }
    if (list.files.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(set.folder, ": expected images in split ",
                       kSplitNames[part], ", found none"));
    }
  }
  RETURN_IF_ERROR(FindOddities(set, maker.helpers()));
  if (set.check_duplicates) {
    CheckContradictions(maker.Checksums(set.train), set);
  }
  if (!set.warnings.empty()) dataset->notes["warnings"] = set.warnings;
  RETURN_IF_ERROR(KeepSubset(options, args.seed, dataset->task, set.train));
  if (set.check_content) dataset->notes["content"] = maker.Contents(set);
  Split* const splits[] = {&dataset->train, &dataset->validation,
                           &dataset->test};
  for (int part = 0; part < 3; ++part) {
    ASSIGN_OR_RETURN(*splits[part], maker.Make(set.Part(part)));
  }
  RETURN_IF_ERROR(Normalize(options, *dataset));
  return dataset;
}

absl::Status CheckBelowDataRoot(const std::string& option,
                                const std::string& path) {
  const std::filesystem::path parts(path);
  if (!parts.is_absolute() &&
      std::find(parts.begin(), parts.end(), "..") == parts.end()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("dataset.", option,
                   ": expected a path below the data root without \"..\", "
                   "found '",
                   VisibleText(path), "'"));
}

absl::Status CheckImagePaths(const CsvColumn& column, const std::string& folder,
                             bool outside) {
  const InsideChecker checker(folder);
  absl::Status first;
  std::vector<std::string> more;  // Missing files after the first.
  for (size_t i = 0; i < column.values.size(); ++i) {
    const std::string& value = column.values[i];
    const absl::Status status =
        outside ? CheckAnywhere(folder, value) : checker.Check(value);
    if (status.ok()) continue;
    const bool missing = absl::IsNotFound(status);
    if (missing && !first.ok()) {
      more.push_back(
          absl::StrCat(VisibleText(value), " (line ", column.lines[i], ")"));
      continue;
    }
    first = absl::Status(
        status.code(),
        absl::StrCat(column.path, ":", column.lines[i], ": column '",
                     column.name, "': ", status.message()));
    if (!missing) return first;
  }
  if (more.empty()) return first;
  const size_t count = more.size();
  if (count > kMaxNamed) more.resize(kMaxNamed);
  return absl::Status(first.code(),
                      absl::StrCat(first.message(), "; ", count,
                                   count == 1 ? " more is" : " more are",
                                   " missing: ", absl::StrJoin(more, ", "),
                                   count > kMaxNamed ? ", ..." : ""));
}

}  // namespace bigstep
