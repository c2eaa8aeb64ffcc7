#include "datasets/images/class_folders.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

class ClassFoldersTest : public testing::Test {
 protected:
  void Write(const std::string& file) const {
    WriteTestFile(root_ + "/" + file, "");
  }

  absl::Status Error() const { return ReadClassFolders(root_, 0.5).status(); }

  absl::Status Expected(const std::string& message) const {
    return absl::InvalidArgumentError(absl::StrCat(
        root_, message,
        "; expected images in train/<class>/ and val/<class>/, with the "
        "endings .jpg, .jpeg or .png"));
  }

  const std::string root_ = MakeTestFolder();
};

TEST_F(ClassFoldersTest, ListsClassesAndFilesInOrder) {
  for (const char* file :
       {"train/dog/b.JPEG", "train/dog/a.png", "train/Cat/1.jpg",
        "train/Cat/10.jpg", "train/Cat/2.jpg", "train/Cat/3.PNG",
        "val/Cat/z.jpg", "val/dog/y.jpeg", "train/Cat/.DS_Store",
        "train/Cat/._1.jpg", "train/.ipynb_checkpoints/1.jpg",
        "val/.hidden/1.jpg"}) {
    Write(file);
  }
  std::filesystem::create_directory(root_ + "/train/dog/folder.jpg");
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_THAT(set->class_names, ElementsAre("Cat", "dog"));
  EXPECT_TRUE(set->bias_names.empty());
  // By hand: of each class every second one is held out, the second first.
  EXPECT_THAT(
      set->train.files,
      ElementsAre("train/Cat/1.jpg", "train/Cat/2.jpg", "train/dog/a.png"));
  EXPECT_THAT(set->train.labels, ElementsAre(0, 0, 1));
  EXPECT_THAT(set->train.bias_labels, ElementsAre(0, 0, 0));
  EXPECT_THAT(
      set->validation.files,
      ElementsAre("train/Cat/10.jpg", "train/Cat/3.PNG", "train/dog/b.JPEG"));
  EXPECT_THAT(set->test.files, ElementsAre("val/Cat/z.jpg", "val/dog/y.jpeg"));
  EXPECT_THAT(set->test.labels, ElementsAre(0, 1));
  EXPECT_TRUE(set->warnings.empty());
}

TEST_F(ClassFoldersTest, CountsWhatIsLeftOut) {
  for (const char* file :
       {"train/a/1.jpg", "train/a/2.jpg", "train/b/1.jpg", "train/b/2.jpg",
        "val/a/1.jpg", "val/b/1.jpg", "train/a/notes.txt", "train/a/3.webp",
        "train/b/4.WEBP", "train/a/README", "train/list.jpg",
        "train/b/left/1.jpg", "train/b/left/more/2.jpg", "train/b/left/.3.jpg",
        "val/a/x.gif"}) {
    Write(file);
  }
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_EQ(set->train.files.size() + set->validation.files.size(), 4u);
  EXPECT_THAT(
      set->warnings,
      ElementsAre("left out 7 files below train/: 1 .txt, 2 .webp, 1 beside "
                  "the class folders, 2 in sub-folders, 1 without an ending; "
                  "the first: train/list.jpg",
                  "left out 1 file below val/: 1 .gif; the first: "
                  "val/a/x.gif"));
}

TEST_F(ClassFoldersTest, FollowsLinksToFoldersAndFiles) {
  const std::string elsewhere = MakeTestFolder();
  WriteTestFile(elsewhere + "/a/1.jpg", "");
  WriteTestFile(elsewhere + "/1.jpg", "");
  for (const char* file : {"train/b/1.jpg", "train/b/2.jpg", "val/b/1.jpg"}) {
    Write(file);
  }
  namespace fs = std::filesystem;
  fs::create_directory_symlink(elsewhere + "/a", root_ + "/train/a");
  fs::create_directory_symlink(elsewhere + "/a", root_ + "/val/a");
  fs::create_symlink(elsewhere + "/1.jpg", root_ + "/val/b/2.jpg");
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_THAT(set->test.files,
              ElementsAre("val/a/1.jpg", "val/b/1.jpg", "val/b/2.jpg"));
  EXPECT_THAT(
      set->warnings,
      ElementsAre("1 image below val/ is a link to files outside of the "
                  "folder; the first: val/b/2.jpg",
                  "no image is held out for validation of the class a; a class "
                  "needs at least 1 / validation_fraction images below "
                  "train/"));
  // A dangling link is a missing image, and a pipe never ends.
  fs::create_symlink(elsewhere + "/none", root_ + "/val/b/3.jpg");
  ASSERT_EQ(mkfifo((root_ + "/val/b/4.jpg").c_str(), 0600), 0);
  EXPECT_EQ(Error().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(
      std::string(Error().message()),
      testing::StartsWith(root_ + ": 2 images are not regular files (a "
                                  "dangling link?); the first: val/b/3.jpg"));
}

TEST_F(ClassFoldersTest, ClassesTooSmallForValidationAreNoted) {
  // By hand: half of the two images of a, none of the one of each other class.
  Write("train/a/2.jpg");
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    Write(absl::StrCat("train/", name, "/1.jpg"));
    Write(absl::StrCat("val/", name, "/1.jpg"));
  }
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_THAT(set->validation.labels, ElementsAre(0));
  EXPECT_THAT(
      set->warnings,
      ElementsAre("no image is held out for validation of the classes b, c, d, "
                  "e, f, ...; a class needs at least 1 / validation_fraction "
                  "images below train/"));
}

TEST_F(ClassFoldersTest, AClassThatIsALinkToAnotherIsNoted) {
  for (const char* file : {"train/a/1.jpg", "train/a/2.jpg", "val/a/1.jpg",
                           "train/__MACOSX/1.jpg", "val/b/1.jpg"}) {
    Write(file);
  }
  std::filesystem::create_directory_symlink("a", root_ + "/train/b");
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_THAT(set->class_names, ElementsAre("a", "b"));
  EXPECT_THAT(
      set->warnings,
      ElementsAre("the classes a and b below train/ are one folder: one "
                  "of them is a link"));
}

TEST_F(ClassFoldersTest, ClassesHaveOneSpelling) {
  for (const char* file : {"train/cat/1.jpg", "train/dog/1.jpg",
                           "val/Cat/1.jpg", "val/dog/1.jpg"}) {
    Write(file);
  }
  EXPECT_EQ(
      Error(),
      Expected(": the classes 'cat' in train/ and 'Cat' in val/ differ "
               "by case, blanks or look-alike characters only; rename one "
               "of them"));
  Write("train/Cat/1.jpg");
  EXPECT_EQ(
      Error(),
      Expected(": the classes 'Cat' in train/ and 'cat' in train/ differ "
               "by case, blanks or look-alike characters only; rename one "
               "of them"));
  Write("train/a\x1b[2J/1.jpg");
  EXPECT_EQ(Error(),
            Expected("/train: expected class folders named with visible "
                     "characters in UTF-8, found 'a<U+001B>[2J'"));
}

TEST_F(ClassFoldersTest, ClassesThatLookTheSameAreOne) {
  for (const char* file : {"train/caf\u00e9/1.jpg", "train/dog/1.jpg",
                           "val/cafe\u0301/1.jpg", "val/dog/1.jpg"}) {
    Write(file);
  }
  EXPECT_EQ(Error(),
            Expected(": the classes 'caf\u00e9' in train/ and 'cafe\u0301' in "
                     "val/ differ by case, blanks or look-alike characters "
                     "only; rename one of them"));
}

TEST_F(ClassFoldersTest, AClassOfTwoAlphabetsIsNoted) {
  for (const char* file : {"train/c\u0430t/1.jpg", "train/dog/1.jpg",
                           "val/c\u0430t/1.jpg", "val/dog/1.jpg"}) {
    Write(file);
  }
  const auto set = ReadClassFolders(root_, 0.5);
  ASSERT_OK(set);
  EXPECT_THAT(set->warnings,
              testing::ElementsAre("the class 'c\u0430t' mixes alphabets: "
                                   "character 2 is U+0430, not the ASCII 'a'"));
}

TEST_F(ClassFoldersTest, OneClassIsNothingToLearn) {
  for (const char* file : {"train/a/1.jpg", "val/a/1.jpg"}) Write(file);
  EXPECT_EQ(Error(), Expected(": expected at least 2 classes, found 1: 'a'"));
}

TEST_F(ClassFoldersTest, SaysWhatIsMissing) {
  EXPECT_EQ(Error().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(Error().message()),
              testing::StartsWith("cannot list " + root_ + "/train"));
  Write("train/a/1.jpg");
  Write("train/b/1.jpg");
  EXPECT_THAT(std::string(Error().message()),
              testing::StartsWith("cannot list " + root_ + "/val"));
  Write("val/1.jpg");
  EXPECT_EQ(Error(), Expected("/val: found no folders"));
  Write("val/a/1.jpg");
  EXPECT_EQ(Error(), Expected(": expected the same classes in train/ and val/, "
                              "found 'b' in train/ only"));
  Write("val/aa/1.jpg");
  EXPECT_EQ(Error(), Expected(": expected the same classes in train/ and val/, "
                              "found 'aa' in val/ only"));
  Write("train/aa/1.txt");
  Write("val/b/1.jpg");
  EXPECT_EQ(Error(), Expected("/train/aa: found no images; left out 1 file "
                              "below train/: 1 .txt; the first: "
                              "train/aa/1.txt"));
}

// ImageNet's custom: the shorter side becomes 256 for inputs of 224.
TEST_F(ClassFoldersTest, KeepsTheMiddleOfTheImage) {
  at::Tensor pixels = at::zeros({64, 96, 3}, at::kByte);
  // The middle 56 x 56 pixels.
  pixels.slice(0, 4, 60).slice(1, 20, 76).fill_(250);
  for (const char* file : {"train/a/1.jpg", "train/a/2.jpg", "val/a/1.jpg",
                           "train/b/1.jpg", "val/b/1.jpg"}) {
    WriteTestFile(absl::StrCat(root_, "/", file), EncodeJpeg(pixels, 100));
  }
  ClassFolderOptions options;
  options.size = 56;
  options.validation_fraction = 0.5;
  const auto dataset = MakeClassFolderDataset(
      options, *ReadClassFolders(root_, 0.5), {root_, 0});
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  const auto inputs = (*dataset)->test.Stored(at::zeros({1}, at::kLong));
  ASSERT_OK(inputs);
  // JPEG blurs the colours of the edge.
  EXPECT_GT(inputs->min().item<int64_t>(), 200);
}

}  // namespace
}  // namespace bigstep
