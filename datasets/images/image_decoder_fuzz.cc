// Bytes that nobody meant as an image.
#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/log.h"
#include "datasets/images/image_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto image = bigstep::DecodeImage(
      absl::string_view(reinterpret_cast<const char*>(data), size), "input",
      /*exif_orientation=*/true);
  if (image.ok()) {
    BIGSTEP_CHECK(image->dim() == 3 && image->size(2) == 3 &&
                  image->numel() <= 3 * bigstep::kMaxImagePixels);
  } else {
    BIGSTEP_CHECK(absl::IsDataLoss(image.status())) << image.status();
  }
  return 0;
}
