// Images sorted into one folder for each class, below train/ and val/.
#ifndef BIGSTEP_DATASETS_IMAGES_CLASS_FOLDERS_H_
#define BIGSTEP_DATASETS_IMAGES_CLASS_FOLDERS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "datasets/images/image_files.h"

namespace bigstep {

struct ClassFolderOptions : ImageFileOptions {
  double validation_fraction = 0.1;
};

// Describes the fields of ClassFolderOptions in the schema of a struct derived
// from it.
template <class Options>
void DescribeClassFolderOptions(Schema<Options>& s) {
  s.Field("validation_fraction", &ClassFolderOptions::validation_fraction)
      .Above(0)
      .Below(1)
      .Doc(
          "share of the images below train/ that is held out for choosing "
          "hyperparameters, the same of each class");
  DescribeImageFileOptions(s);
}

// The images `<folder>/train/<class>/*` and `<folder>/val/<class>/*` with the
// endings .jpg, .jpeg and .png in upper or lower case. Names that begin with a
// dot, and __MACOSX, are neither classes nor images. Other files, those in
// sub-folders of the class folders included, are left out and counted in a
// warning. Links are followed; images outside of the folder, and classes that
// are the same folder, give a warning. Classes and files are in the order of
// their names. Test is val/; validation is held out of train/ as HoldOutShare
// does; classes too small for that give a warning. NotFound if a folder is not
// there or images are not regular files; InvalidArgument if there are fewer
// than two classes, a class has no images, or train/ and val/ have different
// classes or one in two spellings. Errors name the folder.
absl::StatusOr<ImageSet> ReadClassFolders(const std::string& folder,
                                          double validation_fraction);

// The dataset of these images. For testing, the shorter side becomes 256 / 224
// of the size, and the middle is kept.
absl::StatusOr<std::unique_ptr<Dataset>> MakeClassFolderDataset(
    const ClassFolderOptions& options, ImageSet set, const DatasetArgs& args);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_CLASS_FOLDERS_H_
