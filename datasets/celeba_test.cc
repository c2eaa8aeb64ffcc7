#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
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
    "; get the official files with `bazel run //tools:fetch_data -- celeba` "
    "and name the data root with --data_root";

class CelebaTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Dataset>> Make(
      const std::string& options = "size: 16") const {
    return Datasets::Get().Make(
        ParsePlugin<DatasetFamily>("{name: celeba, " + options + "}"),
        {root_, 1});
  }

  void WriteImages(const std::string& folder, int64_t height = 218,
                   int64_t width = 178) const {
    const std::string image = EncodeJpeg(MakeWaves(height, width));
    for (const char* name : {"1.jpg", "2.jpg", "3.jpg"}) {
      WriteTestFile(absl::StrCat(folder, "/img_align_celeba/", name), image);
    }
  }

  // Writes the lists of the authors.
  void WriteText(const std::string& attributes,
                 const std::string& partition) const {
    WriteImages(folder_);
    WriteTestFile(attributes_, attributes);
    WriteTestFile(partition_, partition);
  }

  // Without the way to get the data, with which it must end.
  std::string Error() const {
    std::string message(Make().status().message());
    EXPECT_THAT(message, testing::EndsWith(kHowToGet));
    return message.substr(0, message.size() - std::strlen(kHowToGet));
  }

  const std::string root_ = MakeTestFolder();
  const std::string folder_ = root_ + "/celeba";
  const std::string attributes_ = folder_ + "/list_attr_celeba.txt";
  const std::string partition_ = folder_ + "/list_eval_partition.txt";
  const std::string good_attributes_ =
      "3\nBlond_Hair Young Male \n1.jpg -1  1  1\n2.jpg  1 -1 -1\n3.jpg  1  1 "
      " 1\n";
  const std::string good_partition_ = "1.jpg 0\n2.jpg 1\n3.jpg 2\n";
};

void ExpectLabels(const Dataset& dataset, std::vector<int64_t> labels,
                  std::vector<int64_t> bias_labels) {
  const Split* const splits[] = {&dataset.train, &dataset.validation,
                                 &dataset.test};
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(splits[i]->size(), 1);
    EXPECT_EQ(splits[i]->labels.item<int64_t>(), labels[i]) << i;
    EXPECT_EQ(splits[i]->bias_labels.item<int64_t>(), bias_labels[i]) << i;
  }
}

TEST_F(CelebaTest, ReadsTheListsOfTheAuthors) {
  WriteText(good_attributes_, good_partition_);
  const auto dataset = Make();
  ASSERT_OK(dataset);
  EXPECT_OK(CheckDataset(**dataset));
  ExpectLabels(**dataset, {0, 1, 1}, {0, 1, 0});
  EXPECT_THAT((*dataset)->class_names,
              testing::ElementsAre("not Blond_Hair", "Blond_Hair"));
  EXPECT_THAT((*dataset)->bias_names, testing::ElementsAre("Male", "not Male"));
  EXPECT_FALSE((*dataset)->unbiased);
}

TEST_F(CelebaTest, ReadsTheListsOfKaggle) {
  // Below data/, the images in a folder in a folder.
  WriteImages(folder_ + "/data/img_align_celeba");
  WriteTestFile(folder_ + "/data/list_attr_celeba.csv",
                "image_id,Blond_Hair,Young,Male\n1.jpg,-1,1,1\n2.jpg,1,-1,-1\n"
                "3.jpg,1,1,1\n");
  WriteTestFile(folder_ + "/data/list_eval_partition.csv",
                "image_id,partition\n1.jpg,0\n2.jpg,1\n3.jpg,2\n");
  const auto dataset = Make();
  ASSERT_OK(dataset);
  ExpectLabels(**dataset, {0, 1, 1}, {0, 1, 0});
  EXPECT_OK((*dataset)->test.Range(0, 1));
}

TEST_F(CelebaTest, AnyAttributesWillDo) {
  WriteText(good_attributes_, good_partition_);
  const auto dataset = Make("size: 16, target: Young, confounder: Blond_Hair");
  ASSERT_OK(dataset);
  ExpectLabels(**dataset, {1, 0, 1}, {1, 0, 0});
}

TEST_F(CelebaTest, ReadsTheFakeSet) {
  WriteFakeCeleba(root_);
  const auto dataset = Make();
  ASSERT_OK(dataset);
  // Most of the blond are female and most of the dark male, everywhere.
  const auto counts = [](const Split& split) {
    return at::bincount(split.labels * 2 + split.bias_labels);
  };
  EXPECT_TRUE(
      counts((*dataset)->train).equal(at::tensor({18, 2, 2, 18}, at::kLong)));
  for (const Split* split : {&(*dataset)->validation, &(*dataset)->test}) {
    EXPECT_TRUE(counts(*split).equal(at::tensor({9, 1, 1, 9}, at::kLong)));
  }
}

// CenterCrop(178) of 218 x 178 keeps rows 20 to 197.
TEST_F(CelebaTest, KeepsTheMiddleSquare) {
  WriteText(good_attributes_, good_partition_);
  at::Tensor pixels = at::zeros({218, 178, 3}, at::kByte);
  pixels.slice(0, 20, 198).fill_(200);
  WriteTestFile(folder_ + "/img_align_celeba/3.jpg", EncodeJpeg(pixels, 100));
  const auto dataset = Make("size: 178");
  ASSERT_OK(dataset);
  const auto inputs = (*dataset)->test.Stored(at::zeros({1}, at::kLong));
  ASSERT_OK(inputs);
  EXPECT_GT(inputs->min().item<int64_t>(), 150);
}

TEST_F(CelebaTest, SaysWhatIsWrongWithTheLists) {
  WriteText("3\nBlond_Hair Young Mole \n1.jpg 1 1 1\n", good_partition_);
  EXPECT_EQ(Error(), attributes_ +
                         ":2: no column 'Male'; did you mean 'Mole'? (found: "
                         "image_id, Blond_Hair, Young, Mole)");
  WriteText("3\nBlond_Hair Male\n1.jpg 1 1\n2.jpg 1\n", good_partition_);
  EXPECT_EQ(Error(), attributes_ +
                         ":4: expected 3 values, one for each column, found 2");
  WriteText("1\nBlond_Hair Male\n1.jpg 1 0\n", "1.jpg 0\n");
  EXPECT_EQ(Error(),
            attributes_ + ":3: column 'Male': expected -1 or 1, found '0'");
  WriteText("", good_partition_);
  EXPECT_EQ(Error(), attributes_ + ":1: expected a row that names the columns");
  WriteText("1\nBlond_Hair Male\n../1.jpg 1 1\n", "../1.jpg 0\n");
  EXPECT_EQ(Error(), absl::StrCat(attributes_,
                                  ":3: column 'image_id': expected a path "
                                  "inside ",
                                  folder_,
                                  "/img_align_celeba without \"..\", "
                                  "found '../1.jpg'"));

  WriteText(good_attributes_, "1.jpg 0\n2.jpg 3\n3.jpg 2\n");
  EXPECT_EQ(Error(), partition_ +
                         ":2: column 'partition': expected an integer from 0 "
                         "to 2, found '3'");
  WriteText(good_attributes_, "1.jpg 0\n3.jpg 1\n2.jpg 2\n");
  EXPECT_EQ(Error(), absl::StrCat(partition_,
                                  ":2: column 'image_id': expected 2.jpg as "
                                  "in ",
                                  attributes_, ", found '3.jpg'"));
  WriteText(good_attributes_, "1.jpg 0\n");
  EXPECT_EQ(Error(), absl::StrCat(partition_, ": expected 3 images as in ",
                                  attributes_, ", found 1"));
  WriteText(good_attributes_, good_partition_ + "4.jpg 0\n");
  EXPECT_EQ(Error(), absl::StrCat(partition_,
                                  ":4: column 'image_id': expected no more "
                                  "images as in ",
                                  attributes_, ", found '4.jpg'"));
}

TEST_F(CelebaTest, RefusesOneAttributeAsBoth) {
  Problems problems;
  const SpecNode node =
      ReadSpec("{name: celeba, target: Male}", "test", 0, problems);
  Datasets::Get().Read(node, "dataset", problems);
  EXPECT_THAT(Message(problems),
              testing::HasSubstr("target and confounder must differ"));
}

TEST_F(CelebaTest, SaysHowToGetTheData) {
  EXPECT_EQ(Make().status(),
            absl::NotFoundError(
                absl::StrCat("found no list_attr_celeba.csv or .txt in ", root_,
                             "/celeba or ", root_, "/celeba/data", kHowToGet)));
}

}  // namespace
}  // namespace bigstep
