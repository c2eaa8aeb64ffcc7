// The files that the datasets need in their folders.
#ifndef BIGSTEP_DATASETS_FETCH_LAYOUT_H_
#define BIGSTEP_DATASETS_FETCH_LAYOUT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace bigstep {

// A file that must be in an unpacked folder.
struct UnpackedFile {
  std::string path = {};  // Below the folder.
  std::optional<int64_t> size = {};
};

// How an archive is unpacked.
struct ArchiveLayout {
  // The folder of the archive that is unpacked; the rest is ignored.
  std::string folder = {};
  std::vector<UnpackedFile> files = {};  // It must hold these
  int64_t images = 0;                    // and so many files *.jpg.
};

// DataLoss if the folder at `path` lacks something of `layout`, saying what.
// Looks at names and sizes only. NotFound if there is no such folder.
absl::Status CheckUnpacked(const std::string& path,
                           const ArchiveLayout& layout);

// These functions look below the data root, as the dataset of that name does,
// for a complete dataset in another layout than the official files.
//   NotFound: the dataset would not look for it, or the images are missing.
//   DataLoss: the dataset would read it, but it is not whole.

// The two lists of CelebA that belong together, both .csv or both .txt, and its
// images, `images` in number, in celeba/ or celeba/data/. NotFound also for the
// authors' lists in celeba/, which are the official files.
absl::Status CheckCelebaLayout(const std::string& data_root, int64_t images);

// The same classes, named by WordNet ids, in imagenet/train/ and imagenet/val/.
// Subsets are allowed, so nothing is counted.
absl::Status CheckImagenetLayout(const std::string& data_root);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_LAYOUT_H_
