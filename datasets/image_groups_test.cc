#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/dataset.h"
#include "datasets/fake_image_sets.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

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

  static std::vector<std::string> Warnings(const Dataset& dataset) {
    return dataset.notes.value("warnings", std::vector<std::string>());
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
  EXPECT_THAT((*dataset)->class_names, ElementsAre("landbird", "waterbird"));
  EXPECT_THAT((*dataset)->bias_names, ElementsAre("landbird", "waterbird"));
  EXPECT_FALSE((*dataset)->unbiased);
  EXPECT_FALSE((*dataset)->notes.contains("warnings"));
}

TEST_F(ImageGroupsTest, TheOptionSaysWhatIsAligned) {
  Write(
      "image,label,bias,split\na.jpg,10,b10,0\na.jpg,9,b9,1\nb.jpg,-1,b9,2\n");
  const auto dataset = Make("size: 14, aligned: {9: b9, 1e1: b10, -1.0: \"\"}");
  EXPECT_THAT(std::string(dataset.status().message()),
              HasSubstr("dataset.aligned: no bias label ''"));
  const auto good = Make("size: 14, aligned: {9.0: b10, 1e1: b9}");
  ASSERT_OK(good);
  EXPECT_THAT((*good)->class_names, ElementsAre("-1", "9", "10"));
  EXPECT_THAT((*good)->bias_names, ElementsAre("-1", "b10", "b9"));
  EXPECT_EQ((*good)->train.labels.item<int64_t>(), 2);
  EXPECT_EQ((*good)->train.bias_labels.item<int64_t>(), 1);
  EXPECT_EQ((*good)->validation.labels.item<int64_t>(), 1);
  EXPECT_EQ((*good)->validation.bias_labels.item<int64_t>(), 2);
  EXPECT_EQ((*good)->test.labels.item<int64_t>(), 0);
  EXPECT_THAT(Warnings(**good),
              Contains("no bias label goes with -1: all these images are "
                       "bias-conflicting"));
}

// Share of bias-conflicting training images.
double ConflictingShare(const Dataset& dataset) {
  return dataset.train.labels.ne(dataset.train.bias_labels)
      .to(at::kDouble)
      .mean()
      .item<double>();
}

TEST_F(ImageGroupsTest, EqualNumbersAreAlignedHoweverTheyAreWritten) {
  std::string table = "image,label,bias,split\n";
  for (const char* split : {"train", "val", "test"}) {
    for (int i = 0; i < 12; ++i) {
      absl::StrAppend(&table, "a.jpg,", i, ".0,", i < 5 ? "0" : "", i, ",",
                      split, "\n");
    }
  }
  Write(table);
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_EQ(ConflictingShare(**dataset), 0);
  EXPECT_EQ((*dataset)->class_names, (*dataset)->bias_names);
  EXPECT_EQ((*dataset)->class_names[10], "10");
}

TEST_F(ImageGroupsTest, AMissingBiasLabelIsNamedWithItsRow) {
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,NaN,0\n"
                  "a.jpg,2,2,0\n"),
            folder_ +
                "/metadata.csv:3: column 'bias': expected a bias label (1 row "
                "lacks it; complete the row or leave it out), found 'NaN'");
}

TEST_F(ImageGroupsTest, NamesThatDifferMustBePaired) {
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,cat,x,0\nb.jpg,dog,y,0\n"
                  "b.jpg,dog,x,1\nb.jpg,dog,x,2\n"),
            folder_ +
                "/metadata.csv: which bias label belongs to which label must "
                "be said, as their names are not equal; 2 of 2 training images "
                "agree with the next line: if it is right, add it to the "
                "options of the dataset\n"
                "  aligned: {cat: x, dog: y}\n"
                "labels: cat, dog; bias labels: x, y");
}

TEST_F(ImageGroupsTest, MoreConflictingThanAlignedImagesAreAWarning) {
  const std::string table =
      "image,label,bias,split\na.jpg,cat,x,0\na.jpg,cat,x,0\n"
      "b.jpg,dog,y,0\nb.jpg,dog,x,0\na.jpg,cat,x,1\nb.jpg,dog,x,2\n";
  Write(table);
  const auto right = Make("size: 14, aligned: {cat: x, dog: y}");
  ASSERT_OK(right);
  EXPECT_THAT(Warnings(**right), Each(Not(HasSubstr("bias-conflicting"))));
  const auto wrong = Make("size: 14, aligned: {cat: y, dog: x}");
  ASSERT_OK(wrong);
  EXPECT_THAT(Warnings(**wrong),
              Contains("more training images are bias-conflicting (3) than "
                       "bias-aligned (1): is the right bias label paired with "
                       "each label?"));
}

TEST_F(ImageGroupsTest, AnImageInTwoSplitsIsFound) {
  Write(
      "image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,1,0\nc.jpg,1,1,1\n"
      "copy.jpg,0,0,2\n");
  WriteTestFile(folder_ + "/b.jpg", EncodeJpeg(MakeWaves(12, 12)));
  WriteTestFile(folder_ + "/c.jpg", EncodeJpeg(MakeWaves(20, 20)));
  WriteTestFile(folder_ + "/copy.jpg", ReadTestFile(folder_ + "/a.jpg"));
  EXPECT_THAT(
      std::string(Make().status().message()),
      HasSubstr(folder_ +
                ": 1 image of test is in train too, the first: copy.jpg has "
                "the content of a.jpg"));
  WriteTestFile(folder_ + "/copy.jpg", EncodeJpeg(MakeWaves(10, 10)));
  const auto distinct = Make();
  ASSERT_OK(distinct);
  EXPECT_FALSE((*distinct)->notes.contains("warnings"));
  WriteTestFile(folder_ + "/c.jpg", ReadTestFile(folder_ + "/a.jpg"));
  const auto shared = Make();
  ASSERT_OK(shared);
  EXPECT_THAT(Warnings(**shared),
              ElementsAre(HasSubstr("1 image of validation is in train too")));
}

TEST_F(ImageGroupsTest, RowsThatNameAnImageAgainAreCounted) {
  Write(
      "image,label,bias,split\na.jpg,0,0,0\na.jpg,0,0,0\na.jpg,1,1,0\n"
      "b.jpg,1,1,1\nb.jpg,0,0,2\n");
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_THAT(Warnings(**dataset),
              ElementsAre("2 rows of split train name an image that an earlier "
                          "row names, 1 of them with another label",
                          "all images have the same content"));
}

TEST_F(ImageGroupsTest, OneFileByTwoPathsIsNamedAgain) {
  Write(
      "image,label,bias,split\na.jpg,0,0,0\n./a.jpg,1,1,0\nlink.jpg,0,0,0\n"
      "c.jpg,1,1,1\nb.jpg,0,0,2\n");
  WriteTestFile(folder_ + "/b.jpg", EncodeJpeg(MakeWaves(20, 20)));
  WriteTestFile(folder_ + "/c.jpg", EncodeJpeg(MakeWaves(10, 10)));
  std::filesystem::create_symlink("a.jpg", folder_ + "/link.jpg");
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_THAT(
      Warnings(**dataset),
      Contains("2 rows of split train name an image that an earlier row "
               "names, 1 of them with another label, 2 by another path "
               "or a link"));
}

TEST_F(ImageGroupsTest, EqualImagesWithDifferentLabelsAreCounted) {
  Write(
      "image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,1,0\nc.jpg,1,1,1\n"
      "d.jpg,0,0,2\n");
  WriteTestFile(folder_ + "/c.jpg", EncodeJpeg(MakeWaves(20, 20)));
  WriteTestFile(folder_ + "/d.jpg", EncodeJpeg(MakeWaves(10, 10)));
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_THAT(
      Warnings(**dataset),
      ElementsAre("1 training image is equal to one with another label, "
                  "the first: b.jpg has the content of a.jpg"));
}

TEST_F(ImageGroupsTest, TheTableAndTheFolderLieBelowTheDataRoot) {
  Write("image,label,bias,split\na.jpg,0,0,0\na.jpg,1,1,1\nb.jpg,0,1,2\n");
  WriteTestFile(root_ + "/t.csv", ReadTestFile(folder_ + "/metadata.csv"));
  for (const char* const options :
       {"csv: ../t.csv", "csv: /etc/passwd", "folder: x/../image_groups",
        "folder: /etc"}) {
    EXPECT_THAT(
        std::string(
            Make(absl::StrCat("size: 14, ", options)).status().message()),
        testing::AllOf(testing::StartsWith("dataset."),
                       HasSubstr("without \"..\", found '"),
                       testing::EndsWith("; set outside_paths: true to "
                                         "read files from anywhere")))
        << options;
  }
  EXPECT_OK(Make("size: 14, csv: ../t.csv, outside_paths: true"));
  std::filesystem::create_symlink(root_ + "/t.csv", folder_ + "/link.csv");
  EXPECT_THAT(std::string(Make("size: 14, csv: link.csv").status().message()),
              HasSubstr("dataset.csv: expected a file inside "));
}

TEST_F(ImageGroupsTest, LinksMayLeadToTheFolderNotOutOfIt) {
  Write("image,label,bias,split\na.jpg,0,0,0\na.jpg,1,1,1\nb.jpg,0,1,2\n");
  const std::string elsewhere = MakeTestFolder();
  std::filesystem::create_directory_symlink(root_, elsewhere + "/root");
  std::filesystem::create_directory_symlink(folder_, elsewhere + "/birds");
  const auto make = [](const std::string& root, const std::string& options) {
    return Datasets::Get()
        .Make(ParsePlugin<DatasetFamily>(
                  absl::StrCat("{name: image_groups, size: 14", options, "}")),
              {root, 1})
        .status();
  };
  EXPECT_OK(make(elsewhere + "/root", ""));
  EXPECT_OK(make(elsewhere, ", folder: birds"));
  std::filesystem::rename(folder_ + "/b.jpg", elsewhere + "/b.jpg");
  std::filesystem::create_symlink(elsewhere + "/b.jpg", folder_ + "/b.jpg");
  EXPECT_THAT(std::string(make(root_, "").message()),
              testing::EndsWith("; set outside_paths: true to read files from "
                                "anywhere"));
  EXPECT_OK(make(root_, ", outside_paths: true"));
}

TEST_F(ImageGroupsTest, AbsolutePathsNeedAnOption) {
  Write("image,label,bias,split\n");
  const std::string a = folder_ + "/a.jpg";
  WriteTestFile(folder_ + "/metadata.csv",
                absl::StrCat("image,label,bias,split\n", a, ",0,0,0\n", a,
                             ",1,1,1\n", a, ",0,1,2\n"));
  EXPECT_EQ(Make().status().code(), absl::StatusCode::kInvalidArgument);
  const auto dataset = Make("size: 14, outside_paths: true");
  ASSERT_OK(dataset);
  EXPECT_OK((*dataset)->test.Range(0, 1));
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
            path +
                ": column 'label': expected at least 2 different labels, "
                "found 1");
  EXPECT_EQ(
      Error("image,label,bias,split\n/etc/passwd,0,0,0\na.jpg,1,1,1\n"),
      absl::StrCat(path, ":2: column 'image': expected a path inside ", folder_,
                   " without \"..\", found '/etc/passwd'; set "
                   "outside_paths: true to read files from anywhere"));
  // An empty value is not a class.
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,,1,0\n"),
            path + ":3: column 'label': expected a label, found ''");
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,0,0,0\nb.jpg,1,,0\n"),
            path + ":3: column 'bias': expected a bias label, found ''");
  EXPECT_EQ(Error("image,label,bias,split\nc.jpg,0,0,0\na.jpg,1,1,0\n"
                  "d.jpg,1,1,0\n"),
            absl::StrCat(path, ":2: column 'image': found no file ", folder_,
                         "/c.jpg; 1 more is missing: d.jpg (line 4)"));
  EXPECT_EQ(Error("image,label,bias,split\na.jpg,7,0,0\nb.jpg,7.0,1,1\n"),
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
