#include "datasets/images/jpeg_round_trip.h"

#include <array>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs FILE.
#include <cstdlib>
#include <string>

// After <cstdio>, which it does not include.
#include <jpeglib.h>

#include "base/log.h"

namespace bigstep {
namespace {

// libjpeg would print the message and exit. Nothing here comes from outside, so
// a failure is our mistake.
void Die(j_common_ptr info) {
  std::array<char, JMSG_LENGTH_MAX> message;
  info->err->format_message(info, message.data());
  BIGSTEP_CHECK(false) << "libjpeg: " << message.data();
}

jpeg_error_mgr* DieOnErrors(jpeg_error_mgr* errors) {
  jpeg_std_error(errors);
  errors->error_exit = Die;
  return errors;
}

void Decode(const std::string& file, int width, uint8_t* pixels) {
  jpeg_decompress_struct info;
  jpeg_error_mgr errors;
  info.err = DieOnErrors(&errors);
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(file.data()),
               file.size());
  jpeg_read_header(&info, /*require_image=*/TRUE);
  info.out_color_space = JCS_RGB;
  jpeg_start_decompress(&info);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = pixels + 3 * width * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
}

}  // namespace

std::string EncodeJpeg(int height, int width, int quality,
                       const uint8_t* pixels) {
  jpeg_compress_struct info;
  jpeg_error_mgr errors;
  info.err = DieOnErrors(&errors);
  jpeg_create_compress(&info);
  unsigned char* data = nullptr;
  unsigned long size = 0;  // NOLINT: the type that libjpeg uses.
  jpeg_mem_dest(&info, &data, &size);
  info.image_height = height;
  info.image_width = width;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);  // Chroma at half resolution.
  jpeg_set_quality(&info, quality, /*force_baseline=*/TRUE);
  jpeg_start_compress(&info, /*write_all_tables=*/TRUE);
  while (info.next_scanline < info.image_height) {
    // Only read from: libjpeg knows no constant rows.
    auto* row = const_cast<JSAMPROW>(pixels + std::size_t{3} * width *
                                                  info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string file(reinterpret_cast<char*>(data), size);
  std::free(data);
  return file;
}

void JpegRoundTrip(int height, int width, int quality, uint8_t* pixels) {
  Decode(EncodeJpeg(height, width, quality, pixels), width, pixels);
}

}  // namespace bigstep
