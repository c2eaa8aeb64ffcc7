#include "base/fast_checksum.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/escaping.h"

namespace bigstep {
namespace {

std::string HexOf(const std::string& bytes) {
  FastChecksum checksum;
  checksum.Add(bytes);
  return absl::BytesToHexString(checksum.Value());
}

// From `xxhsum -H2` 0.8.1 of the same bytes.
TEST(FastChecksumTest, IsXxh3Of128Bits) {
  EXPECT_EQ(HexOf(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(HexOf("bigstep"), "bec722f16618b0bfac080454325d6135");
  EXPECT_EQ(HexOf(std::string(1000, '\0')), "3fb94aea6d09b97224c1ea6074dd588c");
}

TEST(FastChecksumTest, PiecesCountAsOne) {
  const std::string bytes(10000, 'x');
  FastChecksum checksum;
  for (size_t at = 0; at < bytes.size(); at += 7) {
    checksum.Add(absl::string_view(bytes).substr(at, 7));
  }
  const FastChecksum moved = std::move(checksum);
  EXPECT_EQ(absl::BytesToHexString(moved.Value()), HexOf(bytes));
}

TEST(FastChecksumTest, EveryBitCounts) {
  const std::string bytes(300, 'x');
  const std::string whole = HexOf(bytes);
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string changed = bytes;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << i % 8));
    EXPECT_NE(HexOf(changed), whole) << i;
  }
}

}  // namespace
}  // namespace bigstep
