// Files that need not be downloaded: those of a mirror, and existing ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/fetch/fetch_testing.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(FetchTest, AnotherNameThatDatasetsAcceptWillDo) {
  OfferArchive(TarGz(GoodEntries())).also_at = "set";
  WriteTestFile(root_ + "/set/list", "ab");  // A byte too few.
  EXPECT_EQ(DescribeState(entry_, root_), "missing");
  WriteTestFile(root_ + "/set/list", "abc");
  EXPECT_EQ(DescribeState(entry_, root_), "complete");
  EXPECT_OK(Get());
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(FetchTest, AnUnpackedFileThatDatasetsReadWillDo) {
  SourceFile& file = Offer("images.gz", "packed");
  file.also_at = "digits/images";
  file.also_size = 8;
  WriteTestFile(root_ + "/digits/images", "unpack");  // Two bytes too few.
  EXPECT_EQ(DescribeState(entry_, root_), "missing");
  WriteTestFile(root_ + "/digits/images", "unpacked");
  EXPECT_EQ(DescribeState(entry_, root_), "complete");
  EXPECT_OK(Get());
  EXPECT_THAT(server_.requests(), IsEmpty());
  // Datasets take the packed one first.
  WriteTestFile(root_ + "/digits/images.gz", "pac");
  EXPECT_EQ(DescribeState(entry_, root_),
            "wrong: " + root_ + "/digits/images.gz: expected 6 bytes, found 3");
}

TEST_F(FetchTest, AnotherLayoutThatDatasetsReadWillDo) {
  absl::Status state = absl::NotFoundError("none");
  entry_.check_other_layout = [&](const std::string& data_root) {
    EXPECT_EQ(data_root, root_);
    return state;
  };
  entry_.by_hand = "ask its authors";
  EXPECT_EQ(DescribeState(entry_, root_), "by hand");
  Expect(absl::StatusCode::kFailedPrecondition, "ask its authors");
  state = absl::DataLossError("half of it");
  EXPECT_EQ(DescribeState(entry_, root_), "wrong: half of it");
  Expect(absl::StatusCode::kDataLoss,
         "half of it; complete it, or move it away");
  state = absl::OkStatus();
  EXPECT_EQ(DescribeState(entry_, root_), "complete");
  EXPECT_OK(Get());
  EXPECT_THAT(out_.str(), EndsWith("digits: complete already\n"));
  // It may be there besides official files.
  entry_.by_hand.clear();
  Offer("images", "IMAGES");
  EXPECT_OK(Get());
  EXPECT_THAT(server_.requests(), IsEmpty());
  options_.force = true;
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
}

TEST_F(FetchTest, TakesFilesFromAMirrorAndLeavesThemThere) {
  options_.mirror = mirror_;
  Offer("images", "IMAGES");
  const std::string archive = TarGz(GoodEntries());
  OfferArchive(archive);
  WriteTestFile(mirror_ + "/images", "IMAGES");              // Flat.
  WriteTestFile(mirror_ + "/digits/birds.tar.gz", archive);  // Nested.
  EXPECT_OK(Get());
  EXPECT_THAT(server_.requests(), IsEmpty());
  EXPECT_THAT(ListFolder(root_),
              ElementsAre("birds", "birds/list", "birds/x", "birds/x/1.jpg",
                          "digits", "digits/images"));
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
  EXPECT_THAT(ListFolder(mirror_),
              ElementsAre("digits", "digits/birds.tar.gz", "images"));
}

TEST_F(FetchTest, AFolderOfItsOwnComesFirstInAMirror) {
  // As with MNIST and Fashion-MNIST, whose files have the same names.
  options_.mirror = mirror_;
  Offer("images", "IMAGES");
  WriteTestFile(mirror_ + "/images", "OTHERS");
  WriteTestFile(mirror_ + "/digits/images", "IMAGES");
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
}

TEST_F(FetchTest, CopyingStopsWhenInterrupted) {
  options_.mirror = mirror_;
  const std::string content(3 << 20, 'x');  // Three pieces.
  Offer("images", content);
  WriteTestFile(mirror_ + "/images", content);
  const std::string copy = root_ + "/.fetch/digits/images.copy";
  options_.download.interrupted = [&] {
    return Exists(copy) && *SizeOf(copy) > 0;
  };
  EXPECT_EQ(Get().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits"));
}

TEST_F(FetchTest, SaysWhatAMirrorLacks) {
  options_.mirror = mirror_;
  Offer("images", "IMAGES");
  Expect(absl::StatusCode::kNotFound,
         "found neither MIRROR/digits/images nor MIRROR/images; put it there, "
         "or download it without --mirror");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

TEST_F(FetchTest, RefusesAWrongFileOfAMirrorAndLeavesItThere) {
  options_.mirror = mirror_;
  Offer("images", "IMAGES");
  WriteTestFile(mirror_ + "/images", "mine");
  Expect(absl::StatusCode::kDataLoss,
         "MIRROR/images: expected 6 bytes, found 4; MIRROR/images is not the "
         "official file: get that, or use this one anyway with "
         "--allow_wrong_checksums");
  WriteTestFile(mirror_ + "/images", "imaGES");
  EXPECT_THAT(std::string(Get().message()),
              HasSubstr("; " + mirror_ + "/images is not the official file"));
  EXPECT_EQ(ReadTestFile(mirror_ + "/images"), "imaGES");
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits"));
  WriteTestFile(mirror_ + "/images", "mine");
  options_.allow_wrong_checksums = true;
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "mine");
}

TEST_F(FetchTest, WhatIsToBeGotByHandComesFromAMirrorOrNotAtAll) {
  entry_.by_hand = "ask its authors";
  Expect(absl::StatusCode::kFailedPrecondition, "ask its authors");
  EXPECT_EQ(DescribeState(entry_, root_), "by hand");

  Offer("images", "IMAGES").urls.clear();
  EXPECT_EQ(DescribeState(entry_, root_), "missing, by hand");
  Expect(absl::StatusCode::kFailedPrecondition, "ask its authors");
  options_.mirror = mirror_;
  Expect(absl::StatusCode::kNotFound,
         "found neither MIRROR/digits/images nor MIRROR/images; put it there");
  WriteTestFile(mirror_ + "/images", "IMAGES");
  EXPECT_OK(Get());
  // Existing files need no manual step.
  options_.mirror.clear();
  EXPECT_OK(Get());
}

}  // namespace
}  // namespace bigstep
