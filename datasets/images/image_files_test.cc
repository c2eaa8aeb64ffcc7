#include "datasets/images/image_files.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

// A set of twelve images: 6 to train, 3 to validate, 3 to test.
class ImageFilesTest : public testing::Test {
 protected:
  ImageFilesTest() {
    set_.folder = MakeTestFolder();
    set_.class_names = {"a", "b"};
    set_.bias_names = {"x", "y", "z"};
    for (int64_t i = 0; i < 12; ++i) {
      const std::string file = absl::StrCat(i, ".jpg");
      WriteTestFile(set_.folder + "/" + file,
                    EncodeJpeg(MakeWaves(12, 15, static_cast<double>(i))));
      set_.Part(i < 6 ? 0 : i < 9 ? 1 : 2).Add(file, i % 2, i % 3);
    }
    options_.size = 8;
  }

  absl::StatusOr<std::unique_ptr<Dataset>> Make(int64_t seed = 1) const {
    return MakeImageDataset(options_, MakeTransform(options_), set_,
                            {"", seed, cache_folder_});
  }

  // Stored inputs of a whole split.
  static at::Tensor Inputs(const Split& split) {
    const auto inputs = split.Stored(at::arange(split.size(), at::kLong));
    EXPECT_OK(inputs);
    return *inputs;
  }

  ImageSet set_;
  ImageFileOptions options_;
  std::string cache_folder_;
};

TEST_F(ImageFilesTest, StreamsUnlessToldToCache) {
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  EXPECT_NE((*dataset)->train.source, nullptr);
  EXPECT_FALSE((*dataset)->train.inputs.defined());
  EXPECT_EQ((*dataset)->task.input_shape, (std::vector<int64_t>{3, 8, 8}));
  EXPECT_EQ((*dataset)->task.num_classes, 2);
  EXPECT_EQ((*dataset)->task.num_biases, 3);
  EXPECT_FALSE((*dataset)->seeded);
  // By hand: examples 0 and 1 of 0 to 5 have i mod 2 = i mod 3.
  EXPECT_EQ((*dataset)->notes.at("warnings").dump(),
            R"(["more training images are bias-conflicting (4) )"
            R"(than bias-aligned (2): is the right bias label paired with )"
            R"(each label?"])");
  EXPECT_TRUE(
      (*dataset)->validation.labels.equal(at::tensor({0, 1, 0}, at::kLong)));
  EXPECT_TRUE(
      (*dataset)->test.bias_labels.equal(at::tensor({0, 1, 2}, at::kLong)));
}

TEST_F(ImageFilesTest, CachedInputsAreTheStreamedOnes) {
  const auto streamed = Make();
  ASSERT_OK(streamed);
  options_.cache = true;
  for (const std::string& folder : {std::string(), MakeTestFolder()}) {
    cache_folder_ = folder;
    const auto cached = Make();
    ASSERT_OK(cached);
    EXPECT_OK(CheckDataset(**cached));
    for (Split Dataset::*split :
         {&Dataset::train, &Dataset::validation, &Dataset::test}) {
      EXPECT_TRUE(((**cached).*split).inputs.defined());
      EXPECT_TRUE(Inputs((**cached).*split).equal(Inputs((**streamed).*split)));
    }
    if (folder.empty()) continue;
    // One file for each split.
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}),
              3);
  }
}

TEST_F(ImageFilesTest, NormalizesAsImageNetIs) {
  const auto dataset = Make();
  ASSERT_OK(dataset);
  const auto batch = (*dataset)->test.Range(0, 1);
  ASSERT_OK(batch);
  const double pixel = Inputs((*dataset)->test)[0][1][2][3].item<int64_t>();
  // Green: mean 0.456, standard deviation 0.224.
  EXPECT_NEAR((*batch)[0][1][2][3].item<double>(),
              (pixel / 255 - 0.456) / 0.224, 1e-5);
}

TEST_F(ImageFilesTest, SkipsCorruptImagesAndSaysHowMany) {
  WriteTestFile(set_.folder + "/0.jpg", "");
  WriteTestFile(set_.folder + "/3.jpg", "no image");
  WriteTestFile(set_.folder + "/10.jpg", "no image either");
  options_.corrupt_images = "skip";
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_EQ((*dataset)->notes["corrupt_images"].dump(),
            R"({"test":1,"train":2,"validation":0})");
  // 1, 2, 4, 5 and 9, 11 are left.
  EXPECT_TRUE(
      (*dataset)->train.labels.equal(at::tensor({1, 0, 0, 1}, at::kLong)));
  EXPECT_TRUE(
      (*dataset)->test.bias_labels.equal(at::tensor({0, 2}, at::kLong)));
  EXPECT_EQ(Inputs((*dataset)->train).size(0), 4);
}

TEST_F(ImageFilesTest, AllEmptyImagesAreNamedAtOnce) {
  for (const char* const file : {"/2.jpg", "/9.jpg"}) {
    WriteTestFile(set_.folder + file, "");
  }
  EXPECT_EQ(Make().status(),
            absl::DataLossError(
                set_.folder +
                ": 2 images have 0 bytes: 2.jpg, 9.jpg; copy the data again, "
                "or leave such images out with corrupt_images: skip"));
  options_.corrupt_images = "skip";
  EXPECT_OK(Make());
}

TEST_F(ImageFilesTest, CorruptImagesAreErrorsOtherwise) {
  WriteTestFile(set_.folder + "/3.jpg", "no image");
  const auto dataset = Make();
  ASSERT_OK(dataset);  // Nothing is decoded yet.
  const absl::Status status = (*dataset)->train.Range(0, 6).status();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_EQ(status.message().rfind(set_.folder + "/3.jpg: expected ", 0), 0u)
      << status;
  EXPECT_OK((*dataset)->train.Range(0, 3));
  options_.cache = true;
  EXPECT_EQ(Make().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ImageFilesTest, TurnsImagesIfAskedTo) {
  // Orientation 6, in the segment that Pillow writes; the stored image is wide.
  const std::string turned =
      ReadTestFile("datasets/images/testdata/images/turned.jpg");
  WriteTestFile(set_.folder + "/9.jpg", turned);
  const auto stored = Make();
  options_.exif_orientation = true;
  const auto shown = Make();
  ASSERT_OK(stored);
  ASSERT_OK(shown);
  const at::Tensor before = Inputs((*stored)->test);
  const at::Tensor after = Inputs((*shown)->test);
  EXPECT_FALSE(before[0].equal(after[0]));
  EXPECT_TRUE(before[1].equal(after[1]));
  // Inputs in the cache folder are kept apart.
  options_.cache = true;
  cache_folder_ = MakeTestFolder();
  EXPECT_TRUE(Inputs((*Make())->test).equal(after));
  options_.exif_orientation = false;
  EXPECT_TRUE(Inputs((*Make())->test).equal(before));
}

TEST_F(ImageFilesTest, TestImagesMayNotBeInOtherSplits) {
  set_.check_duplicates = true;
  EXPECT_OK(Make());
  WriteTestFile(set_.folder + "/7.jpg", ReadTestFile(set_.folder + "/2.jpg"));
  const auto validation = Make();
  ASSERT_OK(validation);
  EXPECT_EQ((*validation)->notes["warnings"][1],
            "1 image of validation is in train too, the first: 7.jpg has the "
            "content of 2.jpg");
  for (const char* other : {"/2.jpg", "/8.jpg"}) {
    WriteTestFile(set_.folder + "/9.jpg", ReadTestFile(set_.folder + other));
    EXPECT_EQ(Make().status().code(), absl::StatusCode::kInvalidArgument);
  }
  set_.check_duplicates = false;
  EXPECT_OK(Make());
}

TEST_F(ImageFilesTest, ALabelWithoutTrainingImagesIsAWarning) {
  set_.class_names = {"a", "b", "c", "d"};
  set_.test.labels[0] = 3;
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_EQ((*dataset)->notes["warnings"][0],
            "no training image has the labels c, d");
}

TEST_F(ImageFilesTest, TheContentOfEveryImageIsInTheNotes) {
  const auto content = [this] {
    const auto dataset = Make();
    EXPECT_OK(dataset);
    return (*dataset)->notes.at("content");
  };
  const Json before = content();
  for (const int i : {0, 7, 11}) {  // One of each split.
    const std::string path = absl::StrCat(set_.folder, "/", i, ".jpg");
    const std::string image = ReadTestFile(path);
    std::string other = image;
    other[other.size() / 2] ^= 1;
    WriteTestFile(path, other);  // Of the same size.
    EXPECT_NE(content(), before) << i;
    WriteTestFile(path, image);
  }
  EXPECT_EQ(content(), before);
  set_.check_content = false;
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_FALSE((*dataset)->notes.contains("content"));
}

TEST_F(ImageFilesTest, MissingFilesAreNeverSkipped) {
  std::filesystem::remove(set_.folder + "/3.jpg");
  options_.corrupt_images = "skip";
  EXPECT_EQ(Make().status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ImageFilesTest, TheSeedDrawsTheSubset) {
  // One group, of which the seed may choose any.
  set_.train.labels.assign(6, 0);
  set_.train.bias_labels.assign(6, 0);
  options_.subset = 2;
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_TRUE((*dataset)->seeded);
  EXPECT_EQ((*dataset)->train.size(), 2);
  EXPECT_EQ((*dataset)->test.size(), 3);
  EXPECT_TRUE(Inputs((*dataset)->train).equal(Inputs((*Make())->train)));
  bool differs = false;
  for (int64_t seed = 2; seed < 8; ++seed) {
    differs |= !Inputs((*dataset)->train).equal(Inputs((*Make(seed))->train));
  }
  EXPECT_TRUE(differs);
}

TEST_F(ImageFilesTest, AugmentsTrainingAlone) {
  options_.augmentation = "crop_flip";
  const auto dataset = Make();
  ASSERT_OK(dataset);
  const at::Tensor indices = at::arange(3, at::kLong);
  const at::Tensor draws = at::full({3, kAugmentationDraws}, 0.25, at::kDouble);
  const Split& train = (*dataset)->train;
  EXPECT_FALSE(train.Stored(indices, draws)->equal(*train.Stored(indices)));
}

TEST_F(ImageFilesTest, EverySplitNeedsImages) {
  set_.validation = {};
  EXPECT_EQ(
      Make().status(),
      absl::InvalidArgumentError(
          set_.folder + ": expected images in split validation, found none"));
}

TEST(ImageFileOptionsTest, ChecksOptionsAgainstEachOther) {
  ImageFileOptions options;
  EXPECT_EQ(CheckImageFileOptions(options), "");
  options.cache = true;
  EXPECT_EQ(CheckImageFileOptions(options), "");
  options.augmentation = "crop_flip";
  EXPECT_EQ(CheckImageFileOptions(options),
            "cache: true keeps finished inputs, but augmentation needs the "
            "images; set one of them to false or none");
  options.crop_ratio = {1, 0.5};
  EXPECT_EQ(CheckImageFileOptions(options),
            "crop_ratio: expected two numbers, the lesser one first");
  options.crop_scale = {1};
  EXPECT_EQ(CheckImageFileOptions(options),
            "crop_scale: expected two numbers, the lesser one first");
}

TEST(CheckImagePathsTest, NamesTheLine) {
  const std::string folder = MakeTestFolder();
  WriteTestFile(folder + "/a.jpg", "");
  CsvColumn column = {"file", {"a.jpg", "../a.jpg"}, {2, 5}, "t.csv"};
  EXPECT_EQ(CheckImagePaths(column, folder),
            absl::InvalidArgumentError(
                absl::StrCat("t.csv:5: column 'file': expected a path inside ",
                             folder, " without \"..\", found '../a.jpg'")));
  column.values[1] = "b.jpg";
  EXPECT_EQ(CheckImagePaths(column, folder),
            absl::NotFoundError(absl::StrCat(
                "t.csv:5: column 'file': found no file ", folder, "/b.jpg")));
}

TEST(CheckImagePathsTest, NamesAllMissingFilesAtOnce) {
  const std::string folder = MakeTestFolder();
  WriteTestFile(folder + "/a.jpg", "");
  CsvColumn column = {"file", {"a.jpg"}, {2}, "t.csv"};
  for (int i = 0; i < 8; ++i) {
    column.values.push_back(absl::StrCat(i, ".jpg"));
    column.lines.push_back(i + 3);
  }
  EXPECT_EQ(CheckImagePaths(column, folder),
            absl::NotFoundError(absl::StrCat(
                "t.csv:3: column 'file': found no file ", folder,
                "/0.jpg; 7 more are missing: 1.jpg (line 4), 2.jpg (line 5), "
                "3.jpg (line 6), 4.jpg (line 7), 5.jpg (line 8), ...")));
}

TEST(CheckImagePathsTest, PathsMayLeadAnywhereIfAllowed) {
  const std::string folder = MakeTestFolder(), other = MakeTestFolder();
  WriteTestFile(other + "/a.jpg", "");
  std::filesystem::create_symlink(other + "/a.jpg", folder + "/link.jpg");
  const CsvColumn column = {
      "file", {other + "/a.jpg", "link.jpg"}, {2, 3}, "t.csv"};
  EXPECT_OK(CheckImagePaths(column, folder, /*outside=*/true));
  EXPECT_FALSE(CheckImagePaths(column, folder).ok());
  const CsvColumn missing = {"file", {other + "/b.jpg"}, {2}, "t.csv"};
  EXPECT_EQ(CheckImagePaths(missing, folder, /*outside=*/true).code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace bigstep
