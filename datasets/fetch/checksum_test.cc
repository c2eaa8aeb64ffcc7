#include "datasets/fetch/checksum.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/testing.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

// FIPS 180-2, section B.1: of the text "abc".
constexpr char kSha256[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

class ChecksumTest : public testing::Test {
 protected:
  ChecksumTest() { WriteTestFile(path_, "abc"); }

  absl::Status Verify(const std::optional<int64_t>& size,
                      const std::string& sha256) {
    return VerifyFile(path_, size, sha256, going_on_);
  }

  const std::function<bool()> going_on_ = [] { return false; };
  const std::string path_ = MakeTestFolder() + "/file";
};

TEST_F(ChecksumTest, AcceptsTheOfficialFile) {
  EXPECT_OK(Verify(3, kSha256));
  EXPECT_OK(Verify(std::nullopt, ""));
}

TEST_F(ChecksumTest, SaysWhatItExpectedAndFound) {
  const absl::Status size = Verify(4, kSha256);
  EXPECT_EQ(size.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(size.message()), path_ + ": expected 4 bytes, found 3");

  const absl::Status checksum = Verify(3, "00");
  EXPECT_EQ(checksum.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(std::string(checksum.message()),
            path_ + ": expected sha256 00, found " + kSha256);
}

TEST_F(ChecksumTest, AMissingFileIsNoDataLoss) {
  std::filesystem::remove(path_);
  EXPECT_EQ(Verify(3, kSha256).code(), absl::StatusCode::kNotFound);
}

TEST_F(ChecksumTest, StopsInTheMiddleWhenInterrupted) {
  WriteTestFile(path_, std::string(10 << 20, 'a'));
  int pieces = 0;
  const absl::Status status =
      VerifyFile(path_, std::nullopt, kSha256, [&] { return ++pieces == 3; });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(pieces, 3);  // Of ten.
}

}  // namespace
}  // namespace bigstep
