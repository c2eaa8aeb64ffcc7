// The IDX files of MNIST and its relatives (yann.lecun.com/exdb/mnist): a
// big-endian header, then unsigned bytes; gzip-compressed or not.
#ifndef BIGSTEP_DATASETS_FORMATS_IDX_READER_H_
#define BIGSTEP_DATASETS_FORMATS_IDX_READER_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace bigstep {

// Reads `<stem>.gz` or, if that is not there, `<stem>`, which must hold `rank`
// dimensions of unsigned bytes: images have rank 3, labels 1. Returns a uint8
// tensor of the shape in the header.
// NotFound if neither file is there; DataLoss, with the offset in the
// uncompressed data, what was expected and what was found, if the file is not
// IDX, of another rank, cut short, longer than its header says, or corrupt: a
// gzip file whose checksum is wrong or missing, or that other bytes follow.
absl::StatusOr<at::Tensor> ReadIdx(const std::string& stem, int rank);

struct MnistImages {
  at::Tensor images;  // [N, 28, 28] uint8.
  at::Tensor labels;  // [N] int64 in [0, 10).
};

// Reads the two files of the official split `prefix`, "train" or "t10k", from
// `<data_root>/<name>`: "mnist" or a set that copies its format,
// "fashion_mnist". Adds to the errors of ReadIdx: DataLoss if images and labels
// differ in number or the sizes or labels are not MNIST's. Every error says how
// to get the files.
absl::StatusOr<MnistImages> ReadMnist(const std::string& data_root,
                                      const std::string& prefix,
                                      const std::string& name = "mnist");

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_IDX_READER_H_
