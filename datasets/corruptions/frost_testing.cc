#include "datasets/corruptions/frost_testing.h"

#include <gtest/gtest.h>
#include <png.h>

#include <filesystem>
#include <vector>

namespace bigstep {

void WriteFrostPhotographs(const std::string& root, int height, int width) {
  const char* const names[] = {"frost1.png", "frost2.png", "frost3.png",
                               "frost4.jpg", "frost5.jpg"};
  std::filesystem::create_directories(root + "/frost");
  for (int i = 0; i < 5; ++i) {
    std::vector<uint8_t> pixels;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < 3; ++c) pixels.push_back(FrostPixel(i, y, x, c));
      }
    }
    png_image png = {};
    png.version = PNG_IMAGE_VERSION;
    png.height = height;
    png.width = width;
    png.format = PNG_FORMAT_RGB;
    const std::string path = root + "/frost/" + names[i];
    EXPECT_TRUE(png_image_write_to_file(&png, path.c_str(),
                                        /*convert_to_8_bit=*/0, pixels.data(),
                                        /*row_stride=*/0, nullptr))
        << png.message;
  }
}

}  // namespace bigstep
