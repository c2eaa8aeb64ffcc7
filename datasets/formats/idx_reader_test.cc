#include "datasets/formats/idx_reader.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "datasets/formats/testing.h"

namespace bigstep {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Writes what gunzip turns back into `content`.
void WriteGzip(const std::string& path, const std::string& content) {
  gzFile file = gzopen(path.c_str(), "wb9");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(gzwrite(file, content.data(), content.size()),
            static_cast<int>(content.size()));
  ASSERT_EQ(gzclose(file), Z_OK);
}

std::string WithFlippedBit(std::string text, size_t byte, int bit) {
  text[byte] = static_cast<char>(text[byte] ^ 1 << bit);
  return text;
}

// One file `x` or `x.gz` in a folder of its own.
class ReadIdxTest : public testing::Test {
 protected:
  void WritePlain(const std::string& content) { WriteTestFile(stem_, content); }
  void WritePacked(const std::string& content) { WriteGzip(packed_, content); }

  // Expects DataLoss about `path`, and the rest of the message as given.
  void ExpectDataLoss(const std::string& path, const std::string& message,
                      int rank = 3) {
    const absl::Status status = ReadIdx(stem_, rank).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(std::string(status.message()), absl::StrCat(path, ": ", message));
  }

  const std::string stem_ = MakeTestFolder() + "/x";
  const std::string packed_ = stem_ + ".gz";
  // Two images of 2 x 3; bytes above 127 distinguish signed from unsigned.
  const std::string file_ =
      Idx({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, '\xc8', '\xff'});
  const at::Tensor data_ =
      at::tensor({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 255}, at::kByte)
          .view({2, 2, 3});
};

TEST_F(ReadIdxTest, PlainAndPackedFilesGiveTheSameTensor) {
  WritePlain(file_);
  absl::StatusOr<at::Tensor> plain = ReadIdx(stem_, 3);
  ASSERT_OK(plain);
  EXPECT_EQ(plain->scalar_type(), at::kByte);
  EXPECT_TRUE(plain->equal(data_)) << *plain;

  std::filesystem::remove(stem_);
  WritePacked(file_);
  absl::StatusOr<at::Tensor> packed = ReadIdx(stem_, 3);
  ASSERT_OK(packed);
  EXPECT_TRUE(packed->equal(data_)) << *packed;
}

TEST_F(ReadIdxTest, ReadsOneDimension) {
  WritePlain(Idx({3}, "\x05\x06\x07"));
  absl::StatusOr<at::Tensor> labels = ReadIdx(stem_, 1);
  ASSERT_OK(labels);
  EXPECT_TRUE(labels->equal(at::tensor({5, 6, 7}, at::kByte)));
}

TEST_F(ReadIdxTest, PrefersThePackedFile) {
  WritePacked(file_);
  WritePlain("something else");
  EXPECT_OK(ReadIdx(stem_, 3));
}

TEST_F(ReadIdxTest, ReadsDataLargerThanTheBuffer) {
  const std::string data(1 << 20, '\x07');
  WritePacked(Idx({1 << 20}, data));
  absl::StatusOr<at::Tensor> bytes = ReadIdx(stem_, 1);
  ASSERT_OK(bytes);
  EXPECT_EQ(bytes->size(0), 1 << 20);
  EXPECT_TRUE(bytes->eq(7).all().item<bool>());
}

TEST_F(ReadIdxTest, NamesBothFilesIfNoneIsThere) {
  const absl::Status status = ReadIdx(stem_, 3).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            absl::StrCat("found neither ", packed_, " nor ", stem_));
}

TEST_F(ReadIdxTest, RefusesWrongMagic) {
  WritePlain("<html>404 Not Found</html>");  // The result of a failed download.
  // '<' 'h' 't' 'm' in hexadecimal.
  ExpectDataLoss(stem_,
                 "at byte 0: expected the magic number 0x00000803, found "
                 "0x3c68746d");
}

TEST_F(ReadIdxTest, RefusesAnotherRank) {
  WritePacked(file_);
  ExpectDataLoss(packed_,
                 "at byte 0: expected the magic number 0x00000801, found "
                 "0x00000803",
                 /*rank=*/1);
}

TEST_F(ReadIdxTest, RefusesAnotherElementType) {
  // 0x0d is float32 in IDX.
  WritePlain(WithFlippedBit(WithFlippedBit(file_, 2, 0), 2, 2));
  ExpectDataLoss(stem_,
                 "at byte 0: expected the magic number 0x00000803, found "
                 "0x00000d03");
}

TEST_F(ReadIdxTest, RefusesAnEmptyFile) {
  WritePlain("");
  ExpectDataLoss(stem_,
                 "at byte 0: expected 4 bytes of magic number, found 0; the "
                 "file is cut short");
}

TEST_F(ReadIdxTest, RefusesACutHeader) {
  WritePlain(file_.substr(0, 10));  // Two bytes into the second size.
  ExpectDataLoss(stem_,
                 "at byte 8: expected 4 bytes of header, found 2; the file is "
                 "cut short");
}

TEST_F(ReadIdxTest, RefusesCutData) {
  WritePlain(file_.substr(0, file_.size() - 1));
  ExpectDataLoss(stem_,
                 "at byte 16: expected 12 bytes of data, found 11; the file is "
                 "cut short");
}

TEST_F(ReadIdxTest, RefusesTrailingBytes) {
  WritePlain(file_ + "!");
  ExpectDataLoss(stem_,
                 "at byte 28: expected the end of the file, as its header "
                 "says, found more bytes");
  WritePacked(file_ + "!");
  ExpectDataLoss(packed_,
                 "at byte 28: expected the end of the file, as its header "
                 "says, found more bytes");
}

TEST_F(ReadIdxTest, RefusesAPackedFileCutAnywhere) {
  WritePacked(file_);
  const std::string whole = ReadTestFile(packed_);
  for (size_t size = 0; size < whole.size(); ++size) {
    WriteTestFile(packed_, whole.substr(0, size));
    const absl::Status status = ReadIdx(stem_, 3).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << size << " bytes";
    EXPECT_THAT(std::string(status.message()),
                StartsWith(packed_ + ": at byte "))
        << size;
  }
}

TEST_F(ReadIdxTest, SaysThatAPackedFileWasCut) {
  WritePacked(file_);
  const std::string whole = ReadTestFile(packed_);
  // The last eight bytes are checksum and size (RFC 1952): all data are there.
  WriteTestFile(packed_, whole.substr(0, whole.size() - 8));
  ExpectDataLoss(packed_,
                 "at byte 28: expected intact gzip data, found: the file is "
                 "cut short");
}

// As gzip -t does: all data are there, but their checksum is not.
TEST_F(ReadIdxTest, RefusesALargePackedFileCutInItsTrailer) {
  std::string data;
  for (int i = 0; i < 1 << 20; ++i) data += static_cast<char>(i * i >> 5);
  WritePacked(Idx({1 << 20}, data));
  const std::string whole = ReadTestFile(packed_);
  EXPECT_OK(ReadIdx(stem_, 1));
  for (size_t cut = 1; cut <= 8; ++cut) {
    WriteTestFile(packed_, whole.substr(0, whole.size() - cut));
    ExpectDataLoss(packed_,
                   "at byte 1048584: expected intact gzip data, found: the "
                   "file is cut short",
                   /*rank=*/1);
  }
}

TEST_F(ReadIdxTest, RefusesBytesAfterAPackedFile) {
  WritePacked(file_);
  const std::string whole = ReadTestFile(packed_);
  for (const char* garbage : {"!", "\x1f", "garbage"}) {
    WriteTestFile(packed_, whole + garbage);
    const absl::Status status = ReadIdx(stem_, 3).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << garbage;
  }
  // Tapes and some tools fill up with zeros.
  WriteTestFile(packed_, whole + std::string(600, '\0'));
  EXPECT_OK(ReadIdx(stem_, 3));
  WriteTestFile(packed_, whole + std::string(600, '\0') + "!");
  ExpectDataLoss(packed_,
                 "at byte 28: expected intact gzip data, found: other bytes "
                 "after the compressed data");
}

// RFC 1952: a file may have several members, one after another.
TEST_F(ReadIdxTest, ReadsPackedFilesPutTogether) {
  WritePacked(file_.substr(0, 20));
  const std::string first = ReadTestFile(packed_);
  WritePacked(file_.substr(20));
  WriteTestFile(packed_, first + ReadTestFile(packed_));
  const absl::StatusOr<at::Tensor> read = ReadIdx(stem_, 3);
  ASSERT_OK(read);
  EXPECT_TRUE(read->equal(data_));
}

TEST_F(ReadIdxTest, FindsEveryFlippedBitThatMatters) {
  WritePacked(file_);
  const std::string whole = ReadTestFile(packed_);
  int refused = 0;
  for (size_t byte = 0; byte < whole.size(); ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      WriteTestFile(packed_, WithFlippedBit(whole, byte, bit));
      const absl::StatusOr<at::Tensor> read = ReadIdx(stem_, 3);
      if (read.ok()) {
        // The time of packing, say.
        EXPECT_TRUE(read->equal(data_)) << "byte " << byte << " bit " << bit;
      } else {
        EXPECT_EQ(read.status().code(), absl::StatusCode::kDataLoss);
        ++refused;
      }
    }
  }
  // The header has ten bytes (RFC 1952), some of them without effect; from
  // there on every bit matters, but for a few that fill up the last byte of the
  // compressed data.
  EXPECT_GT(refused, 8 * (static_cast<int>(whole.size()) - 10) - 8);
}

TEST_F(ReadIdxTest, SaysThatTheChecksumIsWrong) {
  WritePacked(file_);
  const std::string whole = ReadTestFile(packed_);
  WriteTestFile(packed_, WithFlippedBit(whole, whole.size() - 8, 0));
  const absl::Status status = ReadIdx(stem_, 3).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  // zlib reads ahead: it finds the mistake before all data are handed out.
  EXPECT_THAT(std::string(status.message()),
              StartsWith(packed_ + ": at byte "));
  EXPECT_THAT(std::string(status.message()),
              EndsWith(": expected intact gzip data, found: incorrect data "
                       "check"));
}

TEST_F(ReadIdxTest, RefusesSizesBeyondReasonBeforeAllocating) {
  WritePlain(Idx({0xffffffff, 28, 28}, "abc"));
  ExpectDataLoss(stem_,
                 "at byte 4: expected a plausible size, found 4294967295");
  WritePlain(Idx({60000, 0xffffffff, 28}, "abc"));
  ExpectDataLoss(stem_,
                 "at byte 8: expected a plausible size, found 4294967295");
  // 3 * 2^62 overflows 64 bits.
  WritePlain(Idx({3, 0x80000000, 0x80000000}, "abc"));
  ExpectDataLoss(stem_,
                 "at byte 8: expected a plausible size, found 2147483648");
}

TEST_F(ReadIdxTest, RefusesMoreDataThanTheFileCanHold) {
  WritePlain(Idx({60000, 28, 28}, "abc"));
  ExpectDataLoss(stem_,
                 "at byte 4: expected a size that fits the size of the file, "
                 "found 47040000 bytes of data");
  WritePacked(Idx({60000, 28, 28}, "abc"));
  ExpectDataLoss(packed_,
                 "at byte 4: expected a size that fits the size of the file, "
                 "found 47040000 bytes of data");
}

TEST_F(ReadIdxTest, RefusesASizeOfZero) {
  WritePlain(Idx({2, 0, 3}, ""));
  ExpectDataLoss(stem_, "at byte 8: expected a plausible size, found 0");
}

TEST_F(ReadIdxTest, RefusesAFolder) {
  std::filesystem::create_directory(stem_);
  const absl::Status status = ReadIdx(stem_, 3).status();
  EXPECT_EQ(status, absl::InvalidArgumentError(absl::StrCat(
                        "cannot read ", stem_,
                        ": expected a regular file, found a folder")));
}

// Opening one waits for somebody who writes to it.
TEST_F(ReadIdxTest, RefusesANamedPipe) {
  ASSERT_EQ(mkfifo(packed_.c_str(), 0600), 0);
  EXPECT_EQ(ReadIdx(stem_, 3).status(),
            absl::InvalidArgumentError(
                absl::StrCat("cannot read ", packed_,
                             ": expected a regular file, found a named pipe")));
}

// The two files of a split in <root>/mnist.
class ReadMnistTest : public testing::Test {
 protected:
  void Write(const std::string& images, const std::string& labels) {
    WriteTestFile(image_stem_, images);
    WriteTestFile(label_stem_, labels);
  }

  // Expects DataLoss with this message and the way to get the files.
  void ExpectDataLoss(const std::string& message) {
    const absl::Status status = ReadMnist(root_, "train").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()),
                StartsWith(message + "; get the official files"));
  }

  const std::string root_ = MakeTestFolder();
  const std::string image_stem_ = root_ + "/mnist/train-images-idx3-ubyte";
  const std::string label_stem_ = root_ + "/mnist/train-labels-idx1-ubyte";
  const std::string images_ =
      Idx({2, 28, 28}, std::string(784, '\x01') + std::string(784, '\xff'));
};

TEST_F(ReadMnistTest, ReadsImagesAndLabels) {
  Write(images_, Idx({2}, {9, 0}));
  const absl::StatusOr<MnistImages> mnist = ReadMnist(root_, "train");
  ASSERT_OK(mnist);
  EXPECT_EQ(mnist->images.sizes(), (std::vector<int64_t>{2, 28, 28}));
  EXPECT_EQ(mnist->images.scalar_type(), at::kByte);
  EXPECT_TRUE(mnist->images[0].eq(1).all().item<bool>());
  EXPECT_TRUE(mnist->images[1].eq(255).all().item<bool>());
  EXPECT_TRUE(mnist->labels.equal(at::tensor({9, 0}, at::kLong)));
}

TEST_F(ReadMnistTest, ReadsTheSplitAskedFor) {
  Write(images_, Idx({2}, {9, 0}));
  EXPECT_OK(ReadMnist(root_, "train"));
  const absl::Status status = ReadMnist(root_, "t10k").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("t10k-images-idx3-ubyte"));
}

TEST_F(ReadMnistTest, SaysHowToGetMissingFiles) {
  const absl::Status status = ReadMnist(root_, "train").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(
      std::string(status.message()),
      absl::StrCat(
          "found neither ", image_stem_, ".gz nor ", image_stem_,
          "; get the official files with `bazel run //tools:fetch_data -- "
          "mnist` and name the data root with --data_root"));
}

TEST_F(ReadMnistTest, ReadsRelativesFromTheirOwnFolder) {
  WriteTestFile(root_ + "/fashion_mnist/train-images-idx3-ubyte", images_);
  const std::string labels = root_ + "/fashion_mnist/train-labels-idx1-ubyte";
  const absl::Status status =
      ReadMnist(root_, "train", "fashion_mnist").status();
  EXPECT_EQ(
      std::string(status.message()),
      absl::StrCat("found neither ", labels, ".gz nor ", labels,
                   "; get the official files with `bazel run "
                   "//tools:fetch_data -- fashion_mnist` and name the data "
                   "root with --data_root"));
  WriteTestFile(labels, Idx({2}, {9, 0}));
  EXPECT_OK(ReadMnist(root_, "train", "fashion_mnist"));
  EXPECT_FALSE(ReadMnist(root_, "train").ok());
}

TEST_F(ReadMnistTest, NamesMissingLabels) {
  WriteTestFile(image_stem_, images_);
  const absl::Status status = ReadMnist(root_, "train").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(
      std::string(status.message()),
      StartsWith(absl::StrCat("found neither ", label_stem_, ".gz nor ",
                              label_stem_, "; get the official files")));
}

TEST_F(ReadMnistTest, RefusesSwappedFiles) {
  Write(Idx({2}, {9, 0}), images_);
  ExpectDataLoss(image_stem_ +
                 ": at byte 0: expected the magic number 0x00000803, found "
                 "0x00000801");
}

TEST_F(ReadMnistTest, RefusesAnotherNumberOfLabels) {
  Write(images_, Idx({3}, {9, 0, 1}));
  ExpectDataLoss(label_stem_ +
                 ": at byte 4: expected 2 labels, one for each image, found 3");
}

TEST_F(ReadMnistTest, RefusesImagesOfAnotherSize) {
  Write(Idx({2, 28, 27}, std::string(2 * 28 * 27, '\0')), Idx({2}, {9, 0}));
  ExpectDataLoss(image_stem_ +
                 ": at byte 8: expected images of 28 x 28, found 28 x 27");
  Write(Idx({2, 32, 28}, std::string(2 * 32 * 28, '\0')), Idx({2}, {9, 0}));
  ExpectDataLoss(image_stem_ +
                 ": at byte 8: expected images of 28 x 28, found 32 x 28");
}

TEST_F(ReadMnistTest, RefusesALabelAboveNine) {
  Write(images_, Idx({2}, {9, '\xc8'}));
  ExpectDataLoss(label_stem_ +
                 ": at byte 9: expected a label from 0 to 9, found 200");
  Write(images_, Idx({2}, {10, 0}));
  ExpectDataLoss(label_stem_ +
                 ": at byte 8: expected a label from 0 to 9, found 10");
}

TEST_F(ReadMnistTest, NamesThePackedFileIfItIsTheOneRead) {
  std::filesystem::create_directory(root_ + "/mnist");
  WriteGzip(image_stem_ + ".gz", images_);
  WriteGzip(label_stem_ + ".gz", Idx({2}, {9, 10}));
  ExpectDataLoss(label_stem_ +
                 ".gz: at byte 9: expected a label from 0 to 9, found 10");
  WriteGzip(label_stem_ + ".gz", Idx({1}, {9}));
  ExpectDataLoss(
      label_stem_ +
      ".gz: at byte 4: expected 2 labels, one for each image, found 1");
  WriteGzip(image_stem_ + ".gz", Idx({1, 1, 1}, "a"));
  ExpectDataLoss(image_stem_ +
                 ".gz: at byte 8: expected images of 28 x 28, found 1 x 1");
}

}  // namespace
}  // namespace bigstep
