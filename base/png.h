// Pictures as PNG files.
#ifndef BIGSTEP_BASE_PNG_H_
#define BIGSTEP_BASE_PNG_H_

#include <ATen/core/Tensor.h>
#include <cairo/cairo.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace bigstep {

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const {
    cairo_surface_destroy(surface);
  }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDeleter>;

// Pixels [3, H, W] uint8 (red, green, blue), on the CPU, to draw or to encode.
Surface MakeSurface(const at::Tensor& pixels);

// The content of a PNG file; equal pixels give equal bytes. Internal if the
// surface is broken (too large, for one).
absl::StatusOr<std::string> EncodePng(cairo_surface_t* surface);

// The same of pixels [3, H, W] uint8.
absl::StatusOr<std::string> EncodePng(const at::Tensor& pixels);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_PNG_H_
