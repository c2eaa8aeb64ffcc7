// Portraits of celebrities with forty attributes each, of which one is the
// class and another one the spurious feature: hair is blond on women mostly.
//   Liu et al., "Deep Learning Face Attributes in the Wild", ICCV 2015; as a
//   test of robustness: Sagawa et al., ICLR 2020, arXiv:1911.08731.
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/formats/csv_reader.h"
#include "datasets/formats/how_to_get.h"
#include "datasets/images/image_files.h"

namespace bigstep {
namespace {

constexpr char kAttributes[] = "list_attr_celeba";
constexpr char kPartition[] = "list_eval_partition";

// Forty times the official lists.
constexpr int64_t kMaxListBytes = int64_t{1} << 30;

// The images are 178 x 218 pixels; this square has the face.
constexpr int64_t kCenter = 178;

struct CelebaOptions : ImageFileOptions {
  CelebaOptions() {
    crop_scale = {0.7, 1};
    crop_ratio = {1, 4.0 / 3};
  }

  std::string target = "Blond_Hair";
  std::string confounder = "Male";

  static void Describe(Schema<CelebaOptions>& s) {
    s.Summary("Faces, one attribute of which predicts another.")
        .Details(
            "Inputs [3, size, size]: the middle 178 x 178 pixels, resized. "
            "Label: 1 if the target is true; bias label: 1 if the confounder "
            "is not. By default: 0 dark, 1 blond; 0 male, 1 female; so that "
            "blond women and dark men are bias-aligned. The training groups "
            "(label, bias label) 00, 01, 10 and 11 have 66874, 71629, 1387 and "
            "22880 images: more than half of the dark-haired ones conflict, so "
            "compare worst groups instead. Sagawa et al. number the groups 2 "
            "blond + male: their 0, 1, 2 and 3 are 01, 00, 11 and 10 here. "
            "Validation and test keep the natural proportions.")
        .Paper("arXiv:1411.7766")
        .Version(2);
    s.Field("target", &CelebaOptions::target).Doc("attribute to be learned");
    s.Field("confounder", &CelebaOptions::confounder)
        .Doc("attribute that is the spurious feature");
    DescribeImageFileOptions(s);
    s.Check([](const CelebaOptions& o) {
      return std::string(
          o.target == o.confounder ? "target and confounder must differ" : "");
    });
  }
};

// Where the lists are, and how they end: in ".csv" as Kaggle offers them, or in
// ".txt" as the authors do.
struct Layout {
  std::string folder;
  std::string ending;
  std::string images;  // Folder in `folder`.

  std::string ListPath(const char* list) const {
    return absl::StrCat(folder, "/", list, ending);
  }
};

absl::StatusOr<Layout> FindLayout(const std::string& data_root) {
  for (const char* place : {"/celeba", "/celeba/data"}) {
    for (const char* ending : {".csv", ".txt"}) {
      Layout layout = {data_root + place, ending, "img_align_celeba"};
      if (!std::filesystem::exists(layout.ListPath(kAttributes))) continue;
      // Kaggle's archive has the folder in a folder of the same name.
      const std::string twice = layout.images + "/" + layout.images;
      if (std::filesystem::exists(layout.folder + "/" + twice)) {
        layout.images = twice;
      }
      return layout;
    }
  }
  return absl::NotFoundError(absl::StrCat(
      "found no ", kAttributes, ".csv or .txt in ", data_root, "/celeba or ",
      data_root, "/celeba/data; ", HowToGet("celeba")));
}

// The lists of the authors have spaces, one or two, between the values.
std::string SpacesToCommas(absl::string_view text) {
  std::string csv;
  bool gap = false;
  for (const char c : text) {
    if (c == ' ') {
      gap = true;
      continue;
    }
    // None at the ends of a line.
    if (gap && c != '\n' && c != '\r' && !csv.empty() && csv.back() != '\n') {
      csv += ',';
    }
    gap = false;
    csv += c;
  }
  return csv;
}

absl::StatusOr<std::vector<CsvColumn>> ReadAttributes(
    const Layout& layout, const std::vector<std::string>& names) {
  const std::string path = layout.ListPath(kAttributes);
  if (layout.ending == ".csv") return ReadCsv(path, names);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxListBytes));
  // The first line is the number of images, the second names the attributes
  // alone. An empty line counts as a line.
  const size_t second = text.find('\n');
  if (second == std::string::npos) return ParseCsv("", path, names);
  return ParseCsv(absl::StrCat("\nimage_id,",
                               SpacesToCommas(absl::StripLeadingAsciiWhitespace(
                                   absl::string_view(text).substr(second)))),
                  path, names);
}

absl::StatusOr<std::vector<CsvColumn>> ReadPartition(const Layout& layout) {
  const std::string path = layout.ListPath(kPartition);
  const std::vector<std::string> names = {"image_id", "partition"};
  if (layout.ending == ".csv") return ReadCsv(path, names);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxListBytes));
  // The file has no header; a line that ends in CR alone does not count.
  return ParseCsv(absl::StrCat("image_id,partition\r", SpacesToCommas(text)),
                  path, names);
}

// 0 for -1 and 1 for 1.
absl::StatusOr<std::vector<int64_t>> ReadFlags(const CsvColumn& column) {
  std::vector<int64_t> flags;
  for (size_t i = 0; i < column.values.size(); ++i) {
    const std::string& value = column.values[i];
    if (value != "1" && value != "-1") return column.Wrong(i, "-1 or 1");
    flags.push_back(value == "1" ? 1 : 0);
  }
  return flags;
}

absl::Status CheckSameImages(const CsvColumn& expected,
                             const CsvColumn& found) {
  for (size_t i = 0; i < found.values.size(); ++i) {
    if (i >= expected.values.size() || found.values[i] != expected.values[i]) {
      return found.Wrong(
          i, absl::StrCat(i < expected.values.size() ? expected.values[i]
                                                     : "no more images",
                          " as in ", expected.path));
    }
  }
  if (found.values.size() == expected.values.size()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      found.path, ": expected ", expected.values.size(), " images as in ",
      expected.path, ", found ", found.values.size()));
}

absl::StatusOr<ImageSet> ReadLists(const CelebaOptions& options,
                                   const Layout& layout) {
  ASSIGN_OR_RETURN(
      const std::vector<CsvColumn> attributes,
      ReadAttributes(layout, {"image_id", options.target, options.confounder}));
  ASSIGN_OR_RETURN(const std::vector<CsvColumn> partition,
                   ReadPartition(layout));
  const CsvColumn& images = attributes[0];
  RETURN_IF_ERROR(CheckSameImages(images, partition[0]));
  ASSIGN_OR_RETURN(const auto labels, ReadFlags(attributes[1]));
  ASSIGN_OR_RETURN(const auto confounded, ReadFlags(attributes[2]));
  ASSIGN_OR_RETURN(const auto parts, partition[1].Integers(0, 2));
  ImageSet set;
  set.folder = absl::StrCat(layout.folder, "/", layout.images);
  RETURN_IF_ERROR(CheckImagePaths(images, set.folder));
  set.class_names = {"not " + options.target, options.target};
  set.bias_names = {options.confounder, "not " + options.confounder};
  set.unbiased = false;
  for (size_t i = 0; i < parts.size(); ++i) {
    set.Part(parts[i]).Add(images.values[i], labels[i], 1 - confounded[i]);
  }
  return set;
}

struct Celeba {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const CelebaOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const Layout layout, FindLayout(args.data_root));
    absl::StatusOr<ImageSet> set = ReadLists(options, layout);
    RETURN_IF_ERROR(set.status()) << HowToGet("celeba");
    ImageTransform transform = MakeTransform(options);
    transform.center = kCenter;
    return MakeImageDataset(options, transform, *std::move(set), args);
  }
};

BIGSTEP_REGISTER(Datasets, "celeba", Celeba, CelebaOptions);

}  // namespace
}  // namespace bigstep
