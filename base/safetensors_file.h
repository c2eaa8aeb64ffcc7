// Safetensors files (base/safetensors.h) mapped into the memory of all
// processes that use them.
#ifndef BIGSTEP_BASE_SAFETENSORS_FILE_H_
#define BIGSTEP_BASE_SAFETENSORS_FILE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/safetensors.h"

namespace bigstep {

struct MappedTensors {
  std::map<std::string, at::Tensor> tensors;
  Metadata metadata;
};

// Writes `tensors`, on the CPU, to `path`, each at a multiple of 64 bytes (the
// file has tensors named "padding/..." between them). The file appears as a
// whole: see AtomicFile. ResourceExhausted, before anything is written, if less
// than `spare_bytes` would be left free on the disk; else the errors of the
// system, which name the file.
absl::Status WriteSafetensors(const std::string& path,
                              const std::map<std::string, at::Tensor>& tensors,
                              const Metadata& metadata, int64_t spare_bytes);

// Maps a file that begins with SafetensorsHead, as WriteSafetensors writes it.
// Pages are read when they are used and shared by all processes. They are
// read-only: writing to the tensors ends the process, because the alternative,
// a private copy of the pages written, would let a trial change the data of
// those that come after it. The tensors keep the mapping alive, also when the
// file is deleted or replaced. NotFound if the file is missing; DataLoss if it
// is in another format, cut short, or damaged in its header.
absl::StatusOr<MappedTensors> MapSafetensors(const std::string& path);

// The values of a contiguous tensor on the CPU.
absl::string_view BytesOf(const at::Tensor& tensor);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_SAFETENSORS_FILE_H_
