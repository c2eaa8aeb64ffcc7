#include "datasets/fetch/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::Not;
using ::testing::StartsWith;

const CatalogueEntry& Entry(const std::string& name) {
  for (const CatalogueEntry& entry : Catalogue()) {
    if (entry.name == name) return entry;
  }
  ADD_FAILURE() << "no entry " << name;
  return Catalogue().front();
}

TEST(CatalogueTest, NamesAreSorted) {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : Catalogue()) names.push_back(entry.name);
  EXPECT_THAT(names,
              ElementsAre("celeba", "cifar10", "cifar100", "fashion_mnist",
                          "frost", "imagenet", "mnist", "waterbirds"));
}

class CatalogueFileTest : public testing::TestWithParam<CatalogueEntry> {};

TEST_P(CatalogueFileTest, CanBeGotSomehow) {
  EXPECT_NE(GetParam().terms, "");
  if (!GetParam().by_hand.empty()) return;
  EXPECT_FALSE(GetParam().files.empty());
  for (const SourceFile& file : GetParam().files) {
    EXPECT_FALSE(file.urls.empty()) << file.name;
  }
}

TEST_P(CatalogueFileTest, TargetsStayInTheDataRootAndDiffer) {
  std::set<std::string> targets;
  for (const SourceFile& file : GetParam().files) {
    EXPECT_THAT(file.target, Not(StartsWith("/")));
    EXPECT_THAT(file.target, Not(StartsWith(".")));
    EXPECT_TRUE(targets.insert(file.target).second) << file.target;
    if (!file.archive) {
      EXPECT_THAT(file.target, EndsWith("/" + file.name));
    }
  }
}

TEST_P(CatalogueFileTest, UrlsEndInTheName) {
  for (const SourceFile& file : GetParam().files) {
    for (const std::string& url : file.urls) {
      EXPECT_THAT(url, StartsWith("http"));
      EXPECT_THAT(url, EndsWith("/" + file.name));
      // What comes without encryption must be known by its checksum.
      if (url.rfind("https://", 0) != 0) {
        EXPECT_NE(file.sha256, "") << url;
      }
    }
  }
}

TEST_P(CatalogueFileTest, ChecksumsHaveTheLengthOfSha256) {
  for (const SourceFile& file : GetParam().files) {
    if (file.sha256.empty()) continue;
    EXPECT_EQ(file.sha256.size(), 64u) << file.name;  // 256 bits, four a digit.
    for (const char c : file.sha256) {
      EXPECT_TRUE(isdigit(c) || (c >= 'a' && c <= 'f')) << file.name;
    }
    EXPECT_TRUE(file.size.has_value()) << file.name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, CatalogueFileTest, testing::ValuesIn(Catalogue()),
                         [](const auto& info) { return info.param.name; });

TEST(CatalogueTest, UnpackedSizesAreThePublishedOnes) {
  // 30730000 and 153700000: the page of CIFAR says 10000 x 3073 bytes; its
  // binary files of CIFAR-100 have one byte more to each of 50000 records.
  EXPECT_EQ(*Entry("cifar10").files[0].archive->files[0].size, 30730000);
  EXPECT_EQ(*Entry("cifar100").files[0].archive->files[0].size, 153700000);
  EXPECT_EQ(*Entry("cifar100").files[0].archive->files[1].size, 30740000);
}

TEST(CatalogueTest, TheMnistsMayBeUnpacked) {
  for (const std::string name : {"mnist", "fashion_mnist"}) {
    const std::vector<SourceFile>& files = Entry(name).files;
    ASSERT_EQ(files.size(), 4u);
    EXPECT_EQ(files[0].also_at, name + "/train-images-idx3-ubyte");
    EXPECT_EQ(files[3].also_at, name + "/t10k-labels-idx1-ubyte");
    // By hand: 16 + 60000 * 784, 8 + 60000 and the same with 10000.
    EXPECT_EQ(files[0].also_size, 47040016);
    EXPECT_EQ(files[1].also_size, 60008);
    EXPECT_EQ(files[2].also_size, 7840016);
    EXPECT_EQ(files[3].also_size, 10008);
  }
}

}  // namespace
}  // namespace bigstep
