#include "datasets/portable_product.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>

namespace bigstep {

at::Tensor PortableProduct(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor matrix = b.to(at::kDouble);
  at::Tensor product = at::empty({a.size(0), b.size(1)}, at::kDouble);
  // In slices, so that sums stay in the processor's cache.
  constexpr int64_t kSlice = 2000;
  for (int64_t begin = 0; begin < a.size(0); begin += kSlice) {
    const int64_t end = std::min(begin + kSlice, a.size(0));
    const at::Tensor rows = a.slice(0, begin, end).to(at::kDouble);
    at::Tensor sum = product.slice(0, begin, end).zero_();
    for (int64_t i = 0; i < matrix.size(0); ++i) {
      sum.add_(rows.slice(1, i, i + 1) * matrix[i]);
    }
  }
  return product;
}

at::Tensor PortableNorms(const at::Tensor& a) {
  const at::Tensor ones = at::ones({1, a.size(0)}, at::kDouble);
  return PortableProduct(ones, a.square()).squeeze(0).sqrt();
}

}  // namespace bigstep
