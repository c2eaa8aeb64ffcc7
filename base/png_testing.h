// Reads PNG files back, for tests.
#ifndef BIGSTEP_BASE_PNG_TESTING_H_
#define BIGSTEP_BASE_PNG_TESTING_H_

#include <cairo/cairo.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace bigstep {

// The content of a PNG file as the pixels 0xRRGGBB of its rows.
inline std::vector<std::vector<uint32_t>> Pixels(const std::string& png) {
  size_t next = 0;
  struct Closure {
    const std::string& png;
    size_t& next;
  } closure = {png, next};
  const auto read = [](void* data, unsigned char* out, unsigned int size) {
    auto& [bytes, position] = *static_cast<Closure*>(data);
    if (position + size > bytes.size()) return CAIRO_STATUS_READ_ERROR;
    std::memcpy(out, bytes.data() + position, size);
    position += size;
    return CAIRO_STATUS_SUCCESS;
  };
  cairo_surface_t* const surface =
      cairo_image_surface_create_from_png_stream(read, &closure);
  EXPECT_EQ(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
  std::vector<std::vector<uint32_t>> rows;
  const int width = cairo_image_surface_get_width(surface);
  for (int i = 0; i < cairo_image_surface_get_height(surface); ++i) {
    const auto* row = reinterpret_cast<const uint32_t*>(
        cairo_image_surface_get_data(surface) +
        i * cairo_image_surface_get_stride(surface));
    rows.emplace_back(row, row + width);
    for (uint32_t& pixel : rows.back()) pixel &= 0xffffff;
  }
  cairo_surface_destroy(surface);
  return rows;
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_PNG_TESTING_H_
