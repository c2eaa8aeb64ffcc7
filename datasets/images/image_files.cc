#include "datasets/images/image_files.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/parallel.h"
#include "base/path_inside.h"
#include "base/status.h"
#include "datasets/images/image_cache.h"
#include "datasets/images/image_source.h"
#include "datasets/subset.h"

namespace bigstep {
namespace {

bool IsRange(const std::vector<double>& values) {
  return values.size() == 2 && values[0] <= values[1];
}

// Drops what cannot be decoded from `list` and returns how much that was.
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
  constexpr const char* kNames[] = {"train", "validation", "test"};
  Split* const splits[] = {&dataset->train, &dataset->validation,
                           &dataset->test};
  for (int part = 0; part < 3; ++part) {
    ImageList& list = set.Part(part);
    if (options.corrupt_images == "skip") {
      ASSIGN_OR_RETURN(const int64_t dropped,
                       DropCorrupt(*maker.MakeSource(list), list));
      dataset->notes["corrupt_images"][kNames[part]] = dropped;
    }
    if (list.files.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(set.folder, ": expected images in split ", kNames[part],
                       ", found none"));
    }
    if (part == 0) {
      RETURN_IF_ERROR(KeepSubset(options, args.seed, dataset->task, list));
    }
    ASSIGN_OR_RETURN(*splits[part], maker.Make(list));
  }
  RETURN_IF_ERROR(Normalize(options, *dataset));
  return dataset;
}

absl::Status CheckImagePaths(const CsvColumn& column,
                             const std::string& folder) {
  const InsideChecker checker(folder);
  for (size_t i = 0; i < column.values.size(); ++i) {
    const absl::Status status = checker.Check(column.values[i]);
    if (status.ok()) continue;
    return absl::Status(
        status.code(),
        absl::StrCat(column.path, ":", column.lines[i], ": column '",
                     column.name, "': ", status.message()));
  }
  return absl::OkStatus();
}

}  // namespace bigstep
