#include "datasets/fake_data_root.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "datasets/corruptions/frost_testing.h"
#include "datasets/fake_image_sets.h"
#include "datasets/formats/testing.h"

namespace bigstep {
namespace {

// One plane [size, size] of an image with this label.
std::string FakePlane(int size, int label, std::mt19937& random) {
  std::string plane(size * size, '\0');
  for (char& pixel : plane) pixel = static_cast<char>(random() % 32);
  const auto bar = plane.begin() + size * ((4 + 2 * label) % size);
  std::fill(bar, bar + size, static_cast<char>(200));
  return plane;
}

void WriteFakeMnist(const std::string& folder, const std::string& prefix,
                    uint32_t examples) {
  std::mt19937 random(examples);
  std::string images, labels;
  for (uint32_t i = 0; i < examples; ++i) {
    images += FakePlane(28, static_cast<int>(i % 10), random);
    labels += static_cast<char>(i % 10);
  }
  WriteTestFile(folder + "/" + prefix + "-images-idx3-ubyte",
                Idx({examples, 28, 28}, images));
  WriteTestFile(folder + "/" + prefix + "-labels-idx1-ubyte",
                Idx({examples}, labels));
}

std::string FakeColorPlanes(int label, std::mt19937& random) {
  std::string planes;
  for (int c = 0; c < 3; ++c) planes += FakePlane(32, label, random);
  return planes;
}

std::vector<std::string> FakeCifar10(int examples) {
  std::mt19937 random(examples);
  std::vector<std::string> records;
  for (int i = 0; i < examples; ++i) {
    records.push_back(static_cast<char>(i % 10) +
                      FakeColorPlanes(i % 10, random));
  }
  return records;
}

// Five classes in turn make a superclass.
std::string FakeCifar100(int examples) {
  std::mt19937 random(examples);
  std::string records;
  for (int i = 0; i < examples; ++i) {
    const int label = i % 100;
    records += static_cast<char>(label / 5);
    records += static_cast<char>(label);
    records += FakeColorPlanes(label, random);
  }
  return records;
}

}  // namespace

const std::string& FakeDataRoot() {
  static const auto* const root = [] {
    auto* path = new std::string(MakeTestFolder());
    for (const char* const folder : {"/mnist", "/fashion_mnist"}) {
      WriteFakeMnist(*path + folder, "train", 600);
      WriteFakeMnist(*path + folder, "t10k", 400);
    }
    WriteCifar10(*path, FakeCifar10(300), FakeCifar10(200));
    WriteTestFile(*path + "/cifar-100-binary/train.bin", FakeCifar100(1000));
    WriteTestFile(*path + "/cifar-100-binary/test.bin", FakeCifar100(100));
    WriteFrostPhotographs(*path, 200, 200);
    WriteFakeWaterbirds(*path);
    WriteFakeCeleba(*path);
    WriteFakeImageGroups(*path);
    WriteFakeClassFolders(*path, "image_folder", "cat", "dog");
    WriteFakeClassFolders(*path, "imagenet", "n01440764", "n01443537");
    return path;
  }();
  return *root;
}

}  // namespace bigstep
