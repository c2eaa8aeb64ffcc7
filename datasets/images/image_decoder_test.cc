#include "datasets/images/image_decoder.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/images/golden_lines_testing.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

using testing::StartsWith;

std::string File(const std::string& name) {
  return ReadTestFile(absl::StrCat(kGoldenFolder, "images/", name));
}

std::string Error(absl::string_view bytes) {
  const absl::Status status = DecodeImage(bytes, "it").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  return std::string(status.message());
}

// `file` with its `from` replaced by `to`, of equal length.
std::string With(std::string file, size_t at, const std::string& to) {
  return file.replace(at, to.size(), to);
}

int64_t MaxDifference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kLong) - b.to(at::kLong)).abs().max().item<int64_t>();
}

// Witness: Pillow 9.4.0, convert("RGB"); OpenCV for 16-bit gray.
TEST(DecodeImageTest, AgreesWithPillow) {
  for (std::istringstream& line : GoldenLines("decoded.txt")) {
    std::string name;
    line >> name;
    const int64_t height = ReadInt(line), width = ReadInt(line);
    const at::Tensor expected = ReadBytes(line, {height, width, 3});
    const auto image = DecodeImage(File(name), name);
    ASSERT_OK(image);
    ASSERT_EQ(image->sizes(), expected.sizes()) << name;
    EXPECT_EQ(image->scalar_type(), at::kByte);
    // Versions of libjpeg round differently.
    EXPECT_LE(MaxDifference(*image, expected),
              absl::EndsWith(name, ".jpg") ? 1 : 0)
        << name;
  }
}

TEST(DecodeImageTest, ReadsLargeImages) {
  // Gray, because JPEG halves the size of colours.
  const at::Tensor waves =
      MakeWaves(375, 500).slice(2, 0, 1).expand({-1, -1, 3});
  const auto image = DecodeImage(EncodeJpeg(waves, 100), "waves");
  ASSERT_OK(image);
  // By hand: rounding moves each of 64 coefficients of a block by 1/2 at most,
  // so a pixel by 1/2 sqrt(64) = 4, and is then rounded itself.
  EXPECT_LE(MaxDifference(*image, waves), 5);
}

TEST(DecodeImageTest, RefusesWhatIsNoImage) {
  EXPECT_EQ(Error(""), "it: expected an image, found an empty file");
  EXPECT_EQ(Error("<html>\n404 Not Found"),
            "it: expected a JPEG or PNG image, found a file that begins with "
            "\"<html>\\n4\"");
  EXPECT_EQ(Error("\xff\xd8"),
            "it: expected a JPEG or PNG image, found a file that begins with "
            "\"\\xff\\xd8\"");
  EXPECT_THAT(Error("\xff\xd8\xff\xe0 and then nonsense"),
              StartsWith("it: expected an intact JPEG image, found: "));
  EXPECT_THAT(Error("\x89PNG\r\n\x1a\nand then nonsense"),
              StartsWith("it: expected an intact PNG image, found: "));
}

TEST(DecodeImageTest, RefusesFilesCutAnywhere) {
  for (const char* name : {"rgb.jpg", "cmyk.jpg", "progressive.jpg", "rgb.png",
                           "interlaced.png", "palette_alpha.png"}) {
    const std::string file = File(name);
    for (size_t size = 0; size < file.size(); ++size) {
      Error(absl::string_view(file).substr(0, size));
    }
  }
  const std::string file = File("rgb.jpg");
  EXPECT_EQ(Error(file.substr(0, file.size() - 2)),
            "it: expected an intact JPEG image, found: Premature end of JPEG "
            "file");
  EXPECT_EQ(Error(File("rgb.png").substr(0, 100)),
            "it: expected an intact PNG image, found: the file is cut short");
}

TEST(DecodeImageTest, RefusesACutJpegThatWasMadeToLookWhole) {
  const std::string file = EncodeJpeg(MakeWaves(64, 64));
  EXPECT_EQ(Error(file.substr(0, file.size() - 300) + "\xff\xd9"),
            "it: expected an intact JPEG image, found: Corrupt JPEG data: "
            "premature end of data segment");
}

TEST(DecodeImageTest, FindsEveryFlippedBitOfPngData) {
  const std::string file = File("rgb.png");
  // Past the magic bytes, everything but the pixels' order has a checksum.
  // That of the last chunk, which is empty, newer libpng do not read.
  for (size_t byte = 8; byte + 4 < file.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string broken = file;
      broken[byte] ^= static_cast<char>(1 << bit);
      EXPECT_FALSE(DecodeImage(broken, "it").ok()) << byte << " " << bit;
    }
  }
}

TEST(DecodeImageTest, SurvivesEveryFlippedBitOfJpegData) {
  const std::string file = File("progressive.jpg");
  for (size_t byte = 0; byte < file.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string broken = file;
      broken[byte] ^= static_cast<char>(1 << bit);
      (void)DecodeImage(broken, "it");  // Not every flip can be seen.
    }
  }
}

// What Pillow ignores as well.
TEST(DecodeImageTest, AcceptsOdditiesThatLeavePixelsWhole) {
  const std::string file = File("rgb.jpg");
  const auto whole = DecodeImage(file, "it");
  ASSERT_OK(whole);
  const auto followed = DecodeImage(file + "something after the end", "it");
  ASSERT_OK(followed);
  EXPECT_TRUE(followed->equal(*whole));
  // Bytes between the first two segments: extraneous bytes before a marker.
  const size_t second = file.find("\xff\xdb");
  const auto padded = DecodeImage(
      file.substr(0, second) + "padding" + file.substr(second), "it");
  ASSERT_OK(padded);
  EXPECT_TRUE(padded->equal(*whole));
  // The scan's header: ff da, length in two bytes, the number n of components,
  // two bytes for each; then three bytes that baseline decoders need not read,
  // 0, 63 and 0, which some encoders leave zero.
  const size_t scan = file.find("\xff\xda");
  const size_t spectral = scan + 5 + 2 * file[scan + 4];
  ASSERT_EQ(file.substr(spectral, 3), std::string("\0\x3f\0", 3));
  const auto zeroed =
      DecodeImage(With(file, spectral, std::string(3, '\0')), "it");
  ASSERT_OK(zeroed);
  EXPECT_TRUE(zeroed->equal(*whole));
}

TEST(DecodeImageTest, RefusesSizesBeyondReasonBeforeAllocating) {
  const std::string file = File("rgb.jpg");
  // The frame header: ff c0, length, precision, height and width in two bytes
  // each.
  const size_t size = file.find("\xff\xc0") + 5;
  EXPECT_EQ(Error(With(file, size, "\xff\xdc\xff\xdc")),
            "it: expected 1 to 89478485 pixels, found 65500 x 65500");
  EXPECT_EQ(Error(With(file, size,
                       std::string("\0\x07", 2) + std::string("\0\0", 2))),
            "it: expected an intact JPEG image, found: Empty JPEG image (DNL "
            "not supported)");
}

TEST(DecodeImageTest, RefusesMoreScansThanMakeSense) {
  const std::string file = File("progressive.jpg");
  // The first scan, up to the next marker, again and again: it adds nothing,
  // and costs time.
  const size_t begin = file.find("\xff\xda");
  size_t end = file.find('\xff', begin + 2);
  while (file[end + 1] == '\0') end = file.find('\xff', end + 1);
  const std::string scan = file.substr(begin, end - begin);
  const auto repeated = [&](int times) {
    std::string bomb = file.substr(0, begin);
    for (int i = 0; i < times; ++i) bomb += scan;
    return bomb + file.substr(end);
  };
  EXPECT_OK(DecodeImage(repeated(50), "it"));
  EXPECT_EQ(Error(repeated(200)),
            "it: expected an intact JPEG image, found: More than 100 scans");
}

}  // namespace
}  // namespace bigstep
