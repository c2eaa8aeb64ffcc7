// Images that are in two splits, by content.
#ifndef BIGSTEP_DATASETS_IMAGES_SHARED_IMAGES_H_
#define BIGSTEP_DATASETS_IMAGES_SHARED_IMAGES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bigstep {

struct SharedImages {
  // Files of one split whose content is also in another one.
  struct Between {
    int64_t count = 0;   // Files of the later split.
    std::string first;   // A file of the earlier split.
    std::string second;  // The first file of the later split equal to it.
  };

  // By the positions of the earlier and the later split.
  std::map<std::pair<int, int>, Between> between;
  // Whether all files of all splits have one content.
  bool all_equal = false;
};

// Compares the files of some splits. Reads the ends of files of equal size in
// different splits, and all of those whose ends are equal. Files that cannot be
// read are left out.
SharedImages FindSharedImages(
    const std::vector<std::vector<std::string>>& splits);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_SHARED_IMAGES_H_
