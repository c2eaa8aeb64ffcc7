// Waterbirds and landbirds cut out of photographs and put before water or land,
// most of them where they belong.
//   Sagawa et al., "Distributionally Robust Neural Networks for Group Shifts",
//   ICLR 2020, arXiv:1911.08731.
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/formats/csv_reader.h"
#include "datasets/formats/how_to_get.h"
#include "datasets/images/image_files.h"

namespace bigstep {
namespace {

// The folders to which the archives of WILDS and of the paper unpack.
constexpr const char* kFolders[] = {"waterbirds_v1.0",
                                    "waterbird_complete95_forest2water2"};

struct WaterbirdsOptions : ImageFileOptions {
  WaterbirdsOptions() { crop_scale = {0.7, 1}; }

  static void Describe(Schema<WaterbirdsOptions>& s) {
    s.Summary("Birds whose background, water or land, predicts their class.")
        .Details(
            "Inputs [3, size, size]: both sides resized to 256 / 224 of the "
            "size, of which the middle is kept. Label: 1 for waterbirds; bias "
            "label: 1 for water. 4795 training images, of which 3498 show "
            "landbirds on land, 184 landbirds on water, 56 waterbirds on land "
            "and 1057 waterbirds on water; in the validation and test images "
            "(1199 and 5794) half of each class is on water.")
        .Paper("arXiv:1911.08731")
        .Version(2);
    DescribeImageFileOptions(s);
  }
};

absl::StatusOr<std::string> FindFolder(const std::string& data_root) {
  for (const char* name : kFolders) {
    const std::string folder = absl::StrCat(data_root, "/", name);
    if (std::filesystem::exists(folder + "/metadata.csv")) return folder;
  }
  return absl::NotFoundError(absl::StrCat(
      "found neither ", data_root, "/", kFolders[0], "/metadata.csv nor ",
      data_root, "/", kFolders[1], "/metadata.csv; ", HowToGet("waterbirds")));
}

absl::StatusOr<ImageSet> ReadMetadata(const std::string& folder) {
  ASSIGN_OR_RETURN(const std::vector<CsvColumn> columns,
                   ReadCsv(folder + "/metadata.csv",
                           {"img_filename", "y", "place", "split"}));
  const CsvColumn& images = columns[0];
  RETURN_IF_ERROR(CheckImagePaths(images, folder));
  ASSIGN_OR_RETURN(const auto labels, columns[1].Integers(0, 1));
  ASSIGN_OR_RETURN(const auto places, columns[2].Integers(0, 1));
  ASSIGN_OR_RETURN(const auto splits, columns[3].Integers(0, 2));
  ImageSet set;
  set.folder = folder;
  set.class_names = {"landbird", "waterbird"};
  set.bias_names = {"land", "water"};
  for (size_t i = 0; i < splits.size(); ++i) {
    set.Part(splits[i]).Add(images.values[i], labels[i], places[i]);
  }
  return set;
}

struct Waterbirds {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const WaterbirdsOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const std::string folder, FindFolder(args.data_root));
    absl::StatusOr<ImageSet> set = ReadMetadata(folder);
    RETURN_IF_ERROR(set.status()) << HowToGet("waterbirds");
    ImageTransform transform = MakeTransform(options);
    transform.resized = std::lround(options.size * 256.0 / 224);
    return MakeImageDataset(options, transform, *std::move(set), args);
  }
};

BIGSTEP_REGISTER(Datasets, "waterbirds", Waterbirds, WaterbirdsOptions);

}  // namespace
}  // namespace bigstep
