// Pictures as PNG files.
#ifndef BIGSTEP_EXPERIMENTS_PNG_H_
#define BIGSTEP_EXPERIMENTS_PNG_H_

#include <ATen/core/Tensor.h>
#include <cairo/cairo.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
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

// Writes pixels [3, H, W] uint8 as a file that is seen whole or not at all.
absl::Status WritePng(const std::string& path, const at::Tensor& pixels);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PNG_H_
