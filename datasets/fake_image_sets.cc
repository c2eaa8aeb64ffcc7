#include "datasets/fake_image_sets.h"

#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/testing.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

struct Example {
  int64_t label, bias_label;
  int64_t split;  // 0, 1, 2: train, validation, test.
};

// As described in the header, groups and splits mixed. `aligned` of the ten
// validation images of a class have its bias label, and as many test images.
std::vector<Example> FakeExamples(int64_t aligned) {
  std::vector<Example> examples;
  for (int64_t split = 0; split < 3; ++split) {
    for (int64_t round = 0; round < 18; ++round) {
      for (int64_t group = 0; group < 4; ++group) {
        const bool agree = group == 0 || group == 3;
        const int64_t all = split == 0 ? 20 : 10;
        const int64_t most = split == 0 ? 18 : aligned;
        const int64_t wanted = agree ? most : all - most;
        if (round < wanted) examples.push_back({group / 2, group % 2, split});
      }
    }
  }
  return examples;
}

// Image number `i`, a JPEG file.
std::string FakeImage(const Example& example, int64_t i) {
  const int64_t height = 30 + i % 7, width = 40 - i % 5;
  at::Tensor pixels =
      MakeWaves(height, width, static_cast<double>(i)).div(4, "floor");
  pixels.select(2, example.bias_label == 0 ? 1 : 2).add_(120);
  const int64_t left = example.label == 0 ? width / 4 : width / 2;
  pixels.slice(0, 10, 20).slice(1, left, left + 8).fill_(230);
  return EncodeJpeg(pixels);
}

}  // namespace

void WriteFakeWaterbirds(const std::string& root) {
  const std::string folder = root + "/waterbirds_v1.0/";
  std::string table = "img_id,img_filename,y,split,place,place_filename\n";
  int64_t i = 0;
  for (const Example& example : FakeExamples(5)) {
    const std::string name = absl::StrCat("001.Bird/", ++i, ".jpg");
    WriteTestFile(folder + name, FakeImage(example, i));
    absl::StrAppend(&table, i, ",", name, ",", example.label, ",",
                    example.split, ",", example.bias_label, ",/o/ocean.jpg\n");
  }
  WriteTestFile(folder + "metadata.csv", table);
}

void WriteFakeCeleba(const std::string& root) {
  const std::string folder = root + "/celeba/";
  std::string attributes, partition;
  const std::vector<Example> examples = FakeExamples(9);
  int64_t i = 0;
  for (const Example& example : examples) {
    const std::string name = absl::StrFormat("%06d.jpg", ++i);
    WriteTestFile(folder + "img_align_celeba/" + name, FakeImage(example, i));
    absl::StrAppendFormat(&attributes, "%s %2d -1 %2d\n", name,
                          2 * example.label - 1,
                          1 - 2 * example.bias_label);  // Bias label 0: male.
    absl::StrAppend(&partition, name, " ", example.split, "\n");
  }
  WriteTestFile(folder + "list_attr_celeba.txt",
                absl::StrCat(examples.size(), "\nBlond_Hair Eyeglasses Male \n",
                             attributes));
  WriteTestFile(folder + "list_eval_partition.txt", partition);
}

void WriteFakeImageGroups(const std::string& root) {
  const std::string folder = root + "/image_groups/";
  const char* const splits[] = {"train", "val", "test"};
  const char* const names[] = {"landbird", "waterbird"};
  std::string table = "image,label,bias,split\n";
  int64_t i = 0;
  for (const Example& example : FakeExamples(5)) {
    const std::string name = absl::StrCat("images/", ++i, ".jpg");
    WriteTestFile(folder + name, FakeImage(example, i));
    absl::StrAppend(&table, name, ",", names[example.label], ",",
                    names[example.bias_label], ",", splits[example.split],
                    "\n");
  }
  WriteTestFile(folder + "metadata.csv", table);
}

void WriteFakeClassFolders(const std::string& root, const std::string& folder,
                           const std::string& class0,
                           const std::string& class1) {
  for (int64_t label = 0; label < 2; ++label) {
    for (int64_t i = 0; i < 30; ++i) {
      const std::string path =
          absl::StrCat(root, "/", folder, i < 20 ? "/train/" : "/val/",
                       label == 0 ? class0 : class1, "/", i, ".JPEG");
      WriteTestFile(path, FakeImage({label, i % 2, 0}, 2 * i + label));
    }
  }
}

}  // namespace bigstep
