#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_image_sets.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

class ImageGroupsTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Dataset>> Make(
      const std::string& options = "size: 14") const {
    return Datasets::Get().Make(
        ParsePlugin<DatasetFamily>("{name: image_groups, " + options + "}"),
        {root_, 1});
  }

  // Writes a table, which may use the images a.jpg and b.jpg: 16 x 24, white
  // outside of the middle square.
  void Write(const std::string& table) const {
    at::Tensor pixels = at::full({16, 24, 3}, 255, at::kByte);
    pixels.slice(1, 4, 20).fill_(60);
    for (const char* name : {"/a.jpg", "/b.jpg"}) {
      WriteTestFile(folder_ + name, EncodeJpeg(pixels, 100));
    }
    WriteTestFile(folder_ + "/metadata.csv", table);
  }

  std::string Error(const std::string& table) const {
    Write(table);
    return std::string(Make().status().message());
  }

  const std::string root_ = MakeTestFolder();
  const std::string folder_ = root_ + "/image_groups";
};

TEST_F(ImageGroupsTest, ReadsAFolderAndATable) {
  WriteFakeImageGroups(root_);
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  const Split& train = (*dataset)->train;
  EXPECT_TRUE(at::bincount(train.labels * 2 + train.bias_labels)
                  .equal(at::tensor({18, 2, 2, 18}, at::kLong)));
  EXPECT_THAT((*dataset)->class_names, ElementsAre("cat", "dog"));
  EXPECT_THAT((*dataset)->bias_names, ElementsAre("0", "1"));
  EXPECT_FALSE((*dataset)->unbiased);
}

TEST_F(ImageGroupsTest, NumbersAreOrderedBySizeAndNamesByLetters) {
  Write(
      "image,label,bias,split\na.jpg,10,b10,0\na.jpg,9,b9,1\nb.jpg,-1,b9,2\n");
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_THAT((*dataset)->class_names, ElementsAre("-1", "9", "10"));
  EXPECT_THAT((*dataset)->bias_names, ElementsAre("b10", "b9"));
  EXPECT_EQ((*dataset)->train.labels.item<int64_t>(), 2);
  EXPECT_EQ((*dataset)->train.bias_labels.item<int64_t>(), 0);
  EXPECT_EQ((*dataset)->validation.labels.item<int64_t>(), 1);
  EXPECT_EQ((*dataset)->test.labels.item<int64_t>(), 0);
}

TEST_F(ImageGroupsTest, ColumnsHaveTheNamesThatTheOptionsSay) {
  Write("part,what,file\ntrain,x,a.jpg\nval,y,a.jpg\ntest,x,b.jpg\n");
  const auto dataset = Make(
      "size: 14, image_column: file, label_column: what, bias_column: \"\", "
      "split_column: part");
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  EXPECT_EQ((*dataset)->task.num_biases, 1);
  EXPECT_TRUE((*dataset)->bias_names.empty());
  EXPECT_EQ((*dataset)->validation.labels.item<int64_t>(), 1);
}

TEST_F(ImageGroupsTest, ResizesBothSidesOrTheShorterOne) {
  Write("image,label,bias,split\na.jpg,0,0,0\na.jpg,1,1,1\na.jpg,0,1,2\n");
  const auto brightest = [&](const std::string& resize) {
    const auto dataset = Make("size: 14, resize: " + resize);
    EXPECT_OK(dataset);
    return (*dataset)
        ->test.Stored(at::zeros({1}, at::kLong))
        ->max()
        .item<int64_t>();
  };
  EXPECT_GT(brightest("both_sides"), 200);  // The white is still there.
  EXPECT_LT(brightest("shorter_side"), 100);
}

TEST_F(ImageGroupsTest, SaysWhatIsWrongWithTheTable) {
  const std::string path = folder_ + "/metadata.csv";
  EXPECT_EQ(Error("image,lable,bias,split\na.jpg,0,0,0\n"),
            path +
                ":1: no column 'label'; did you mean 'lable'? (found: "
                "image, lable, bias, split)");
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,dev\n"),
            path +
                ":2: column 'split': expected train, val or test, or 0, 1 "
                "or 2, found 'dev'");
  EXPECT_EQ(Error("image,label,bias,split\n/etc/passwd,0,0,0\n"),
            absl::StrCat(path, ":2: column 'image': expected a path inside ",
                         folder_, " without \"..\", found '/etc/passwd'"));
  // An empty value is not a class.
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,,1,0\n"),
            path + ":3: column 'label': expected a label, found ''");
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,,0\n"),
            path + ":3: column 'bias': expected a bias label, found ''");
  EXPECT_EQ(Error("image,label,bias,split\nc.jpg,0,0,0\n"),
            absl::StrCat(path, ":2: column 'image': found no file ", folder_,
                         "/c.jpg"));
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,7,0,0\nb.jpg,7,1,1\n"),
            path +
                ": column 'label': expected at least 2 different labels, "
                "found 1");
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,0,1\n"),
            folder_ + ": expected images in split test, found none");
}

TEST_F(ImageGroupsTest, NamesAMissingTable) {
  const absl::Status status = Make().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr(folder_ + "/metadata.csv"));
}

}  // namespace
}  // namespace bigstep
