#include "models/layers/relu_pool.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "absl/base/attributes.h"
#include "models/activations.h"

namespace bigstep {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Which of a window's four pixels, row by row, gave the maximum; kNone if ReLU
// made it zero.
constexpr uint8_t kNone = 4;

// A guess between the size of a core's own caches and 6 MB, for which writing
// past them was measured to pay, with a shared cache of 32 MB.
constexpr size_t kManyBytes = 4 << 20;

struct Shape {
  int64_t n, channels, height, width;
};

// Calls `window` with the offsets of the four pixels and of the pooled one.
template <class Window>
ABSL_ATTRIBUTE_ALWAYS_INLINE inline void ForEachWindow(const Shape& s,
                                                       const Window& window) {
  const int64_t c = s.channels;
  int64_t out = 0;
  for (int64_t n = 0; n < s.n; ++n) {
    for (int64_t y = 0; y + 1 < s.height; y += 2) {
      const int64_t row = (n * s.height + y) * s.width * c;
      for (int64_t x = 0; x + 1 < s.width; x += 2, out += c) {
        const int64_t first = row + x * c;
        window(first, first + c, first + s.width * c, first + (s.width + 1) * c,
               out);
      }
    }
  }
}

// `most` and `which` move on to `value` and `index` if it is larger or NaN, as
// in LibTorch; the first of equals stays. Without branches: one instruction
// then serves many channels.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline void Take(float value, int index,
                                              float& most, int& which) {
  const bool larger = (value > most) | (value != value);
  most = larger ? value : most;
  which = larger ? index : which;
}

// One window, `channels` long: pixels a, b, c, d.
ABSL_ATTRIBUTE_ALWAYS_INLINE inline void PoolWindow(
    int64_t channels, const float* __restrict a, const float* __restrict b,
    const float* __restrict c, const float* __restrict d, float* __restrict out,
    uint8_t* __restrict from) {
  for (int64_t j = 0; j < channels; ++j) {
    float most = a[j];
    int which = 0;
    Take(b[j], 1, most, which);
    Take(c[j], 2, most, which);
    Take(d[j], 3, most, which);
    which = most <= 0 ? kNone : which;
    out[j] = most <= 0 ? 0.0F : most;
    from[j] = static_cast<uint8_t>(which);
  }
}

ABSL_ATTRIBUTE_ALWAYS_INLINE inline void SpreadWindow(
    int64_t channels, const float* __restrict gradient,
    const uint8_t* __restrict from, float* __restrict a, float* __restrict b,
    float* __restrict c, float* __restrict d) {
  for (int64_t j = 0; j < channels; ++j) {
    const float g = gradient[j];
    const int which = from[j];
    a[j] = which == 0 ? g : 0.0F;
    b[j] = which == 1 ? g : 0.0F;
    c[j] = which == 2 ? g : 0.0F;
    d[j] = which == 3 ? g : 0.0F;
  }
}

ABSL_ATTRIBUTE_ALWAYS_INLINE inline void PoolWindows(const Shape& s,
                                                     const float* in,
                                                     float* out,
                                                     uint8_t* from) {
  ForEachWindow(s, [&](int64_t a, int64_t b, int64_t c, int64_t d, int64_t o) {
    PoolWindow(s.channels, in + a, in + b, in + c, in + d, out + o, from + o);
  });
}

ABSL_ATTRIBUTE_ALWAYS_INLINE inline void SpreadWindows(const Shape& s,
                                                       const float* gradient,
                                                       const uint8_t* from,
                                                       float* out) {
  ForEachWindow(s, [&](int64_t a, int64_t b, int64_t c, int64_t d, int64_t o) {
    SpreadWindow(s.channels, gradient + o, from + o, out + a, out + b, out + c,
                 out + d);
  });
}

void PoolPlain(const Shape& s, const float* in, float* out, uint8_t* from) {
  PoolWindows(s, in, out, from);
}
void SpreadPlain(const Shape& s, const float* gradient, const uint8_t* from,
                 float* out) {
  SpreadWindows(s, gradient, from, out);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void PoolAvx2(const Shape& s, const float* in,
                                              float* out, uint8_t* from) {
  PoolWindows(s, in, out, from);
}
__attribute__((target("avx2"))) void SpreadAvx2(const Shape& s,
                                                const float* gradient,
                                                const uint8_t* from,
                                                float* out) {
  SpreadWindows(s, gradient, from, out);
}

// SpreadWindow past the caches, for results that do not fit into them: ordinary
// stores read the memory they are about to overwrite.
struct StreamWindow {
  int64_t channels;  // A multiple of 8.
  const float* gradient;
  const uint8_t* from;
  float* out;  // On a boundary of 32 bytes.

  __attribute__((target("avx2"))) void operator()(int64_t a, int64_t b,
                                                  int64_t c, int64_t d,
                                                  int64_t pooled) const {
    const int64_t pixels[] = {a, b, c, d};
    for (int64_t j = 0; j < channels; j += 8) {
      const __m256 g = _mm256_loadu_ps(gradient + pooled + j);
      const __m256i which = _mm256_cvtepu8_epi32(
          _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + pooled + j)));
      for (int i = 0; i < 4; ++i) {
        const __m256i here = _mm256_cmpeq_epi32(which, _mm256_set1_epi32(i));
        _mm256_stream_ps(out + pixels[i] + j,
                         _mm256_and_ps(g, _mm256_castsi256_ps(here)));
      }
    }
  }
};

__attribute__((target("avx2"))) void StreamAvx2(const Shape& s,
                                                const float* gradient,
                                                const uint8_t* from,
                                                float* out) {
  ForEachWindow(s, StreamWindow{s.channels, gradient, from, out});
  _mm_sfence();
}
#endif

bool HasAvx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

class ReluPoolFunction final
    : public torch::autograd::Function<ReluPoolFunction> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x) {
    const Shape s = ShapeOf(x);
    const at::Tensor out =
        at::empty({s.n, s.channels, s.height / 2, s.width / 2}, x.options(),
                  at::MemoryFormat::ChannelsLast);
    const at::Tensor from = at::empty_like(out, at::kByte);
    auto* pool = &PoolPlain;
#if defined(__x86_64__)
    if (HasAvx2()) pool = &PoolAvx2;
#endif
    pool(s, x.data_ptr<float>(), out.data_ptr<float>(),
         from.data_ptr<uint8_t>());
    context->save_for_backward({x, from});
    return out;
  }

  static variable_list backward(AutogradContext* context,
                                const variable_list& gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &from = saved[1];
    if (at::GradMode::is_enabled()) {
      return torch::autograd::grad({MaxPoolOfRelu(x, 2, 2, 0)}, {x}, gradients,
                                   /*retain_graph=*/true,
                                   /*create_graph=*/true);
    }
    const Shape s = ShapeOf(x);
    const at::Tensor gradient =
        gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor out = at::empty_like(x);
    // Pixels beyond the last window.
    if (s.height % 2 != 0 || s.width % 2 != 0) out.zero_();
    auto* spread = &SpreadPlain;
#if defined(__x86_64__)
    if (HasAvx2()) {
      const bool stream = out.nbytes() >= kManyBytes && s.channels % 8 == 0 &&
                          reinterpret_cast<uintptr_t>(out.data_ptr()) % 32 == 0;
      spread = stream ? &StreamAvx2 : &SpreadAvx2;
    }
#endif
    spread(s, gradient.data_ptr<float>(), from.data_ptr<uint8_t>(),
           out.data_ptr<float>());
    return {out};
  }

 private:
  static Shape ShapeOf(const at::Tensor& x) {
    return {x.size(0), x.size(1), x.size(2), x.size(3)};
  }
};

}  // namespace

at::Tensor ReluPool(const at::Tensor& x) {
  const bool fast = x.device().is_cpu() && x.scalar_type() == at::kFloat &&
                    x.is_contiguous(at::MemoryFormat::ChannelsLast) &&
                    !ActivationsAreWatched();
  return fast ? ReluPoolFunction::apply(x) : MaxPoolOfRelu(x, 2, 2, 0);
}

}  // namespace bigstep
