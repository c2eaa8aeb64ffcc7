// JPEG through libjpeg.
#include <ATen/ATen.h>

#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs it.
#include <vector>
// After the two above.
#include <jerror.h>
#include <jpeglib.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "datasets/images/exif.h"
#include "datasets/images/image_formats.h"

namespace bigstep {
namespace {

// Progressive images come in some ten scans. Each costs time as all pixels do,
// also when it has next to no bytes.
constexpr int kMaxScans = 100;

// The segment APP1, which holds EXIF behind these bytes; and XMP.
constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kMaxMarkerBytes = 0xFFFF;
constexpr absl::string_view kExifPrefix("Exif\0\0", 6);

// libjpeg's functions do not return from errors: they jump to `resume`.
struct ErrorManager : jpeg_error_mgr {
  std::jmp_buf resume;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void OnError(j_common_ptr info) {
  auto* errors = static_cast<ErrorManager*>(info->err);
  errors->format_message(info, errors->message);
  std::longjmp(errors->resume, 1);
}

// libjpeg continues after warnings, with gray where it has no pixels. These few
// warn of oddities that leave the pixels whole.
bool LosesPixels(int warning) {
  switch (warning) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
      return false;
    default:
      return true;
  }
}

void OnMessage(j_common_ptr info, int level) {
  if (level < 0 && LosesPixels(info->err->msg_code)) OnError(info);
}

void OnProgress(j_common_ptr info) {
  const auto* decoder = reinterpret_cast<j_decompress_ptr>(info);
  if (decoder->input_scan_number <= kMaxScans) return;
  auto* errors = static_cast<ErrorManager*>(info->err);
  std::snprintf(errors->message, JMSG_LENGTH_MAX, "More than %d scans",
                kMaxScans);
  std::longjmp(errors->resume, 1);
}

// Pillow's multiplication of shares in bytes: a b / 255, rounded.
uint8_t Multiply(int a, int b) {
  const int product = a * b + 128;
  return static_cast<uint8_t>(((product >> 8) + product) >> 8);
}

// `inverted` [n, 4]: 255 minus cyan, magenta, yellow and black. `rgb` [n, 3].
void CmykToRgb(const uint8_t* inverted, int64_t n, uint8_t* rgb) {
  for (int64_t i = 0; i < n; ++i) {
    const int light = inverted[4 * i + 3];
    for (int c = 0; c < 3; ++c) {
      const int ink = 255 - inverted[4 * i + c];
      rgb[3 * i + c] = static_cast<uint8_t>(light - Multiply(ink, light));
    }
  }
}

// One image. The functions that return bool call libjpeg and hold no object
// with a destructor, because errors jump out of them; false: `message()` says
// why.
class Decoder {
 public:
  Decoder() {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = OnError;
    errors_.emit_message = OnMessage;
    progress_.progress_monitor = OnProgress;
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&info_); }

  bool ReadHeader(absl::string_view bytes) {
    if (setjmp(errors_.resume) != 0) return false;
    jpeg_create_decompress(&info_);
    jpeg_save_markers(&info_, kExifMarker, kMaxMarkerBytes);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size());
    jpeg_read_header(&info_, TRUE);
    // libjpeg turns gray into RGB but not CMYK, and YCCK into CMYK.
    info_.out_color_space = four_channels() ? JCS_CMYK : JCS_RGB;
    return true;
  }

  // `row` has room for a row of four channels, and is used for these.
  bool ReadPixels(uint8_t* rgb, uint8_t* row) {
    if (setjmp(errors_.resume) != 0) return false;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      uint8_t* to =
          rgb + std::size_t{3} * info_.output_width * info_.output_scanline;
      JSAMPROW target = four_channels() ? row : to;
      jpeg_read_scanlines(&info_, &target, 1);
      if (four_channels()) CmykToRgb(row, info_.output_width, to);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  // The EXIF data; empty if there are none.
  absl::string_view exif() const {
    for (const jpeg_marker_struct* marker = info_.marker_list;
         marker != nullptr; marker = marker->next) {
      absl::string_view data(reinterpret_cast<const char*>(marker->data),
                             marker->data_length);
      if (marker->marker == kExifMarker &&
          absl::ConsumePrefix(&data, kExifPrefix)) {
        return data;
      }
    }
    return "";
  }

  bool four_channels() const { return info_.num_components == 4; }
  int64_t height() const { return info_.image_height; }
  int64_t width() const { return info_.image_width; }
  const char* message() const { return errors_.message; }

 private:
  jpeg_decompress_struct info_ = {};
  ErrorManager errors_ = {};
  jpeg_progress_mgr progress_ = {};
};

absl::Status Corrupt(const Decoder& decoder) {
  return absl::DataLossError(absl::StrCat(
      "expected an intact JPEG image, found: ", decoder.message()));
}

}  // namespace

absl::StatusOr<DecodedImage> DecodeJpeg(absl::string_view bytes,
                                        const PixelMaker& make) {
  Decoder decoder;
  if (!decoder.ReadHeader(bytes)) return Corrupt(decoder);
  // libjpeg frees the markers with the last row.
  const int orientation = ExifOrientation(decoder.exif());
  ASSIGN_OR_RETURN(at::Tensor pixels, make(decoder.height(), decoder.width()));
  std::vector<uint8_t> row(decoder.four_channels() ? 4 * decoder.width() : 0);
  if (!decoder.ReadPixels(pixels.data_ptr<uint8_t>(), row.data())) {
    return Corrupt(decoder);
  }
  return DecodedImage{pixels, orientation};
}

}  // namespace bigstep
