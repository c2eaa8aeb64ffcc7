// A picture of a dataset: examples of each class with their labels and bias
// labels, and the mask of the spurious feature beside them.
#ifndef BIGSTEP_DATASETS_IMAGES_CONTACT_SHEET_H_
#define BIGSTEP_DATASETS_IMAGES_CONTACT_SHEET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

struct ContactSheetOptions {
  std::string title;
  std::string split = "train";
  int64_t rows = 10;     // At most so many classes, evenly spread over all.
  int64_t columns = 10;  // Examples of each class.
};

// The examples of one class on the sheet, in the order of the split.
struct SheetRow {
  int64_t label = 0;
  std::vector<int64_t> aligned;      // Positions in the split.
  std::vector<int64_t> conflicting;  // Empty if there are no bias labels.
};

// Picks for each class up to columns - columns / 2 bias-aligned and columns / 2
// bias-conflicting examples; where there are too few of one kind, the other
// fills up. Conflicting examples with bias labels not yet picked come first.
// Classes without an example are left out.
std::vector<SheetRow> PickExamples(const Split& split, const TaskSpec& task,
                                   const ContactSheetOptions& options);

// The sheet as a PNG file. Images [1 or 3, H, W] of bytes are drawn as they are
// stored; vectors and other floats from black (least) to white (greatest).
// Bias-conflicting examples have a red frame. InvalidArgument if the split does
// not exist; the split's error if an image cannot be read.
absl::StatusOr<std::string> DrawContactSheet(
    const Dataset& dataset, const ContactSheetOptions& options);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_CONTACT_SHEET_H_
