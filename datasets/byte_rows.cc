#include "datasets/byte_rows.h"

#include <ATen/ops/empty.h>

#include <cstdint>
#include <vector>

#include "absl/base/attributes.h"
#include "base/log.h"

namespace bigstep {
namespace {

// 1 / 255 in two parts. A byte times the first is exact, as both have few
// digits; the second brings what is missing. Their sum is the quotient rounded
// once for each of the 256 bytes, with and without fused multiply-add, for less
// than half the time of a division.
constexpr float kHigh = 0x1.01p-8F;
constexpr float kLow = 0x1.010102p-24F;

// Rows ahead of the one in work that are called into the cache: they lie
// anywhere in memory, so the processor cannot foresee them.
constexpr int64_t kAhead = 2;
constexpr int64_t kCacheLine = 64;

ABSL_ATTRIBUTE_ALWAYS_INLINE inline void GatherRows(const uint8_t* bytes,
                                                    const int64_t* indices,
                                                    int64_t m, int64_t width,
                                                    float* __restrict out) {
  for (int64_t i = 0; i < m; ++i) {
    if (i + kAhead < m) {
      const uint8_t* const later = bytes + indices[i + kAhead] * width;
      for (int64_t j = 0; j < width; j += kCacheLine) {
        __builtin_prefetch(later + j);
      }
    }
    const uint8_t* const row = bytes + indices[i] * width;
    float* const to = out + i * width;
    for (int64_t j = 0; j < width; ++j) {
      const auto value = static_cast<float>(row[j]);
      to[j] = value * kHigh + value * kLow;
    }
  }
}

void GatherPlain(const uint8_t* bytes, const int64_t* indices, int64_t m,
                 int64_t width, float* out) {
  GatherRows(bytes, indices, m, width, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void GatherAvx2(const uint8_t* bytes,
                                                const int64_t* indices,
                                                int64_t m, int64_t width,
                                                float* out) {
  GatherRows(bytes, indices, m, width, out);
}
#endif

}  // namespace

at::Tensor GatherByteRows(const at::Tensor& bytes, const at::Tensor& indices) {
  const at::Tensor rows = bytes.contiguous();
  const at::Tensor picks = indices.contiguous();
  const auto* const picked = picks.data_ptr<int64_t>();
  const int64_t n = rows.size(0), m = picks.size(0);
  for (int64_t i = 0; i < m; ++i) {
    BIGSTEP_CHECK(picked[i] >= 0 && picked[i] < n)
        << "example " << picked[i] << " of " << n;
  }
  std::vector<int64_t> shape = rows.sizes().vec();
  shape[0] = m;
  at::Tensor out = at::empty(shape, at::kFloat);
  auto* gather = &GatherPlain;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) gather = &GatherAvx2;
#endif
  gather(rows.data_ptr<uint8_t>(), picked, m, n == 0 ? 0 : rows.numel() / n,
         out.data_ptr<float>());
  return out;
}

}  // namespace bigstep
