// An image as JPEG in memory, and its losses.
#ifndef BIGSTEP_DATASETS_IMAGES_JPEG_ROUND_TRIP_H_
#define BIGSTEP_DATASETS_IMAGES_JPEG_ROUND_TRIP_H_

#include <cstdint>
#include <string>

namespace bigstep {

// The image `pixels` [height, width, 3] (red, green, blue) as a baseline JPEG
// file of `quality` 1 to 100, chroma at half resolution in both directions, as
// Pillow saves it.
std::string EncodeJpeg(int height, int width, int quality,
                       const uint8_t* pixels);

// Replaces the image by its decoded JPEG file, as Pillow decodes it. With
// libjpeg-turbo and the original libjpeg 6b the bytes are equal; libjpeg 7 and
// later scale chroma by another rule and differ by a few levels.
void JpegRoundTrip(int height, int width, int quality, uint8_t* pixels);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_JPEG_ROUND_TRIP_H_
