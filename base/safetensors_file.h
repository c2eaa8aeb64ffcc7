// Safetensors files (base/safetensors.h) that end with a checksum, mapped into
// the memory of all processes that use them.
#ifndef BIGSTEP_BASE_SAFETENSORS_FILE_H_
#define BIGSTEP_BASE_SAFETENSORS_FILE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/fast_checksum.h"
#include "base/files.h"
#include "base/safetensors.h"

namespace bigstep {

struct MappedTensors {
  std::map<std::string, at::Tensor> tensors;
  Metadata metadata;
};

// Writes such a file piece by piece. It appears as a whole: see AtomicFile.
// Errors are those of the system, which name the file.
//   1. Create. 2. Write, any number of times. 3. Commit.
class SafetensorsWriter {
 public:
  // `tensors` are in the order in which their values are written.
  // ResourceExhausted, before anything is written, if less than `spare_bytes`
  // would be left free on the disk.
  static absl::StatusOr<SafetensorsWriter> Create(
      const std::string& path, std::vector<TensorPlace> tensors,
      const Metadata& metadata, int64_t spare_bytes);

  // The next values of the tensors, as BytesOf returns them.
  absl::Status Write(absl::string_view values);
  // Adds the checksum of everything before it, as the last tensor.
  absl::Status Commit();

 private:
  explicit SafetensorsWriter(AtomicFile file) : file_(std::move(file)) {}

  AtomicFile file_;
  FastChecksum checksum_;
};

// Writes `tensors`, on the CPU, to `path` with a SafetensorsWriter, each at a
// multiple of 64 bytes (the file has tensors named "padding/..." between them).
absl::Status WriteSafetensors(const std::string& path,
                              const std::map<std::string, at::Tensor>& tensors,
                              const Metadata& metadata, int64_t spare_bytes);

// Maps a file of a SafetensorsWriter after verifying its checksum, for which
// the whole file is read: about 0.1 s a gigabyte if it is in memory. The pages
// are shared by all processes. They are read-only: writing to the tensors
// crashes the process, because the alternative, a private copy of the pages
// written, would let a trial change the data of those that come after it. The
// tensors keep the mapping alive, also when the file is deleted or replaced.
// NotFound if the file is missing; DataLoss if it is in another format, cut
// short, changed since it was written, or not a regular file.
absl::StatusOr<MappedTensors> MapSafetensors(const std::string& path);

// The values of a contiguous tensor on the CPU.
absl::string_view BytesOf(const at::Tensor& tensor);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SAFETENSORS_FILE_H_
