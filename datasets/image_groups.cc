// Anyone's images with labels and bias labels: a folder and a table.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/formats/csv_reader.h"
#include "datasets/images/image_files.h"

namespace bigstep {
namespace {

struct ImageGroupsOptions : ImageFileOptions {
  std::string folder = "image_groups";
  std::string csv = "metadata.csv";
  std::string image_column = "image";
  std::string label_column = "label";
  std::string bias_column = "bias";
  std::string split_column = "split";
  std::string resize = "both_sides";

  static void Describe(Schema<ImageGroupsOptions>& s) {
    s.Summary("Images of your own with labels and bias labels from a table.")
        .Details(
            "A folder of JPEG and PNG images and a CSV file (RFC 4180) whose "
            "first row names the columns. Images are paths relative to the "
            "folder, which may not lead out of it. Labels and bias labels are "
            "integers or names; their different values in order become 0, 1, "
            "and so on. Value k of the labels is taken to go with value k of "
            "the bias labels: such images are bias-aligned. Splits are train, "
            "val and test, or 0, 1 and 2. Inputs [3, size, size]: resized with "
            "both sides to the size, or with the shorter side to 256 / 224 of "
            "the size (ImageNet's custom), of which the middle is kept. "
            "Waterbirds' table (Sagawa et al.) is of this kind.")
        .Paper("arXiv:1911.08731");
    s.Field("folder", &ImageGroupsOptions::folder)
        .Doc("folder of the images, below the data root");
    s.Field("csv", &ImageGroupsOptions::csv).Doc("the table, in the folder");
    s.Field("image_column", &ImageGroupsOptions::image_column)
        .Doc("column of the paths");
    s.Field("label_column", &ImageGroupsOptions::label_column)
        .Doc("column of the labels");
    s.Field("bias_column", &ImageGroupsOptions::bias_column)
        .Doc("column of the bias labels; \"\": there are none");
    s.Field("split_column", &ImageGroupsOptions::split_column)
        .Doc("column of the splits");
    s.Field("resize", &ImageGroupsOptions::resize)
        .OneOf({"both_sides", "shorter_side"})
        .Doc(
            "what is resized: both sides, or the shorter one, and then "
            "cropped");
    DescribeImageFileOptions(s);
  }
};

// The different values of a column: numbers by size if all are integers, names
// by their bytes.
std::vector<std::string> SortedValues(const CsvColumn& column) {
  const std::set<std::string> values(column.values.begin(),
                                     column.values.end());
  std::map<int64_t, std::string> by_size;
  for (const std::string& value : values) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(value, &number)) break;
    by_size.emplace(number, value);
  }
  if (by_size.size() != values.size()) return {values.begin(), values.end()};
  std::vector<std::string> sorted;
  for (const auto& [number, value] : by_size) sorted.push_back(value);
  return sorted;
}

// Each value's position in `names`.
std::vector<int64_t> Positions(const CsvColumn& column,
                               const std::vector<std::string>& names) {
  std::map<std::string, int64_t> positions;
  for (size_t i = 0; i < names.size(); ++i) {
    positions.emplace(names[i], static_cast<int64_t>(i));
  }
  std::vector<int64_t> result;
  for (const std::string& value : column.values) {
    result.push_back(positions.at(value));
  }
  return result;
}

absl::StatusOr<std::vector<int64_t>> ReadSplits(const CsvColumn& column) {
  static const auto* const parts = new std::map<std::string, int64_t>{
      {"train", 0}, {"val", 1}, {"test", 2}, {"0", 0}, {"1", 1}, {"2", 2}};
  std::vector<int64_t> splits;
  for (size_t i = 0; i < column.values.size(); ++i) {
    const auto part = parts->find(column.values[i]);
    if (part == parts->end()) {
      return column.Wrong(i, "train, val or test, or 0, 1 or 2");
    }
    splits.push_back(part->second);
  }
  return splits;
}

absl::StatusOr<ImageSet> ReadTable(const ImageGroupsOptions& options,
                                   const std::string& data_root) {
  ImageSet set;
  set.unbiased = false;  // The table decides.
  set.folder = absl::StrCat(data_root, "/", options.folder);
  std::vector<std::string> names = {options.image_column, options.label_column,
                                    options.split_column};
  const bool biased = !options.bias_column.empty();
  if (biased) names.push_back(options.bias_column);
  ASSIGN_OR_RETURN(const std::vector<CsvColumn> columns,
                   ReadCsv(absl::StrCat(set.folder, "/", options.csv), names));
  const CsvColumn& images = columns[0];
  RETURN_IF_ERROR(CheckImagePaths(images, set.folder));
  ASSIGN_OR_RETURN(const std::vector<int64_t> splits, ReadSplits(columns[2]));
  // An empty value would become a class of its own.
  for (size_t i = 0; i < splits.size(); ++i) {
    if (columns[1].values[i].empty()) return columns[1].Wrong(i, "a label");
    if (biased && columns[3].values[i].empty()) {
      return columns[3].Wrong(i, "a bias label");
    }
  }
  set.class_names = SortedValues(columns[1]);
  if (set.class_names.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(columns[1].path, ": column '", columns[1].name,
                     "': expected at least 2 different labels, found ",
                     set.class_names.size()));
  }
  const std::vector<int64_t> labels = Positions(columns[1], set.class_names);
  std::vector<int64_t> bias_labels(labels.size(), 0);
  if (biased) {
    set.bias_names = SortedValues(columns[3]);
    bias_labels = Positions(columns[3], set.bias_names);
  }
  for (size_t i = 0; i < splits.size(); ++i) {
    set.Part(splits[i]).Add(images.values[i], labels[i], bias_labels[i]);
  }
  return set;
}

struct ImageGroups {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ImageGroupsOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(ImageSet set, ReadTable(options, args.data_root));
    ImageTransform transform = MakeTransform(options);
    if (options.resize == "shorter_side") {
      transform.sides = ImageTransform::Sides::kShorter;
      transform.resized = std::lround(options.size * 256.0 / 224);
    }
    return MakeImageDataset(options, transform, std::move(set), args);
  }
};

BIGSTEP_REGISTER(Datasets, "image_groups", ImageGroups, ImageGroupsOptions);

}  // namespace
}  // namespace bigstep
