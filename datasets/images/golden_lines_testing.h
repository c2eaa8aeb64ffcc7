// Reads the files of testdata/make_image_goldens.py.
#ifndef BIGSTEP_DATASETS_IMAGES_GOLDEN_LINES_TESTING_H_
#define BIGSTEP_DATASETS_IMAGES_GOLDEN_LINES_TESTING_H_

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace bigstep {

inline constexpr char kGoldenFolder[] = "datasets/images/testdata/";

// Every line of a file of goldens, ready to be read word by word; fails on a
// file without lines.
inline std::vector<std::istringstream> GoldenLines(const std::string& file) {
  std::ifstream input(kGoldenFolder + file);
  std::vector<std::istringstream> lines;
  for (std::string line; std::getline(input, line);) lines.emplace_back(line);
  EXPECT_FALSE(lines.empty()) << file;
  return lines;
}

inline int64_t ReadInt(std::istream& line) {
  int64_t value = -1;
  line >> value;
  EXPECT_TRUE(line.good());
  return value;
}

// The bytes that the next word gives in hexadecimal, in this shape.
inline at::Tensor ReadBytes(std::istream& line,
                            const std::vector<int64_t>& shape) {
  std::string hex;
  line >> hex;
  at::Tensor bytes = at::empty(shape, at::kByte);
  EXPECT_EQ(static_cast<int64_t>(hex.size()), 2 * bytes.numel());
  for (int64_t i = 0; i < bytes.numel(); ++i) {
    bytes.data_ptr<uint8_t>()[i] =
        static_cast<uint8_t>(std::stoi(hex.substr(2 * i, 2), nullptr, 16));
  }
  return bytes;
}

// pattern() of make_image_goldens.py: [height, width, 3] uint8.
inline at::Tensor MakePattern(int64_t height, int64_t width) {
  const at::Tensor y = at::arange(height, at::kLong).view({-1, 1, 1});
  const at::Tensor x = at::arange(width, at::kLong).view({1, -1, 1});
  const at::Tensor c = at::arange(3, at::kLong);
  const at::Tensor values =
      7 * y * y + 13 * x * x + 3 * x * y + 29 * c * (x + 1);
  return values.remainder(256).to(at::kByte);
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_IMAGES_GOLDEN_LINES_TESTING_H_
