#include "base/png.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace bigstep {

Surface MakeSurface(const at::Tensor& pixels) {
  const at::Tensor bytes = pixels.contiguous();
  const int64_t rows = bytes.size(1), columns = bytes.size(2);
  Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(columns), static_cast<int>(rows)));
  unsigned char* const data = cairo_image_surface_get_data(surface.get());
  if (data == nullptr) return surface;  // Too large; whoever uses it will say.
  const int stride = cairo_image_surface_get_stride(surface.get());
  const uint8_t* const source = bytes.data_ptr<uint8_t>();
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      uint32_t pixel = 0;
      for (int64_t c = 0; c < 3; ++c) {
        pixel = pixel << 8 | source[(c * rows + i) * columns + j];
      }
      std::memcpy(data + i * stride + j * 4, &pixel, sizeof(pixel));
    }
  }
  cairo_surface_mark_dirty(surface.get());
  return surface;
}

absl::StatusOr<std::string> EncodePng(cairo_surface_t* surface) {
  std::string png;
  const auto append = [](void* closure, const unsigned char* data,
                         unsigned int size) {
    static_cast<std::string*>(closure)->append(
        reinterpret_cast<const char*>(data), size);
    return CAIRO_STATUS_SUCCESS;
  };
  const cairo_status_t status =
      cairo_surface_write_to_png_stream(surface, append, &png);
  if (status != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(absl::StrCat("cannot make a PNG of a picture: ",
                                            cairo_status_to_string(status)));
  }
  return png;
}

absl::StatusOr<std::string> EncodePng(const at::Tensor& pixels) {
  return EncodePng(MakeSurface(pixels).get());
}

}  // namespace bigstep
