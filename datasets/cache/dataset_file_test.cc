#include "datasets/cache/dataset_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

at::Tensor Invert(const at::Tensor& inputs, const at::Tensor&) {
  return 255 - inputs;
}
[[maybe_unused]] const bool registered =
    RegisterAugmentation("test_invert", Invert);

Split Examples(int64_t first) {
  return {at::arange(first, first + 6, at::kByte).view({3, 1, 2}),
          at::tensor({0, 1, 0}, at::kLong), at::tensor({2, 1, 0}, at::kLong)};
}

// Every member set to something else than its default.
Dataset FullDataset() {
  Dataset dataset;
  dataset.task = {{1, 2}, 2, 3};
  dataset.train = Examples(0);
  dataset.train.AugmentBy("test_invert");
  dataset.validation = Examples(10);
  dataset.test = Examples(20);
  dataset.test.inputs = dataset.test.inputs.to(at::kFloat) / 3;
  dataset.test.mean = at::full({1, 1, 1}, 0.1, at::kFloat);
  dataset.test.stddev = at::full({1, 1, 1}, 0.3, at::kFloat);
  dataset.extra_tests["more"] = Examples(30);
  dataset.extra_tests["most"] = Examples(40);
  dataset.spurious_mask =
      at::tensor({1, 0}, at::kLong).to(at::kBool).view({1, 2});
  dataset.unbiased = false;
  dataset.seeded = false;
  dataset.class_names = {"a", "b \"quoted\""};
  dataset.bias_names = {"x", "y", "\xc3\xa4"};
  dataset.notes = {{"left_out", {{"train", 3}}}};
  return dataset;
}

void ExpectEqual(const at::Tensor& a, const at::Tensor& b) {
  ASSERT_EQ(a.defined(), b.defined());
  if (!a.defined()) return;
  EXPECT_EQ(a.scalar_type(), b.scalar_type());
  EXPECT_TRUE(at::equal(a, b));
}

class DatasetFileTest : public testing::Test {
 protected:
  absl::Status Write(const Dataset& dataset, int64_t spare_bytes = 0) {
    return WriteDataset(path_, {"the key", {"a", "b"}, "f"}, dataset,
                        spare_bytes);
  }

  // The only file in the folder, if there is one.
  int64_t Files() {
    return std::distance(fs::directory_iterator(folder_),
                         fs::directory_iterator());
  }

  const std::string folder_ = MakeTestFolder();
  const std::string path_ = folder_ + "/small.dataset";
};

TEST_F(DatasetFileTest, EverythingComesBack) {
  const Dataset before = FullDataset();
  ASSERT_TRUE(IsCacheable(before));
  ASSERT_OK(Write(before));
  const auto mapped = MapDataset(path_);
  ASSERT_OK(mapped);
  EXPECT_EQ(mapped->origin.key, "the key");
  EXPECT_EQ(mapped->origin.folders, (std::set<std::string>{"a", "b"}));
  EXPECT_EQ(mapped->origin.fingerprint, "f");
  const Dataset& after = *mapped->dataset;
  EXPECT_EQ(after.task.input_shape, before.task.input_shape);
  EXPECT_EQ(after.task.num_classes, 2);
  EXPECT_EQ(after.task.num_biases, 3);
  EXPECT_FALSE(after.unbiased);
  EXPECT_FALSE(after.seeded);
  EXPECT_EQ(after.class_names, before.class_names);
  EXPECT_EQ(after.bias_names, before.bias_names);
  EXPECT_EQ(after.notes, before.notes);
  ExpectEqual(after.spurious_mask, before.spurious_mask);
  ASSERT_EQ(after.SplitNames(), before.SplitNames());
  for (const std::string& name : before.SplitNames()) {
    const Split &a = *after.Find(name), &b = *before.Find(name);
    ExpectEqual(a.inputs, b.inputs);
    ExpectEqual(a.labels, b.labels);
    ExpectEqual(a.bias_labels, b.bias_labels);
    ExpectEqual(a.mean, b.mean);
    ExpectEqual(a.stddev, b.stddev);
    EXPECT_EQ(a.augmentation_name, b.augmentation_name);
  }
  EXPECT_OK(CheckDataset(after));
  ASSERT_TRUE(after.train.augmentation);
  EXPECT_TRUE(at::equal(after.train.augmentation(after.train.inputs, {}),
                        255 - before.train.inputs));
}

TEST_F(DatasetFileTest, TensorsBeginAtMultiplesOf64Bytes) {
  ASSERT_OK(Write(FullDataset()));
  const auto mapped = MapDataset(path_);
  ASSERT_OK(mapped);
  for (const std::string& name : mapped->dataset->SplitNames()) {
    const Split& split = *mapped->dataset->Find(name);
    for (const at::Tensor& tensor : {split.inputs, split.labels}) {
      EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data_ptr()) % 64, 0u);
    }
  }
}

TEST_F(DatasetFileTest, ValuesMayLieInMemoryInAnyWay) {
  Dataset dataset = FullDataset();
  dataset.train.inputs = at::arange(12, at::kByte).view({3, 2, 2}).select(1, 1);
  dataset.train.inputs = dataset.train.inputs.unsqueeze(1);
  ASSERT_FALSE(dataset.train.inputs.is_contiguous());
  ASSERT_OK(Write(dataset));
  ExpectEqual(MapDataset(path_)->dataset->train.inputs, dataset.train.inputs);
}

TEST_F(DatasetFileTest, TensorsOutliveTheFile) {
  ASSERT_OK(Write(FullDataset()));
  const at::Tensor inputs = MapDataset(path_)->dataset->train.inputs;
  fs::remove(path_);
  EXPECT_TRUE(at::equal(inputs, FullDataset().train.inputs));
}

TEST_F(DatasetFileTest, ANewFileLeavesTheOldOneToItsReaders) {
  ASSERT_OK(Write(FullDataset()));
  const at::Tensor inputs = MapDataset(path_)->dataset->train.inputs;
  Dataset other = FullDataset();
  other.train = Examples(100);
  ASSERT_OK(Write(other));
  EXPECT_TRUE(at::equal(inputs, FullDataset().train.inputs));
  EXPECT_TRUE(
      at::equal(MapDataset(path_)->dataset->train.inputs, other.train.inputs));
  EXPECT_EQ(Files(), 1);
}

using DatasetFileDeathTest = DatasetFileTest;

TEST_F(DatasetFileDeathTest, WritingToTheTensorsEndsTheProcess) {
  ASSERT_OK(Write(FullDataset()));
  const auto mapped = MapDataset(path_);
  EXPECT_DEATH(mapped->dataset->train.inputs.add_(1), "");
}

TEST_F(DatasetFileTest, ForeignAndDamagedFilesAreRefused) {
  ASSERT_OK(Write(FullDataset()));
  const std::string whole = ReadTestFile(path_);
  std::string format = whole, flipped = whole;
  format[format.find("bigstep dataset 2") + 16] = '0';
  ASSERT_NE(format, whole);
  flipped[200] ^= 1;  // Within the header.
  const std::string kCases[] = {
      "",
      "not a dataset",
      std::string(5000, '\0'),
      format,
      flipped,
      whole.substr(0, 100),
      whole.substr(0, 500),
      whole.substr(0, whole.size() - 1),
      whole + "!",
  };
  for (const std::string& content : kCases) {
    WriteTestFile(path_, content);
    const absl::Status status = MapDataset(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
  }
  EXPECT_EQ(MapDataset(folder_).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(MapDataset(path_ + "x").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(DatasetFileTest, ANearlyFullDiskIsLeftAlone) {
  const absl::Status status = Write(FullDataset(), int64_t{1} << 62);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("the disk of " + path_ + " is"));
  EXPECT_EQ(Files(), 0);
}

TEST_F(DatasetFileTest, AFileThatCannotBeFinishedGoesAway) {
  struct rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old = signal(SIGXFSZ, SIG_IGN);
  const struct rlimit short_files = {500, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &short_files), 0);
  const absl::Status status = Write(FullDataset());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  signal(SIGXFSZ, old);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("cannot write " + path_));
  EXPECT_EQ(Files(), 0);
}

TEST_F(DatasetFileTest, AFolderThatIsMissingIsAnError) {
  const absl::Status status =
      WriteDataset(folder_ + "/none/file", {}, FullDataset(), 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
}

class NoSource final : public InputSource {
 public:
  absl::StatusOr<at::Tensor> Load(const at::Tensor&,
                                  const at::Tensor&) const override {
    return absl::UnimplementedError("");
  }
};

TEST(IsCacheableTest, NotWithStreamedInputsOrUnnamedAugmentations) {
  Dataset streamed = FullDataset();
  streamed.test.source = std::make_shared<NoSource>();
  EXPECT_FALSE(IsCacheable(streamed));
  Dataset of_files = FullDataset();
  of_files.extra_tests["more"].files_sha256 = "1";
  EXPECT_FALSE(IsCacheable(of_files));
  Dataset augmented = FullDataset();
  augmented.train.augmentation_name = "";
  EXPECT_FALSE(IsCacheable(augmented));
}

}  // namespace
}  // namespace bigstep
