#include "datasets/images/contact_sheet.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/png_testing.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using Positions = std::vector<int64_t>;

// Two classes and bias labels; images [3, 4, 4] in a colour of their own.
Dataset TwoClasses() {
  Dataset dataset;
  dataset.task = {{3, 4, 4}, 2, 2};
  Split& train = dataset.train;
  train.labels = at::tensor({0, 0, 0, 0, 0, 1, 1, 1}, at::kLong);
  train.bias_labels = at::tensor({0, 0, 1, 0, 1, 1, 1, 1}, at::kLong);
  train.inputs = at::zeros({8, 3, 4, 4}, at::kByte);
  for (int64_t i = 0; i < 8; ++i) train.inputs[i][0].fill_(100 + i);
  dataset.validation = dataset.test = train;
  return dataset;
}

TEST(PickExamplesTest, HalfIsAlignedAndHalfConflicting) {
  const Dataset dataset = TwoClasses();
  ContactSheetOptions options;
  options.columns = 4;
  const auto rows = PickExamples(dataset.train, dataset.task, options);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].label, 0);
  EXPECT_EQ(rows[0].aligned, (Positions{0, 1}));
  EXPECT_EQ(rows[0].conflicting, (Positions{2, 4}));
  // Class 1 has no conflicting example: aligned ones fill up.
  EXPECT_EQ(rows[1].aligned, (Positions{5, 6, 7}));
  EXPECT_EQ(rows[1].conflicting, Positions());
}

TEST(PickExamplesTest, NewBiasLabelsComeFirst) {
  Split split;
  split.labels = at::zeros({6}, at::kLong);
  split.bias_labels = at::tensor({1, 1, 1, 2, 2, 3}, at::kLong);
  ContactSheetOptions options;
  options.columns = 4;
  const auto rows = PickExamples(split, {{1}, 4, 4}, options);
  ASSERT_EQ(rows.size(), 1u);  // Classes 1 to 3 have no example.
  EXPECT_EQ(rows[0].conflicting, (Positions{0, 1, 3, 5}));
}

TEST(PickExamplesTest, ManyClassesAreSpreadEvenly) {
  Split split;
  split.labels = at::arange(100, at::kLong);
  split.bias_labels = at::zeros({100}, at::kLong);
  ContactSheetOptions options;
  options.rows = 4;
  Positions labels;
  for (const SheetRow& row : PickExamples(split, {{1}, 100, 1}, options)) {
    labels.push_back(row.label);
    EXPECT_EQ(row.aligned, Positions{row.label});  // No bias labels.
  }
  EXPECT_EQ(labels, (Positions{0, 25, 50, 75}));
}

// How many pixels of the sheet have this colour.
int64_t Count(const std::string& png, uint32_t color) {
  int64_t count = 0;
  for (const auto& row : Pixels(png)) {
    count += std::count(row.begin(), row.end(), color);
  }
  return count;
}

TEST(DrawContactSheetTest, EachPickedImageCoversItsTile) {
  ContactSheetOptions options;
  options.columns = 4;
  const auto png = DrawContactSheet(TwoClasses(), options);
  ASSERT_OK(png);
  for (int64_t i = 0; i < 8; ++i) {
    // Image 3 is the one that is not picked. A tile is 96 pixels square.
    const auto red = static_cast<uint32_t>((100 + i) << 16);
    EXPECT_EQ(Count(*png, red), i == 3 ? 0 : 96 * 96) << i;
  }
}

TEST(DrawContactSheetTest, TheMaskShowsWhatIsSpurious) {
  Dataset dataset = TwoClasses();
  dataset.spurious_mask = at::zeros({3, 4, 4}, at::kBool);
  dataset.spurious_mask.slice(2, 2, 4).fill_(true);
  ContactSheetOptions options;
  options.columns = 1;
  const auto png = DrawContactSheet(dataset, options);
  ASSERT_OK(png);
  // The first image once whole and once its right half.
  EXPECT_EQ(Count(*png, 100 << 16), 96 * 96 + 48 * 96);
}

TEST(DrawContactSheetTest, DrawsVectorsAndFloats) {
  Dataset dataset;
  dataset.task = {{12}, 2, 2};
  dataset.train = {at::ones({2, 12}), at::tensor({0, 1}, at::kLong),
                   at::tensor({0, 0}, at::kLong)};
  dataset.train.inputs.slice(1, 0, 5).fill_(-1);
  dataset.validation = dataset.test = dataset.train;
  EXPECT_OK(DrawContactSheet(dataset, {}));
}

TEST(DrawContactSheetTest, AnUnknownSplitIsRefused) {
  ContactSheetOptions options;
  options.split = "tset";
  const auto png = DrawContactSheet(TwoClasses(), options);
  EXPECT_EQ(png.status(), absl::InvalidArgumentError(
                              "the dataset has no split 'tset' (it has train, "
                              "validation, test)"));
}

}  // namespace
}  // namespace bigstep
