#include "experiments/records/data_checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bigstep {
namespace {

using ::testing::ElementsAre;

TEST(DataChecksumTest, HasTheContentOfImageFiles) {
  EXPECT_EQ(DataChecksum({{"sha256", "aa"}}), "aa");
  EXPECT_EQ(DataChecksum({{"sha256", "aa"}, {"content", "bb"}}), "aa/bb");
  EXPECT_EQ(DataChecksum({{"content", "bb"}}), "");
  EXPECT_EQ(DataChecksum({{"sha256", 5}, {"content", "bb"}}), "");
  EXPECT_EQ(DataChecksum({{"sha256", "aa"}, {"content", 5}}), "aa");
  EXPECT_EQ(DataChecksum(Json()), "");
}

TEST(DataChecksumTest, ContentIsComparedWhereBothHaveIt) {
  EXPECT_TRUE(SameData("aa", "aa"));
  EXPECT_TRUE(SameData("aa/bb", "aa"));
  EXPECT_TRUE(SameData("aa", "aa/bb"));
  EXPECT_FALSE(SameData("aa/bb", "aa/cc"));
  EXPECT_FALSE(SameData("aa/bb", "dd/bb"));
}

TEST(DataChecksumTest, ShortensThePartThatDiffers) {
  const ShortChecksums sha256 = Shorten({"0123456789abcdef/bb", "aa"});
  EXPECT_EQ(sha256.kind, "sha256");
  EXPECT_THAT(sha256.texts, ElementsAre("0123456789ab…", "aa…"));
  const ShortChecksums content = Shorten({"aa/bb", "aa/cc", "aa"});
  EXPECT_EQ(content.kind, "content");
  EXPECT_THAT(content.texts, ElementsAre("bb…", "cc…", "unknown"));
}

}  // namespace
}  // namespace bigstep
