// PNG through libpng.
#include <ATen/ATen.h>
#include <png.h>

#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "datasets/images/exif.h"
#include "datasets/images/image_formats.h"

namespace bigstep {
namespace {

// One image. The functions that return bool call libpng and hold no object with
// a destructor, because libpng's functions do not return from errors: they jump
// to `resume_`. False: `message()` says why.
class PngDecoder {
 public:
  explicit PngDecoder(absl::string_view bytes) : rest_(bytes) {}
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  bool ReadHeader() {
    if (setjmp(resume_) != 0) return false;
    png_ =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, this, OnError, OnWarning);
    // Without memory libpng calls OnError or returns null.
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) return Fail("out of memory");
    png_set_read_fn(png_, this, Read);
    png_read_info(png_, info_);
    return true;
  }

  bool ReadPixels(uint8_t* rgb) {
    if (setjmp(resume_) != 0) return false;
    png_set_palette_to_rgb(png_);
    png_set_expand_gray_1_2_4_to_8(png_);
    png_set_strip_16(png_);
    png_set_strip_alpha(png_);
    png_set_gray_to_rgb(png_);
    const int passes = png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    const std::size_t row_bytes = std::size_t{3} * width();
    if (png_get_rowbytes(png_, info_) != row_bytes) {
      return Fail("rows of another length");
    }
    for (int pass = 0; pass < passes; ++pass) {
      for (int64_t y = 0; y < height(); ++y) {
        png_read_row(png_, rgb + row_bytes * y, nullptr);
      }
    }
    png_read_end(png_, info_);
    return true;
  }

  // The EXIF data; empty if there are none. A file may have them after the
  // pixels: call this after ReadPixels.
  absl::string_view exif() {
    png_uint_32 size = 0;
    png_bytep data = nullptr;
    if (png_get_eXIf_1(png_, info_, &size, &data) == 0) return "";
    return absl::string_view(reinterpret_cast<const char*>(data), size);
  }

  int64_t height() const { return png_get_image_height(png_, info_); }
  int64_t width() const { return png_get_image_width(png_, info_); }
  const char* message() const { return message_; }

 private:
  [[noreturn]] static void OnError(png_structp png, png_const_charp message) {
    auto* decoder = static_cast<PngDecoder*>(png_get_error_ptr(png));
    decoder->Fail(message);
    std::longjmp(decoder->resume_, 1);
  }

  // libpng warns about chunks it can leave out, never about pixels.
  static void OnWarning(png_structp, png_const_charp) {}

  static void Read(png_structp png, png_bytep to, std::size_t size) {
    auto* decoder = static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (size > decoder->rest_.size()) png_error(png, "the file is cut short");
    std::memcpy(to, decoder->rest_.data(), size);
    decoder->rest_.remove_prefix(size);
  }

  bool Fail(const char* message) {
    std::snprintf(message_, sizeof(message_), "%s", message);
    return false;
  }

  absl::string_view rest_;  // Not read yet.
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::jmp_buf resume_;
  char message_[200] = "";
};

absl::Status CorruptPng(const PngDecoder& decoder) {
  return absl::DataLossError(
      absl::StrCat("expected an intact PNG image, found: ", decoder.message()));
}

}  // namespace

absl::StatusOr<DecodedImage> DecodePng(absl::string_view bytes,
                                       const PixelMaker& make) {
  PngDecoder decoder(bytes);
  if (!decoder.ReadHeader()) return CorruptPng(decoder);
  ASSIGN_OR_RETURN(at::Tensor pixels, make(decoder.height(), decoder.width()));
  if (!decoder.ReadPixels(pixels.data_ptr<uint8_t>()))
    return CorruptPng(decoder);
  return DecodedImage{pixels, ExifOrientation(decoder.exif())};
}

}  // namespace bigstep
