#include "datasets/fake_data_root.h"

#include <algorithm>
#include <random>

#include "datasets/common/testing.h"

namespace bigstep {
namespace {

void WriteFakeMnist(const std::string& root, const std::string& prefix,
                    uint32_t examples) {
  std::mt19937 random(examples);
  std::string images, labels;
  for (uint32_t i = 0; i < examples; ++i) {
    const uint32_t label = i % 10;
    std::string image(28 * 28, '\0');
    for (char& pixel : image) pixel = static_cast<char>(random() % 32);
    const auto bar = image.begin() + 28 * (4 + 2 * label);
    std::fill(bar, bar + 28, static_cast<char>(200));
    images += image;
    labels += static_cast<char>(label);
  }
  WriteTestFile(root + "/mnist/" + prefix + "-images-idx3-ubyte",
                Idx({examples, 28, 28}, images));
  WriteTestFile(root + "/mnist/" + prefix + "-labels-idx1-ubyte",
                Idx({examples}, labels));
}

}  // namespace

const std::string& FakeDataRoot() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    WriteFakeMnist(*path, "train", 1200);
    WriteFakeMnist(*path, "t10k", 1000);
    return path;
  }();
  return *root;
}

}  // namespace bigstep
