// Photographs of 1000 kinds of things: the classification task of ILSVRC 2012.
//   Russakovsky et al., "ImageNet Large Scale Visual Recognition Challenge",
//   IJCV 2015, arXiv:1409.0575.
#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/dataset.h"
#include "datasets/images/class_folders.h"

namespace bigstep {
namespace {

struct ImagenetOptions : ClassFolderOptions {
  static void Describe(Schema<ImagenetOptions>& s) {
    s.Summary("ImageNet-1k: 1281167 photographs of 1000 classes.")
        .Details(
            "Inputs [3, size, size]: the shorter side resized to 256 / 224 of "
            "the size, of which the middle is kept. Labels: the rank of the "
            "WordNet id, so that subsets of the classes work too. Test: the "
            "50000 images of val/; validation: a share of train/. There is one "
            "bias label, 0.")
        .Paper("arXiv:1409.0575")
        .Version(2);
    DescribeClassFolderOptions(s);
  }
};

// "n" and eight digits.
bool IsWordNetId(const std::string& name) {
  return name.size() == 9 && name[0] == 'n' &&
         std::all_of(name.begin() + 1, name.end(), absl::ascii_isdigit);
}

struct Imagenet {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const ImagenetOptions& options, const DatasetArgs& args) {
    const std::string folder = absl::StrCat(args.data_root, "/imagenet");
    absl::StatusOr<ImageSet> set =
        ReadClassFolders(folder, options.validation_fraction);
    RETURN_IF_ERROR(set.status())
        << "get ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar from "
           "https://image-net.org, sort them into one folder for each class "
           "and name the data root with --data_root";
    for (const std::string& name : set->class_names) {
      if (IsWordNetId(name)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(folder,
                       "/train: expected folders named by WordNet ids such as "
                       "n01440764, found '",
                       name, "'"));
    }
    set->check_content = false;  // 1.3 million files of 148 GB.
    return MakeClassFolderDataset(options, *std::move(set), args);
  }
};

BIGSTEP_REGISTER(Datasets, "imagenet", Imagenet, ImagenetOptions);

}  // namespace
}  // namespace bigstep
