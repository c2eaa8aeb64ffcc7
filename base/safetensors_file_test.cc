#include "base/safetensors_file.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

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

TEST_F(SafetensorsFileTest, AnyChangeOfTheHeaderIsNoticed) {
  ASSERT_OK(WriteSafetensors(path_, tensors_, metadata_, 0));
  const std::string whole = ReadTestFile(path_);
  const size_t header = whole.size() - 128;  // 3 + 61 + 8 + 56 bytes of data.
  ASSERT_EQ(header % 64, 0u);
  for (size_t i = 0; i < header; ++i) {
    std::string changed = whole;
    changed[i] ^= 1;
    WriteTestFile(path_, changed);
    const absl::Status status = MapSafetensors(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << i << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(path_));
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
