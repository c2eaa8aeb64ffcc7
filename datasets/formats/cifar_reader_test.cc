#include "datasets/formats/cifar_reader.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/formats/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr char kHowToGet10[] =
    "; get the official files with `bazel run //tools:fetch_data -- cifar10` "
    "and name the data root with --data_root";
constexpr char kHowToGet100[] =
    "; get the official files with `bazel run //tools:fetch_data -- cifar100` "
    "and name the data root with --data_root";

at::Tensor Longs(const std::vector<int64_t>& values) {
  return at::tensor(values, at::kLong);
}

// Byte i of the pixels of `record`: no two places of a plane, nor of two
// planes, can be mixed up unnoticed.
char Pixel(int record, int i) {
  return static_cast<char>((7 * i + i / 256 + 31 * record) % 256);
}

std::string Record(const std::string& label_bytes, int record) {
  std::string text = label_bytes;
  for (int i = 0; i < 3072; ++i) text += Pixel(record, i);
  return text;
}

TEST(ParseCifarTest, PutsEveryByteInItsPlace) {
  const std::string content = Record({9}, 0) + Record({0}, 1);
  const absl::StatusOr<CifarImages> read =
      ParseCifar(content, {{"label", 10}}, 0);
  ASSERT_OK(read);
  EXPECT_EQ(read->images.sizes(), (std::vector<int64_t>{2, 3, 32, 32}));
  EXPECT_EQ(read->images.scalar_type(), at::kByte);
  EXPECT_TRUE(read->images.is_contiguous());
  EXPECT_TRUE(read->labels.equal(Longs({9, 0})));
  const auto pixels = read->images.accessor<uint8_t, 4>();
  for (int n = 0; n < 2; ++n) {
    for (int c = 0; c < 3; ++c) {
      for (int h = 0; h < 32; ++h) {
        for (int w = 0; w < 32; ++w) {
          // The format: planes, then rows, then columns.
          ASSERT_EQ(pixels[n][c][h][w], static_cast<unsigned char>(
                                            Pixel(n, 1024 * c + 32 * h + w)));
        }
      }
    }
  }
}

TEST(ParseCifarTest, TakesTheLabelAskedFor) {
  const std::string content = Record({19, 0}, 0) + Record({2, 99}, 1);
  const std::vector<CifarLabelByte> bytes = {{"coarse", 20}, {"fine", 100}};
  EXPECT_TRUE(ParseCifar(content, bytes, 0)->labels.equal(Longs({19, 2})));
  EXPECT_TRUE(ParseCifar(content, bytes, 1)->labels.equal(Longs({0, 99})));
  EXPECT_EQ(ParseCifar(content, bytes, 1)->images[0][0][0][1].item<int>(), 7);
}

TEST(ParseCifarTest, OwnsWhatItReturns) {
  std::string content = CifarRecord({1}, 5);
  const absl::StatusOr<CifarImages> read =
      ParseCifar(content, {{"label", 10}}, 0);
  ASSERT_OK(read);
  content.assign(content.size(), 'x');
  EXPECT_TRUE(read->images.eq(5).all().item<bool>());
  EXPECT_EQ(read->labels.item<int64_t>(), 1);
}

TEST(ParseCifarTest, RefusesWhatIsNotMadeOfRecords) {
  const struct {
    std::string content;
    std::string message;
  } kCases[] = {
      {"",
       "expected a positive multiple of 3073 bytes, the size of a record, "
       "found 0 bytes"},
      {"\x01",
       "expected a positive multiple of 3073 bytes, the size of a record, "
       "found 1 bytes"},
      {CifarRecord({1}, 0).substr(1),
       "expected a positive multiple of 3073 bytes, the size of a record, "
       "found 3072 bytes"},
      // 3073 + 3074.
      {CifarRecord({1}, 0) + CifarRecord({1, 1}, 0),
       "expected a positive multiple of 3073 bytes, the size of a record, "
       "found 6147 bytes"},
      {CifarRecord({10}, 0),
       "at byte 0, in record 0 (the first is 0): expected a label from 0 to 9, "
       "found 10"},
      // 2 * 3073; the first of two wrong labels.
      {CifarRecord({9}, 0) + CifarRecord({0}, 0) + CifarRecord({'\xff'}, 0) +
           CifarRecord({77}, 0),
       "at byte 6146, in record 2 (the first is 0): expected a label from 0 to "
       "9, found 255"},
  };
  for (const auto& c : kCases) {
    const absl::Status status =
        ParseCifar(c.content, {{"label", 10}}, 0).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(std::string(status.message()), c.message);
  }
}

TEST(ReadCifar10Test, ReadsFiveFilesInTurn) {
  const std::string root = MakeTestFolder();
  // Files may differ in their number of records.
  for (int i = 1; i <= 5; ++i) {
    std::string content = CifarRecord({static_cast<char>(i)}, 10 * i);
    if (i == 2) content += CifarRecord({0}, 99);
    WriteTestFile(
        absl::StrCat(root, "/cifar-10-batches-bin/data_batch_", i, ".bin"),
        content);
  }
  WriteTestFile(root + "/cifar-10-batches-bin/test_batch.bin",
                CifarRecord({7}, 3));
  const auto train = ReadCifar10(root, CifarSplit::kTrain);
  ASSERT_OK(train);
  EXPECT_TRUE(train->labels.equal(Longs({1, 2, 0, 3, 4, 5})));
  EXPECT_TRUE(
      train->images.select(3, 0).select(2, 0).select(1, 0).to(at::kLong).equal(
          Longs({10, 20, 99, 30, 40, 50})));
  const auto test = ReadCifar10(root, CifarSplit::kTest);
  ASSERT_OK(test);
  EXPECT_TRUE(test->labels.equal(Longs({7})));
  EXPECT_TRUE(test->images.eq(3).all().item<bool>());
}

TEST(ReadCifar10Test, NamesTheClassesAsTheFileDoes) {
  const std::string root = MakeTestFolder();
  WriteCifar10(root, std::vector<std::string>(5, CifarRecord({0}, 0)),
               {CifarRecord({0}, 0)});
  const auto official = ReadCifar10(root, CifarSplit::kTest);
  ASSERT_OK(official);
  // cs.toronto.edu/~kriz/cifar.html
  EXPECT_THAT(official->class_names,
              ElementsAre("airplane", "automobile", "bird", "cat", "deer",
                          "dog", "frog", "horse", "ship", "truck"));
  const std::string names = root + "/cifar-10-batches-bin/batches.meta.txt";
  // The official file ends with an empty line; others have Windows' ends.
  WriteTestFile(names, "a\nb\r\nc\nd\ne\nf\ng\nh\ni\nold truck\n\n");
  const auto other = ReadCifar10(root, CifarSplit::kTest);
  ASSERT_OK(other);
  EXPECT_THAT(other->class_names, ElementsAre("a", "b", "c", "d", "e", "f", "g",
                                              "h", "i", "old truck"));
  WriteTestFile(names, "a\nb\n");
  const absl::Status status = ReadCifar10(root, CifarSplit::kTest).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat(names,
                         ": expected the names of 10 classes, one on each "
                         "line, found 2",
                         kHowToGet10));
}

TEST(ReadCifar10Test, SaysWhatIsMissingAndHowToGetIt) {
  const std::string root = MakeTestFolder();
  WriteCifar10(root, std::vector<std::string>(5, CifarRecord({0}, 0)),
               {CifarRecord({0}, 0)});
  const std::string folder = root + "/cifar-10-batches-bin/";
  for (const std::string file : {"data_batch_4.bin", "test_batch.bin"}) {
    std::filesystem::remove(folder + file);
    const absl::Status status =
        ReadCifar10(root, file == "test_batch.bin" ? CifarSplit::kTest
                                                   : CifarSplit::kTrain)
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(std::string(status.message()),
              absl::StrCat("cannot read ", folder, file,
                           ": No such file or directory", kHowToGet10));
  }
}

TEST(ReadCifar10Test, NamesTheFileThatIsWrong) {
  const std::string root = MakeTestFolder();
  const std::string path = root + "/cifar-10-batches-bin/data_batch_3.bin";
  std::vector<std::string> train(10, CifarRecord({0}, 0));
  train[5] = CifarRecord({10}, 0);
  WriteCifar10(root, train, {});
  const absl::Status status = ReadCifar10(root, CifarSplit::kTrain).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  // Record 5 is the second of the third file.
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat(path,
                         ": at byte 3073, in record 1 (the first is 0): "
                         "expected a label from 0 to 9, found 10",
                         kHowToGet10));
}

TEST(ReadCifar100Test, ReadsBothSplitsWithEitherLabel) {
  const std::string root = MakeTestFolder();
  const std::string folder = root + "/cifar-100-binary/";
  WriteTestFile(folder + "train.bin",
                CifarRecord({19, 0}, 1) + CifarRecord({0, 99}, 2));
  WriteTestFile(folder + "test.bin", CifarRecord({4, 30}, 3));
  const auto fine =
      ReadCifar100(root, CifarSplit::kTrain, Cifar100Labels::kFine);
  ASSERT_OK(fine);
  EXPECT_TRUE(fine->labels.equal(Longs({0, 99})));
  EXPECT_TRUE(fine->images[1].eq(2).all().item<bool>());
  EXPECT_THAT(fine->class_names, SizeIs(0));
  const auto coarse =
      ReadCifar100(root, CifarSplit::kTest, Cifar100Labels::kCoarse);
  ASSERT_OK(coarse);
  EXPECT_TRUE(coarse->labels.equal(Longs({4})));

  std::string names;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&names, "super", i, "\n");
  WriteTestFile(folder + "coarse_label_names.txt", names);
  const auto named =
      ReadCifar100(root, CifarSplit::kTest, Cifar100Labels::kCoarse);
  ASSERT_OK(named);
  EXPECT_THAT(named->class_names, SizeIs(20));
  EXPECT_EQ(named->class_names[19], "super19");
  EXPECT_THAT(
      ReadCifar100(root, CifarSplit::kTest, Cifar100Labels::kFine)->class_names,
      SizeIs(0));
}

TEST(ReadCifar100Test, ChecksBothLabels) {
  const std::string root = MakeTestFolder();
  const std::string path = root + "/cifar-100-binary/train.bin";
  const struct {
    std::string content;
    std::string message;
  } kCases[] = {
      // Two label bytes and 3072 pixels: records of 3074.
      {CifarRecord({0, 0}, 0) + CifarRecord({20, 0}, 0),
       "at byte 3074, in record 1 (the first is 0): expected a coarse label "
       "from 0 to 19, found 20"},
      {CifarRecord({0, 0}, 0) + CifarRecord({0, 100}, 0),
       "at byte 3075, in record 1 (the first is 0): expected a fine label from "
       "0 to 99, found 100"},
      {CifarRecord({0}, 0),
       "expected a positive multiple of 3074 bytes, the size of a record, "
       "found 3073 bytes"},
  };
  for (const auto& c : kCases) {
    WriteTestFile(path, c.content);
    for (const auto labels : {Cifar100Labels::kFine, Cifar100Labels::kCoarse}) {
      const absl::Status status =
          ReadCifar100(root, CifarSplit::kTrain, labels).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(std::string(status.message()),
                absl::StrCat(path, ": ", c.message, kHowToGet100));
    }
  }
  const absl::Status missing =
      ReadCifar100(root, CifarSplit::kTest, Cifar100Labels::kFine).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(missing.message()),
            absl::StrCat("cannot read ", root, "/cifar-100-binary/test.bin",
                         ": No such file or directory", kHowToGet100));
}

}  // namespace
}  // namespace bigstep
