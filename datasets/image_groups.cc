// Anyone's images with labels and bias labels: a folder and a table.
#include <sys/stat.h>

#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/path_inside.h"
#include "base/status.h"
#include "datasets/bias/pairing.h"
#include "datasets/dataset.h"
#include "datasets/formats/categories.h"
#include "datasets/formats/csv_reader.h"
#include "datasets/images/image_files.h"
#include "datasets/images/image_source.h"

namespace bigstep {
namespace {

struct ImageGroupsOptions : ImageFileOptions {
  ImageGroupsOptions() { exif_orientation = true; }

  std::string folder = "image_groups";
  std::string csv = "metadata.csv";
  std::string image_column = "image";
  std::string label_column = "label";
  std::string bias_column = "bias";
  std::string split_column = "split";
  std::map<std::string, std::string> aligned;
  bool outside_paths = false;
  std::string resize = "both_sides";

  static void Describe(Schema<ImageGroupsOptions>& s) {
    s.Summary("Images of your own with labels and bias labels from a table.")
        .Details(
            "A folder of JPEG and PNG images and a CSV file (RFC 4180) whose "
            "first row names the columns. Images are paths relative to the "
            "folder, which may not lead out of it. Labels are numbers (2 and "
            "2.0 are the same) or names; their distinct values, in order, "
            "become 0, 1, and so on. So do bias labels, in the order of the "
            "labels that they go with: images with equal numbers are "
            "bias-aligned. `aligned`, or else equal names, says which go "
            "together. Splits are train, val and test, or 0, 1 and 2. A test "
            "image that is also in another split is an error. Inputs [3, size, "
            "size]: resized with both sides to the size, or with the shorter "
            "side to 256 / 224 of the size (as is usual for ImageNet), of "
            "which the middle is kept. The table of Waterbirds (Sagawa et al.) "
            "has this format.")
        .Paper("arXiv:1911.08731")
        .Version(3);
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
    s.Field("aligned", &ImageGroupsOptions::aligned)
        .Doc(
            "the bias label that goes with each label, as in {landbird: land, "
            "waterbird: water}; a label left out goes with none; {}: equal "
            "names go together");
    s.Field("outside_paths", &ImageGroupsOptions::outside_paths)
        .Doc(
            "whether paths may be absolute, or lead out of the folder through "
            "links");
    s.Field("resize", &ImageGroupsOptions::resize)
        .OneOf({"both_sides", "shorter_side"})
        .Doc(
            "what is resized: both sides, or the shorter one, and then "
            "cropped");
    DescribeImageFileOptions(s);
    s.Check([](const ImageGroupsOptions& o) {
      return std::string(!o.aligned.empty() && o.bias_column.empty()
                             ? "aligned: there are no bias labels, as "
                               "bias_column is empty"
                             : "");
    });
  }
};

absl::StatusOr<std::vector<int64_t>> ReadSplits(const CsvColumn& column) {
  static const auto* const parts = new std::map<std::string, int64_t>{
      {"train", 0}, {"val", 1}, {"test", 2}, {"0", 0}, {"1", 1}, {"2", 2}};
  std::vector<int64_t> splits;
  for (size_t i = 0; i < column.values.size(); ++i) {
    const auto part = parts->find(CategoryName(column.values[i]));
    if (part == parts->end()) {
      return column.Wrong(i, "train, val or test, or 0, 1 or 2");
    }
    splits.push_back(part->second);
  }
  return splits;
}

// Adds notes about a column to the warnings, the first of them.
void AddNotes(const std::vector<std::string>& notes, ImageSet& set) {
  constexpr size_t kMaxNotes = 5;
  for (size_t i = 0; i < notes.size() && i < kMaxNotes; ++i) {
    set.warnings.push_back(notes[i]);
  }
  if (notes.size() <= kMaxNotes) return;
  const size_t more = notes.size() - kMaxNotes;
  set.warnings.push_back(absl::StrCat(more, " more ",
                                      more == 1 ? "value has" : "values have",
                                      " several spellings"));
}

// Reads the bias labels, in an order that fits the labels. `splits` and
// `labels` are those of the rows.
absl::StatusOr<std::vector<int64_t>> ReadBiasLabels(
    const ImageGroupsOptions& options, const CsvColumn& column,
    const std::vector<int64_t>& splits, const Categories& labels,
    ImageSet& set) {
  ASSIGN_OR_RETURN(const Categories values,
                   ReadCategories(column, "a bias label"));
  AddNotes(values.notes, set);
  UnpairedLabels unpaired = {labels.names, values.names, {}};
  for (size_t i = 0; i < splits.size(); ++i) {
    if (splits[i] != 0) continue;
    unpaired.train.emplace_back(labels.positions[i], values.positions[i]);
  }
  std::map<std::string, std::string> aligned;
  for (const auto& [label, bias_label] : options.aligned) {
    if (aligned.emplace(CategoryName(label), CategoryName(bias_label)).second) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        "dataset.aligned: two keys for label '", CategoryName(label), "'"));
  }
  absl::StatusOr<Pairing> pairing = PairLabels(unpaired, aligned);
  if (!pairing.ok()) {
    return absl::Status(
        pairing.status().code(),
        absl::StrCat(column.path, ": ", pairing.status().message()));
  }
  set.bias_names = std::move(pairing->bias_labels);
  if (!pairing->alone.empty()) {
    set.warnings.push_back(absl::StrCat(
        "no bias label goes with ", absl::StrJoin(pairing->alone, ", "),
        ": all these images are bias-conflicting"));
  }
  std::vector<int64_t> bias_labels;
  for (const int64_t value : values.positions) {
    bias_labels.push_back(pairing->positions[value]);
  }
  return bias_labels;
}

// Equal for paths of one file: "a.jpg", "./a.jpg", and links to it.
std::string FileIdentity(const std::string& path) {
  struct stat found = {};
  if (stat(path.c_str(), &found) != 0) return path;
  return absl::StrCat(found.st_dev, ":", found.st_ino);
}

// Warns of images that a split lists more than once.
void CheckRepetitions(ImageSet& set) {
  constexpr const char* kNames[] = {"train", "val", "test"};
  for (int part = 0; part < 3; ++part) {
    std::map<std::string, size_t> firsts;  // By file.
    int64_t repeated = 0, contradictory = 0, linked = 0;
    const ImageList& list = set.Part(part);
    for (size_t i = 0; i < list.files.size(); ++i) {
      const auto [first, is_new] =
          firsts.emplace(FileIdentity(ImagePath(set.folder, list.files[i])), i);
      if (is_new) continue;
      ++repeated;
      if (list.labels[first->second] != list.labels[i]) ++contradictory;
      if (list.files[first->second] != list.files[i]) ++linked;
    }
    if (repeated == 0) continue;
    set.warnings.push_back(absl::StrCat(
        repeated, repeated == 1 ? " row" : " rows", " of split ", kNames[part],
        repeated == 1 ? " names" : " name",
        " an image that an earlier row names, ", contradictory,
        " of them with another label",
        linked == 0
            ? ""
            : absl::StrCat(", ", linked, " by another path or a link")));
  }
}

constexpr char kOutside[] =
    "set outside_paths: true to read files from anywhere";

// Refuses a folder outside of the data root and a table outside of the folder.
absl::Status CheckPlaces(const ImageGroupsOptions& options,
                         const std::string& folder) {
  RETURN_IF_ERROR(CheckBelowDataRoot("folder", options.folder)) << kOutside;
  const absl::Status csv = InsideChecker(folder).Check(options.csv);
  if (!absl::IsInvalidArgument(csv)) return absl::OkStatus();  // See ReadCsv.
  return absl::InvalidArgumentError(
      absl::StrCat("dataset.csv: ", csv.message(), "; ", kOutside));
}

absl::StatusOr<ImageSet> ReadTable(const ImageGroupsOptions& options,
                                   const std::string& data_root) {
  ImageSet set;
  set.unbiased = false;  // The table decides.
  set.check_duplicates = true;
  set.folder = absl::StrCat(data_root, "/", options.folder);
  if (!options.outside_paths) RETURN_IF_ERROR(CheckPlaces(options, set.folder));
  std::vector<std::string> names = {options.image_column, options.label_column,
                                    options.split_column};
  const bool biased = !options.bias_column.empty();
  if (biased) names.push_back(options.bias_column);
  ASSIGN_OR_RETURN(const std::vector<CsvColumn> columns,
                   ReadCsv(absl::StrCat(set.folder, "/", options.csv), names));
  const CsvColumn& images = columns[0];
  ASSIGN_OR_RETURN(const std::vector<int64_t> splits, ReadSplits(columns[2]));
  ASSIGN_OR_RETURN(const Categories labels,
                   ReadCategories(columns[1], "a label"));
  AddNotes(labels.notes, set);
  set.class_names = labels.names;
  if (set.class_names.size() < 2) {
    return absl::InvalidArgumentError(
        absl::StrCat(columns[1].path, ": column '", columns[1].name,
                     "': expected at least 2 different labels, found ",
                     set.class_names.size()));
  }
  std::vector<int64_t> bias_labels(splits.size(), 0);
  if (biased) {
    ASSIGN_OR_RETURN(bias_labels,
                     ReadBiasLabels(options, columns[3], splits, labels, set));
  }
  const absl::Status paths =
      CheckImagePaths(images, set.folder, options.outside_paths);
  if (absl::IsInvalidArgument(paths)) {
    RETURN_IF_ERROR(paths) << kOutside;
  }
  RETURN_IF_ERROR(paths);
  for (size_t i = 0; i < splits.size(); ++i) {
    set.Part(splits[i]).Add(images.values[i], labels.positions[i],
                            bias_labels[i]);
  }
  CheckRepetitions(set);
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
