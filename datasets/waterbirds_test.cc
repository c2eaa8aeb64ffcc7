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

constexpr char kHowToGet[] =
    "; get the official files with `bazel run //tools:fetch_data -- "
    "waterbirds` and name the data root with --data_root";
constexpr char kHeader[] = "img_id,img_filename,y,split,place,place_filename\n";

at::Tensor GroupCounts(const Split& split) {
  return at::bincount(split.labels * 2 + split.bias_labels, {}, 4);
}

class WaterbirdsTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Dataset>> Make(
      const std::string& options = "size: 28") const {
    return Datasets::Get().Make(
        ParsePlugin<DatasetFamily>("{name: waterbirds, " + options + "}"),
        {root_, 1});
  }

  // Writes a table of these rows, which may use the image a/1.jpg.
  void Write(const std::string& rows) const {
    WriteTestFile(folder_ + "/a/1.jpg", EncodeJpeg(MakeWaves(20, 30)));
    WriteTestFile(folder_ + "/metadata.csv", rows);
  }

  // Expects an error that begins with the path of the table and ends with the
  // way to get it.
  void ExpectError(const std::string& rows, const std::string& message) const {
    Write(rows);
    EXPECT_EQ(std::string(Make().status().message()),
              absl::StrCat(folder_, "/metadata.csv", message, kHowToGet));
  }

  const std::string root_ = MakeTestFolder();
  const std::string folder_ = root_ + "/waterbirds_v1.0";
};

TEST_F(WaterbirdsTest, ReadsTheOfficialLayout) {
  WriteFakeWaterbirds(root_);
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  EXPECT_TRUE(GroupCounts((*dataset)->train)
                  .equal(at::tensor({18, 2, 2, 18}, at::kLong)));
  for (const Split* split : {&(*dataset)->validation, &(*dataset)->test}) {
    EXPECT_TRUE(GroupCounts(*split).equal(at::tensor({5, 5, 5, 5}, at::kLong)));
  }
  EXPECT_THAT((*dataset)->class_names,
              testing::ElementsAre("landbird", "waterbird"));
  EXPECT_THAT((*dataset)->bias_names, testing::ElementsAre("land", "water"));
  const auto batch = (*dataset)->train.Range(0, 2);
  ASSERT_OK(batch);
  EXPECT_EQ(batch->sizes(), (std::vector<int64_t>{2, 3, 28, 28}));
}

TEST_F(WaterbirdsTest, KnowsTheFolderOfTheOtherArchive) {
  WriteFakeWaterbirds(root_);
  std::filesystem::rename(folder_,
                          root_ + "/waterbird_complete95_forest2water2");
  EXPECT_OK(Make());
}

// group_DRO: both sides to 256, then the middle 224 pixels. Scaled down by 8.
TEST_F(WaterbirdsTest, CutsTheEdgesOff) {
  at::Tensor pixels = at::zeros({32, 32, 3}, at::kByte);
  pixels.slice(0, 2, 30).slice(1, 2, 30).fill_(200);
  Write(absl::StrCat(kHeader, "1,a/1.jpg,0,0,0,\n2,a/1.jpg,0,1,0,\n",
                     "3,a/1.jpg,0,2,0,\n"));
  WriteTestFile(folder_ + "/a/1.jpg", EncodeJpeg(pixels, 100));
  const auto dataset = Make();
  ASSERT_OK(dataset);
  const auto inputs = (*dataset)->test.Stored(at::zeros({1}, at::kLong));
  ASSERT_OK(inputs);
  // JPEG rings a little at the edge.
  EXPECT_GT(inputs->min().item<int64_t>(), 180);
}

TEST_F(WaterbirdsTest, SaysWhatIsWrongWithTheTable) {
  ExpectError("", ":1: expected a row that names the columns");
  ExpectError("img_id,img_filename,y,splt,place\n1,a/1.jpg,0,0,0\n",
              ":1: no column 'split'; did you mean 'splt'? (found: img_id, "
              "img_filename, y, splt, place)");
  ExpectError(absl::StrCat(kHeader, "1,a/1.jpg,0,0,0,b\n2,a/1.jpg,2,0,0,b\n"),
              ":3: column 'y': expected an integer from 0 to 1, found '2'");
  ExpectError(absl::StrCat(kHeader, "1,a/1.jpg,0,7,0,b\n"),
              ":2: column 'split': expected an integer from 0 to 2, found '7'");
  ExpectError(absl::StrCat(kHeader, "1,a/1.jpg,0,0,water,b\n"),
              ":2: column 'place': expected an integer from 0 to 1, found "
              "'water'");
  ExpectError(absl::StrCat(kHeader, "1,a/2.jpg,0,0,0,b\n"),
              absl::StrCat(":2: column 'img_filename': found no file ", folder_,
                           "/a/2.jpg"));
  ExpectError(absl::StrCat(kHeader, "1,../../x.jpg,0,0,0,b\n"),
              absl::StrCat(":2: column 'img_filename': expected a path inside ",
                           folder_, " without \"..\", found '../../x.jpg'"));
  ExpectError(absl::StrCat(kHeader, "1,a/1.jpg,0,0\n"),
              ":2: expected 6 values, one for each column, found 4");
}

TEST_F(WaterbirdsTest, EverySplitMustBeThere) {
  Write(absl::StrCat(kHeader, "1,a/1.jpg,0,0,0,b\n2,a/1.jpg,0,2,0,b\n"));
  EXPECT_EQ(Make().status(),
            absl::InvalidArgumentError(
                folder_ + ": expected images in split validation, found none"));
}

TEST_F(WaterbirdsTest, SaysHowToGetTheData) {
  EXPECT_EQ(
      Make().status(),
      absl::NotFoundError(absl::StrCat(
          "found neither ", root_, "/waterbirds_v1.0/metadata.csv nor ", root_,
          "/waterbird_complete95_forest2water2/metadata.csv", kHowToGet)));
}

TEST_F(WaterbirdsTest, RandomBoxesAreAsPublished) {
  const Json options =
      ParsePlugin<DatasetFamily>("{name: waterbirds}").ToJson();
  // group_DRO: RandomResizedCrop(scale=(0.7, 1.0), ratio=(0.75, 1.333)).
  EXPECT_EQ(options["crop_scale"], Json({0.7, 1.0}));
  EXPECT_NEAR(options["crop_ratio"][0].get<double>(), 0.75, 1e-9);
  EXPECT_NEAR(options["crop_ratio"][1].get<double>(), 1.3333, 1e-4);
}

}  // namespace
}  // namespace bigstep
