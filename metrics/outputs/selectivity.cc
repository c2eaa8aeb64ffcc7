#include "metrics/outputs/selectivity.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace bigstep {

at::Tensor SelectivityIndex(const at::Tensor& z, const at::Tensor& labels,
                            int64_t num_classes) {
  // On the CPU: another device might add in another order each time. In pieces:
  // in float64 the whole might not fit into memory.
  at::Tensor sums = at::zeros({num_classes, z.size(1)}, at::kDouble);
  constexpr int64_t kRows = 4096;
  for (int64_t begin = 0; begin < z.size(0); begin += kRows) {
    const int64_t end = std::min(begin + kRows, z.size(0));
    sums.index_add_(0, labels.slice(0, begin, end).cpu(),
                    z.slice(0, begin, end).abs().cpu().to(at::kDouble));
  }
  const at::Tensor counts = at::bincount(labels.cpu(), {}, num_classes);
  const at::Tensor present = counts.nonzero().squeeze(1);
  const int64_t classes = present.size(0);
  if (classes < 2) {
    return at::full({z.size(1)}, std::numeric_limits<double>::quiet_NaN(),
                    at::kDouble);
  }
  const at::Tensor means = sums.index_select(0, present) /
                           counts.index_select(0, present).unsqueeze(1);
  const at::Tensor largest = std::get<0>(means.max(0));
  const at::Tensor others =
      (means.sum(0) - largest) / static_cast<double>(classes - 1);
  const at::Tensor index = (largest - others) / (largest + others + 1e-6);
  return index.masked_fill(index.lt(1e-12), 0);
}

}  // namespace bigstep
