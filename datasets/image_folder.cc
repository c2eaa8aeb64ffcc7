// Anyone's images in one folder for each class, without bias labels.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/images/class_folders.h"

namespace bigstep {
namespace {

struct ImageFolderOptions : ClassFolderOptions {
  ImageFolderOptions() { exif_orientation = true; }

  std::string folder = "image_folder";

  static void Describe(Schema<ImageFolderOptions>& s) {
    s.Summary("Images of your own, sorted into one folder for each class.")
        .Details(
            "JPEG and PNG images in train/<class>/ and val/<class>/; classes "
            "in the order of their names. Test: val/; validation: a share of "
            "train/. Names that begin with a dot are ignored; other files and "
            "sub-folders of classes are left out with a warning. A test image "
            "that is also below train/ is an error. Inputs [3, size, size]: "
            "the shorter side resized to 256 / 224 of the size, of which the "
            "middle is kept. There is one bias label, 0. ImageNet is laid out "
            "like this.")
        .Paper("arXiv:1409.0575")
        .Version(3);
    s.Field("folder", &ImageFolderOptions::folder)
        .Doc("folder that contains train/ and val/, below the data root");
    DescribeClassFolderOptions(s);
  }
};

struct ImageFolder {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ImageFolderOptions& options, const DatasetArgs& args) {
    RETURN_IF_ERROR(CheckBelowDataRoot("folder", options.folder));
    ASSIGN_OR_RETURN(
        ImageSet set,
        ReadClassFolders(absl::StrCat(args.data_root, "/", options.folder),
                         options.validation_fraction));
    // Other layouts use it for a split of its own.
    const std::string test =
        absl::StrCat(args.data_root, "/", options.folder, "/test");
    std::error_code none;
    if (std::filesystem::is_directory(test, none)) {
      set.warnings.emplace_back(
          "the folder test/ is not read: test images are those of val/");
    }
    set.check_duplicates = true;
    return MakeClassFolderDataset(options, std::move(set), args);
  }
};

BIGSTEP_REGISTER(Datasets, "image_folder", ImageFolder, ImageFolderOptions);

}  // namespace
}  // namespace bigstep
