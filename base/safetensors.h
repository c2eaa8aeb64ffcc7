// The safetensors format, in which weights travel between programs: the length
// of a header (8 bytes, little-endian), the header (JSON: for each tensor its
// dtype, shape and place), and the values of all tensors without gaps.
//   https://github.com/huggingface/safetensors#format
#ifndef BIGSTEP_BASE_SAFETENSORS_H_
#define BIGSTEP_BASE_SAFETENSORS_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// One tensor of a file.
struct StoredTensor {
  at::ScalarType dtype;  // Double, Float, Half, BFloat16, Long or Byte.
  std::vector<int64_t> shape;
  absl::string_view data;  // Row-major and little-endian; owned by the file.
};

// The entries of a header under "__metadata__".
using Metadata = std::map<std::string, std::string>;

// Finds the tensors in the bytes of a file, which must outlive the result.
// DataLoss, naming the tensor, if the file is cut short or not safetensors, if
// a dtype is none of the above, if two tensors have one name, if the header
// nests deeper than a shape in a tensor, or if the tensors' places overlap,
// leave a gap or do not have the size that dtype and shape ask for.
absl::StatusOr<std::map<std::string, StoredTensor>> ParseSafetensors(
    absl::string_view file);

// The same for a file whose header has metadata, which are returned as well.
absl::StatusOr<std::map<std::string, StoredTensor>> ParseSafetensors(
    absl::string_view file, Metadata* metadata);

// A copy of the values, on the CPU.
at::Tensor ToTensor(const StoredTensor& stored);

// The bytes of a file holding `tensors` of any of these dtypes, on any device.
// `metadata` are completed by {format: pt}, which readers for PyTorch expect.
std::string FormatSafetensors(const std::map<std::string, at::Tensor>& tensors,
                              Metadata metadata = {});

// A tensor that a file is to hold.
struct TensorPlace {
  std::string name;
  at::ScalarType dtype;
  std::vector<int64_t> shape;
};

// The beginning of a file, up to the values: its length is a multiple of 64.
// The values follow in the order of `tensors`. Bytes of `metadata` that are not
// UTF-8 are replaced.
std::string SafetensorsHead(const std::vector<TensorPlace>& tensors,
                            const Metadata& metadata);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SAFETENSORS_H_
