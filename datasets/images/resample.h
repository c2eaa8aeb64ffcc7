// Resizing of images the way training pipelines on Pillow and torchvision do,
// to the bit.
#ifndef BIGSTEP_DATASETS_IMAGES_RESAMPLE_H_
#define BIGSTEP_DATASETS_IMAGES_RESAMPLE_H_

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace bigstep {

// A rectangle of pixels.
struct Box {
  int64_t top = 0;
  int64_t left = 0;
  int64_t height = 0;
  int64_t width = 0;

  bool operator==(const Box&) const = default;
};

// How an image becomes an input: `source` is cut out, resized to height x
// width, and `window` of the result kept.
struct Framing {
  Box source;          // In pixels of the image.
  int64_t height = 0;  // Of `source` after resizing.
  int64_t width = 0;
  Box window;             // In pixels of the resized source.
  bool mirrored = false;  // Left and right change places in the end.
};

// Frames `image` [H, W, 3] uint8, contiguous, and writes
// [3, window.height, window.width] to `output`. Bilinear with antialiasing: a
// triangle as wide as the pixels of the coarser grid, along the rows and then
// along the columns, rounded to bytes after each, in the fixed-point arithmetic
// of Pillow's Image.resize(BILINEAR). Only pixels that the window needs are
// computed. The boxes lie inside the images they are cut from and are not
// empty.
void Resample(const at::Tensor& image, const Framing& framing, uint8_t* output);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_RESAMPLE_H_
