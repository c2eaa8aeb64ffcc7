#include "datasets/images/exif.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/images/image_decoder.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

std::string BigEndian(uint32_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) {
    text += static_cast<char>(number >> (8 * i));
  }
  return text;
}

std::string Number(bool little, uint32_t number, int bytes) {
  const std::string big = BigEndian(number, bytes);
  return little ? std::string(big.rbegin(), big.rend()) : big;
}

// EXIF data of two tags, the width of the image and its orientation.
std::string Exif(uint32_t orientation, bool little = false) {
  const auto number = [little](uint32_t value, int bytes) {
    return Number(little, value, bytes);
  };
  return absl::StrCat(
      little ? "II" : "MM", number(42, 2), number(8, 4), number(2, 2),
      // Tag, type, count, value.
      number(0x0100, 2), number(4, 2), number(1, 4), number(640, 4),
      number(0x0112, 2), number(3, 2), number(1, 4), number(orientation, 2),
      number(0, 2), number(0, 4));
}

// A JPEG file with a segment of EXIF data behind its first two bytes.
std::string WithExif(const std::string& jpeg, const std::string& exif) {
  const std::string data = std::string("Exif\0\0", 6) + exif;
  return jpeg.substr(0, 2) + "\xff\xe1" +
         BigEndian(static_cast<uint32_t>(data.size()) + 2, 2) + data +
         jpeg.substr(2);
}

// A PNG file with a chunk of EXIF data before its last one, of 12 bytes.
std::string WithExifChunk(const std::string& png, const std::string& exif) {
  const std::string data = "eXIf" + exif;
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(data.data()),
                          static_cast<uInt>(data.size()));
  return png.substr(0, png.size() - 12) +
         BigEndian(static_cast<uint32_t>(exif.size()), 4) + data +
         BigEndian(static_cast<uint32_t>(sum), 4) + png.substr(png.size() - 12);
}

TEST(ExifOrientationTest, ReadsBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(ExifOrientation(Exif(orientation)), orientation);
    EXPECT_EQ(ExifOrientation(Exif(orientation, /*little=*/true)), orientation);
  }
}

TEST(ExifOrientationTest, BrokenDataTurnNothing) {
  EXPECT_EQ(ExifOrientation(Exif(0)), 1);
  EXPECT_EQ(ExifOrientation(Exif(9)), 1);
  EXPECT_EQ(ExifOrientation(""), 1);
  EXPECT_EQ(ExifOrientation("not TIFF at all"), 1);
  const std::string whole = Exif(6);
  // Up to the last entry: tag, type, count, value; then four bytes.
  for (size_t size = 0; size < whole.size() - 4; ++size) {
    EXPECT_EQ(ExifOrientation(whole.substr(0, size)), 1) << size;
  }
  for (size_t byte = 0; byte < whole.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string broken = whole;
      broken[byte] ^= static_cast<char>(1 << bit);
      const int orientation = ExifOrientation(broken);
      EXPECT_TRUE(orientation >= 1 && orientation <= 8);
    }
  }
}

// Witness: the table of tag 0x0112 in EXIF 2.32 (CIPA DC-008), which says at
// which side of the shown image the first row and the first column of the
// stored one are.
TEST(OrientedTest, SidesAreThoseOfTheStandard) {
  const char* const kFirstRow[] = {"top",  "top",   "bottom", "bottom",
                                   "left", "right", "right",  "left"};
  const char* const kFirstColumn[] = {"left", "right", "right",  "left",
                                      "top",  "top",   "bottom", "bottom"};
  const at::Tensor stored = at::arange(2 * 3 * 3, at::kByte).view({2, 3, 3});
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const at::Tensor shown = Oriented(stored, orientation);
    EXPECT_TRUE(shown.is_contiguous());
    const int64_t height = shown.size(0), width = shown.size(1);
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t column = 0; column < 3; ++column) {
        int64_t y = -1, x = -1;
        for (const auto& [side, step] :
             {std::pair<std::string, int64_t>(kFirstRow[orientation - 1], row),
              std::pair<std::string, int64_t>(kFirstColumn[orientation - 1],
                                              column)}) {
          if (side == "top") y = step;
          if (side == "bottom") y = height - 1 - step;
          if (side == "left") x = step;
          if (side == "right") x = width - 1 - step;
        }
        EXPECT_TRUE(shown[y][x].equal(stored[row][column]))
            << orientation << " " << row << " " << column;
      }
    }
  }
}

TEST(DecodeImageTest, TurnsPhotographsIfAskedTo) {
  const std::string plain = EncodeJpeg(MakeWaves(24, 40), 95);
  const at::Tensor stored = *DecodeImage(plain, "it");
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const bool little : {false, true}) {
      const std::string file = WithExif(plain, Exif(orientation, little));
      EXPECT_TRUE(DecodeImage(file, "it")->equal(stored));
      const auto shown = DecodeImage(file, "it", /*exif_orientation=*/true);
      ASSERT_OK(shown);
      EXPECT_TRUE(shown->equal(Oriented(stored, orientation))) << orientation;
    }
  }
  EXPECT_TRUE(DecodeImage(plain, "it", true)->equal(stored));
}

// Witness of the data: Pillow 9.4.0 wrote orientation 6; see
// testdata/make_image_goldens.py.
TEST(DecodeImageTest, TurnsAFileOfPillow) {
  const std::string file =
      ReadTestFile("datasets/images/testdata/images/turned.jpg");
  const at::Tensor stored = *DecodeImage(file, "it");
  const auto shown = DecodeImage(file, "it", /*exif_orientation=*/true);
  ASSERT_OK(shown);
  EXPECT_TRUE(shown->equal(Oriented(stored, 6)));
}

TEST(DecodeImageTest, TurnsPngFilesToo) {
  const std::string plain =
      ReadTestFile("datasets/images/testdata/images/rgb.png");
  const at::Tensor stored = *DecodeImage(plain, "it");
  const std::string file = WithExifChunk(plain, Exif(6));
  EXPECT_TRUE(DecodeImage(file, "it")->equal(stored));
  const auto shown = DecodeImage(file, "it", /*exif_orientation=*/true);
  ASSERT_OK(shown);
  EXPECT_TRUE(shown->equal(Oriented(stored, 6)));
  EXPECT_FALSE(shown->equal(stored));
}

}  // namespace
}  // namespace bigstep
