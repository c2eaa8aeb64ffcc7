#include "datasets/bias/partners.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/generator.h"

namespace bigstep {

absl::StatusOr<at::Tensor> DrawPartners(const at::Tensor& wanted,
                                        const at::Tensor& pool_labels,
                                        uint64_t seed) {
  std::map<int64_t, std::vector<int64_t>> positions;
  const at::Tensor labels = pool_labels.contiguous();
  for (int64_t i = 0; i < labels.numel(); ++i) {
    positions[labels.data_ptr<int64_t>()[i]].push_back(i);
  }
  at::Generator generator = MakeGenerator(seed);
  const at::Tensor draws = at::rand({wanted.numel()}, generator, at::kDouble);
  const at::Tensor classes = wanted.contiguous();
  at::Tensor partners = at::empty_like(classes);
  for (int64_t i = 0; i < classes.numel(); ++i) {
    const int64_t k = classes.data_ptr<int64_t>()[i];
    const std::vector<int64_t>& candidates = positions[k];
    if (candidates.empty()) {
      return absl::DataLossError(absl::StrCat(
          "expected images of every class to draw from, found none of class ",
          k));
    }
    // A product this close to its bound may be rounded up to it.
    const auto drawn =
        std::min(static_cast<size_t>(draws.data_ptr<double>()[i] *
                                     static_cast<double>(candidates.size())),
                 candidates.size() - 1);
    partners.data_ptr<int64_t>()[i] = candidates[drawn];
  }
  return partners;
}

}  // namespace bigstep
