// The binary files of CIFAR-10 and CIFAR-100 (cs.toronto.edu/~kriz/cifar.html):
// records of one or two label bytes and 3072 bytes of pixels, which are the
// red, the green and the blue plane of a 32 x 32 image, row by row.
#ifndef BIGSTEP_DATASETS_FORMATS_CIFAR_READER_H_
#define BIGSTEP_DATASETS_FORMATS_CIFAR_READER_H_

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

struct CifarImages {
  at::Tensor images;  // [N, 3, 32, 32] uint8.
  at::Tensor labels;  // [N] int64 in [0, K).
  // The names of the K labels; empty if no file has them.
  std::vector<std::string> class_names = {};
};

enum class CifarSplit { kTrain, kTest };

// CIFAR-10 from `<data_root>/cifar-10-batches-bin`: data_batch_1.bin to
// data_batch_5.bin in turn, or test_batch.bin. Takes any number of records,
// though official files have 10000 each. Names: batches.meta.txt or, if that is
// not there, the ten official ones.
// NotFound if a file is missing; DataLoss, naming the file and the record, if
// it is empty, cut short, or holds a label above 9. Every error says how to get
// the files.
absl::StatusOr<CifarImages> ReadCifar10(const std::string& data_root,
                                        CifarSplit split);

// Which of the two labels of a CIFAR-100 image: one of 100 classes or one of
// the 20 superclasses, of five classes each.
enum class Cifar100Labels { kFine, kCoarse };

// CIFAR-100 from `<data_root>/cifar-100-binary`: train.bin or test.bin. Names:
// fine_label_names.txt or coarse_label_names.txt, none if that is not there.
// Errors are as those of ReadCifar10.
absl::StatusOr<CifarImages> ReadCifar100(const std::string& data_root,
                                         CifarSplit split,
                                         Cifar100Labels labels);

// One of the label bytes at the front of every record.
struct CifarLabelByte {
  std::string name;  // "fine label", for messages.
  int64_t num_classes;
};

// The images in the `content` of one file, each with the label at position
// `used` of `label_bytes`. DataLoss as above, without the file's name.
absl::StatusOr<CifarImages> ParseCifar(
    absl::string_view content, const std::vector<CifarLabelByte>& label_bytes,
    size_t used);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_CIFAR_READER_H_
