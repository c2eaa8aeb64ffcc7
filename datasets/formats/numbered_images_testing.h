// For tests: official files whose images say which they are.
#ifndef BIGSTEP_DATASETS_FORMATS_NUMBERED_IMAGES_TESTING_H_
#define BIGSTEP_DATASETS_FORMATS_NUMBERED_IMAGES_TESTING_H_

#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "datasets/formats/testing.h"

namespace bigstep {

inline constexpr int kNumberBits = 12;

// Gray image [28, 28] number `number`: row 0 has the value 20 label + 15, row 1
// the number as white bits, the lowest first, row 27 is white; the rest is
// black.
inline std::string NumberedDigit(int number, int label) {
  std::string image(28 * 28, '\0');
  for (int column = 0; column < 28; ++column) {
    image[column] = static_cast<char>(20 * label + 15);
    image[27 * 28 + column] = '\xff';
  }
  for (int bit = 0; bit < kNumberBits; ++bit) {
    if (number >> bit & 1) image[28 + bit] = '\xff';
  }
  return image;
}

// A split of MNIST below `root`: image i is number i and of class i % 10.
inline void WriteNumberedMnist(const std::string& root,
                               const std::string& prefix, int n,
                               const std::string& folder = "mnist") {
  std::string images, labels;
  for (int i = 0; i < n; ++i) {
    images += NumberedDigit(i, i % 10);
    labels += static_cast<char>(i % 10);
  }
  const auto size = static_cast<uint32_t>(n);
  const std::string stem = root + "/" + folder + "/" + prefix;
  WriteTestFile(stem + "-images-idx3-ubyte", Idx({size, 28, 28}, images));
  WriteTestFile(stem + "-labels-idx1-ubyte", Idx({size}, labels));
}

// Pixels of colour image number `number`: its low byte is the whole red plane,
// its high byte the green one, 20 label + 15 the blue one.
inline std::string NumberedPhotograph(int number, int label) {
  return std::string(1024, static_cast<char>(number & 255)) +
         std::string(1024, static_cast<char>(number >> 8)) +
         std::string(1024, static_cast<char>(20 * label + 15));
}

// CIFAR-10 below `root`: in either split, image i is number i and of class
// i % 10. `train` is a multiple of 5.
inline void WriteNumberedCifar10(const std::string& root, int train, int test) {
  const auto records = [](int n) {
    std::vector<std::string> all;
    for (int i = 0; i < n; ++i) {
      const auto label = static_cast<char>(i % 10);
      all.push_back(std::string(1, label) + NumberedPhotograph(i, label));
    }
    return all;
  };
  WriteCifar10(root, records(train), records(test));
}

// [N] int64: the number in a row of bits of `images` [N, H, W], beginning at
// `column`.
inline at::Tensor NumbersAt(const at::Tensor& images, int64_t row,
                            int64_t column) {
  at::Tensor numbers = at::zeros({images.size(0)}, at::kLong);
  for (int bit = 0; bit < kNumberBits; ++bit) {
    numbers += images.select(1, row)
                   .select(1, column + bit)
                   .gt(0)
                   .to(at::kLong)
                   .mul(int64_t{1} << bit);
  }
  return numbers;
}

// [N] int64: the numbers of photographs [N, 3, H, W], read at one pixel.
inline at::Tensor PhotographNumbers(const at::Tensor& images, int64_t row,
                                    int64_t column) {
  const at::Tensor pixel =
      images.select(3, column).select(2, row).to(at::kLong);
  return pixel.select(1, 0) + pixel.select(1, 1) * 256;
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_NUMBERED_IMAGES_TESTING_H_
