#include "base/safetensors_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/fast_checksum.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

class SafetensorsFileTest : public testing::Test {
 protected:
  // Sizes of 3, 0 and 8 bytes; one is not contiguous.
  const std::map<std::string, at::Tensor> tensors_ = {
      {"bytes", at::arange(6, at::kByte).view({3, 2}).select(1, 1)},
      {"empty", at::empty({0, 2}, at::kFloat)},
      {"long", at::full({}, 7, at::kLong)}};
  const Metadata metadata_ = {{"a", "1"}, {"b", "\xff \"quoted\"\n"}};
  const std::string folder_ = MakeTestFolder();
  const std::string path_ = folder_ + "/x.safetensors";
};

TEST_F(SafetensorsFileTest, ComesBackAtMultiplesOf64Bytes) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  const auto mapped = MapSafetensors(path_);
  ASSERT_OK(mapped);
  EXPECT_EQ(mapped->metadata,
            (Metadata{{"a", "1"}, {"b", "\xef\xbf\xbd \"quoted\"\n"}}));
  ASSERT_EQ(mapped->tensors.size(), tensors_.size());
  for (const auto& [name, tensor] : tensors_) {
    const at::Tensor& found = mapped->tensors.at(name);
    EXPECT_EQ(found.scalar_type(), tensor.scalar_type());
    EXPECT_TRUE(found.equal(tensor)) << name;
    EXPECT_EQ(reinterpret_cast<uintptr_t>(found.data_ptr()) % 64, 0u) << name;
  }
}

TEST_F(SafetensorsFileTest, IsSafetensorsToOthers) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  const std::string file = ReadTestFile(path_);
  const auto stored = ParseSafetensors(file);
  ASSERT_OK(stored);
  EXPECT_TRUE(ToTensor(stored->at("long")).equal(tensors_.at("long")));
  EXPECT_EQ(stored->at("padding/bytes").shape, (std::vector<int64_t>{61}));
}

TEST_F(SafetensorsFileTest, AnyChangedBitIsNoticed) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  const std::string whole = ReadTestFile(path_);
  // 3 + 61 + 8 + 56 bytes of values and padding, and the checksum.
  ASSERT_EQ((whole.size() - 128 - 16) % 64, 0u);
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    WriteTestFile(path_, changed);
    const absl::Status status = MapSafetensors(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << i << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
  }
}

TEST_F(SafetensorsFileTest, EndsWithTheChecksumOfEverythingBefore) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  const std::string file = ReadTestFile(path_);
  FastChecksum checksum;
  checksum.Add(file.substr(0, file.size() - 16));
  EXPECT_EQ(file.substr(file.size() - 16), checksum.Value());
  const auto stored = ParseSafetensors(file);
  ASSERT_OK(stored);
  EXPECT_EQ(stored->at("xxh3_128").data, checksum.Value());
}

TEST_F(SafetensorsFileTest, AFileWithoutAChecksumAtItsEndIsRefused) {
  const auto refused = [this](const std::vector<TensorPlace>& places,
                              const std::string& values) {
    WriteTestFile(path_, SafetensorsHead(places, metadata_) + values);
    const absl::Status status = MapSafetensors(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("does not end with a checksum"));
  };
  // As files were before they had one.
  refused({{"a", at::kByte, {3}}}, "123");
  // Not the last tensor; of another size.
  refused({{"xxh3_128", at::kByte, {16}}, {"z", at::kByte, {1}}},
          std::string(17, '1'));
  refused({{"xxh3_128", at::kByte, {8}}}, std::string(8, '1'));
  refused({{"xxh3_128", at::kByte, {0}}}, "");
}

TEST_F(SafetensorsFileTest, ValuesMayComeInPieces) {
  auto writer = SafetensorsWriter::Create(
      path_, {{"bytes", at::kByte, {6}}, {"more", at::kByte, {1}}}, metadata_,
      0);
  ASSERT_OK(writer);
  for (const char* piece : {"", "ab", "cdefg"}) {
    ASSERT_OK(writer->Write(piece));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
  ASSERT_OK(writer->Commit());
  const auto mapped = MapSafetensors(path_);
  ASSERT_OK(mapped);
  EXPECT_EQ(mapped->tensors.size(), 2u);
  EXPECT_EQ(BytesOf(mapped->tensors.at("bytes")), "abcdef");
  EXPECT_EQ(BytesOf(mapped->tensors.at("more")), "g");
}

TEST_F(SafetensorsFileTest, LinksAndPipesAreRefusedAtOnce) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  std::filesystem::create_symlink(path_, folder_ + "/link");
  ASSERT_EQ(mkfifo((folder_ + "/pipe").c_str(), 0600), 0);
  for (const char* name : {"/link", "/pipe"}) {
    EXPECT_EQ(MapSafetensors(folder_ + name).status().code(),
              absl::StatusCode::kDataLoss)
        << name;
  }
}

TEST_F(SafetensorsFileTest, RefusesOtherFiles) {
  for (const std::string& file :
       {std::string(), std::string("no safetensors"), std::string(5000, '\0'),
        FormatSafetensors(tensors_)}) {
    WriteTestFile(path_, file);
    EXPECT_EQ(MapSafetensors(path_).status().code(),
              absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(MapSafetensors(folder_).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(MapSafetensors(path_ + "x").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(SafetensorsFileTest, LeavesSpaceOnTheDisk) {
  const absl::Status status =
      WriteSafetensors(path_, tensors_, metadata_, int64_t{1} << 62);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace bigstep
