#include "datasets/cache/data_checksum.h"

#include <ATen/ATen.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/json.h"

namespace bigstep {
namespace {

// "inputs Byte [600,1,28,28] <SHA-256>".
std::string Line(absl::string_view name, const at::Tensor& tensor) {
  if (!tensor.defined()) return absl::StrCat(name, " none\n");
  const at::Tensor values = tensor.contiguous();
  const absl::string_view bytes(static_cast<const char*>(values.data_ptr()),
                                values.nbytes());
  return absl::StrCat(name, " ", c10::toString(values.scalar_type()), " [",
                      absl::StrJoin(values.sizes(), ","), "] ",
                      Sha256Hex(bytes), "\n");
}

}  // namespace

std::string DataSha256(const Dataset& dataset) {
  std::string text;
  for (const std::string& name : dataset.SplitNames()) {
    const Split& split = *dataset.Find(name);
    absl::StrAppend(&text, "split ", name, "\n");
    if (split.files_sha256.empty()) {
      text += Line("inputs", split.inputs);
    } else {
      absl::StrAppend(&text, "files ", split.files_sha256, "\n");
    }
    text += Line("labels", split.labels);
    text += Line("bias_labels", split.bias_labels);
    if (split.regression_targets.defined())
      text += Line("regression_targets", split.regression_targets);
  }
  return Sha256Hex(text + Line("spurious_mask", dataset.spurious_mask));
}

int64_t ResidentBytes(const Dataset& dataset) {
  int64_t bytes = 0;
  for (const std::string& name : dataset.SplitNames()) {
    const Split& split = *dataset.Find(name);
    for (const at::Tensor* tensor :
         {&split.inputs, &split.labels, &split.bias_labels,
          &split.regression_targets}) {
      if (tensor->defined()) bytes += static_cast<int64_t>(tensor->nbytes());
    }
  }
  return bytes;
}

}  // namespace bigstep
