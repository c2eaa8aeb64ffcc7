#include "datasets/images/image_decoder.h"

#include <ATen/ATen.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "datasets/images/exif.h"
#include "datasets/images/image_formats.h"

namespace bigstep {
namespace {

constexpr absl::string_view kJpegMagic = "\xff\xd8\xff";
constexpr absl::string_view kPngMagic = "\x89PNG\r\n\x1a\n";

// Memory for the pixels, or an error about the size.
absl::StatusOr<at::Tensor> MakePixels(int64_t height, int64_t width) {
  // Both fit into 32 bits: their product does not overflow.
  if (height < 1 || width < 1 || height * width > kMaxImagePixels) {
    return absl::DataLossError(absl::StrCat("expected 1 to ", kMaxImagePixels,
                                            " pixels, found ", height, " x ",
                                            width));
  }
  return at::empty({height, width, 3}, at::kByte);
}

absl::StatusOr<DecodedImage> Decode(absl::string_view bytes) {
  if (absl::StartsWith(bytes, kJpegMagic)) return DecodeJpeg(bytes, MakePixels);
  if (absl::StartsWith(bytes, kPngMagic)) return DecodePng(bytes, MakePixels);
  if (bytes.empty()) {
    return absl::DataLossError("expected an image, found an empty file");
  }
  return absl::DataLossError(
      absl::StrCat("expected a JPEG or PNG image, found a file that begins "
                   "with \"",
                   absl::CHexEscape(bytes.substr(0, 8)), "\""));
}

}  // namespace

absl::StatusOr<at::Tensor> DecodeImage(absl::string_view bytes,
                                       absl::string_view name,
                                       bool exif_orientation) {
  const absl::StatusOr<DecodedImage> image = Decode(bytes);
  if (!image.ok()) {
    return absl::Status(image.status().code(),
                        absl::StrCat(name, ": ", image.status().message()));
  }
  if (!exif_orientation) return image->pixels;
  return Oriented(image->pixels, image->orientation);
}

}  // namespace bigstep
