#include "datasets/images/image_cache.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/safetensors_file.h"
#include "base/status.h"

namespace bigstep {
namespace {

// To be raised when the same files and options give other inputs than before: a
// change of the decoder, the resampler or the transform, which keys do not see.
constexpr char kFormat[] = "bigstep inputs 2";

constexpr char kInputs[] = "inputs";

// How many inputs are made at a time.
constexpr int64_t kSlice = 256;

// Passes all inputs to `take`, in order and in slices.
absl::Status ForEachSlice(
    const InputSource& source, int64_t n,
    const std::function<absl::Status(int64_t begin, const at::Tensor&)>& take) {
  for (int64_t begin = 0; begin < n; begin += kSlice) {
    if (Interrupted()) {
      return absl::CancelledError(absl::StrCat(
          "interrupted after ", begin, " of ", n, " images were prepared"));
    }
    const at::Tensor indices =
        at::arange(begin, std::min(begin + kSlice, n), at::kLong);
    ASSIGN_OR_RETURN(const at::Tensor inputs, source.Load(indices, {}));
    RETURN_IF_ERROR(take(begin, inputs.contiguous()));
  }
  return absl::OkStatus();
}

absl::StatusOr<at::Tensor> LoadIntoMemory(const std::vector<int64_t>& shape,
                                          const InputSource& source) {
  at::Tensor all = at::empty(shape, at::kByte);
  RETURN_IF_ERROR(ForEachSlice(
      source, shape[0], [&](int64_t begin, const at::Tensor& inputs) {
        all.slice(0, begin, begin + inputs.size(0)).copy_(inputs);
        return absl::OkStatus();
      }));
  return all;
}

absl::Status WriteInputs(const std::string& path, const Metadata& metadata,
                         const std::vector<int64_t>& shape,
                         const InputSource& source) {
  ASSIGN_OR_RETURN(
      SafetensorsWriter file,
      SafetensorsWriter::Create(path, {{kInputs, at::kByte, shape}}, metadata,
                                /*spare_bytes=*/0));
  RETURN_IF_ERROR(
      ForEachSlice(source, shape[0], [&](int64_t, const at::Tensor& inputs) {
        return file.Write(BytesOf(inputs));
      }));
  return file.Commit();
}

// NotFound or DataLoss if the file is missing or not as expected.
absl::StatusOr<at::Tensor> MapInputs(const std::string& path,
                                     const Metadata& metadata,
                                     const std::vector<int64_t>& shape) {
  ASSIGN_OR_RETURN(MappedTensors mapped, MapSafetensors(path));
  const at::Tensor inputs = mapped.tensors[kInputs];
  if (mapped.metadata != metadata || !inputs.defined() ||
      inputs.scalar_type() != at::kByte || inputs.sizes() != shape) {
    return absl::DataLossError(absl::StrCat(path, " holds other inputs"));
  }
  return inputs;
}

}  // namespace

absl::StatusOr<at::Tensor> LoadThroughCache(const std::string& folder,
                                            absl::string_view key,
                                            const std::vector<int64_t>& shape,
                                            const InputSource& source) {
  if (folder.empty()) return LoadIntoMemory(shape, source);
  const std::string path = absl::StrCat(folder, "/", key, ".inputs");
  const Metadata metadata = {{"format", kFormat}, {"key", std::string(key)}};
  absl::StatusOr<at::Tensor> mapped = MapInputs(path, metadata, shape);
  if (!absl::IsNotFound(mapped.status()) &&
      !absl::IsDataLoss(mapped.status())) {
    return mapped;
  }
  if (absl::IsDataLoss(mapped.status())) {
    BIGSTEP_LOG(WARNING) << "prepared images are made again: "
                         << mapped.status().message();
  }
  RETURN_IF_ERROR(MakePrivateFolder(folder));
  RETURN_IF_ERROR(WriteInputs(path, metadata, shape, source));
  return MapInputs(path, metadata, shape);
}

}  // namespace bigstep
