#include "datasets/fetch/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "datasets/fetch/fetch_testing.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(FetchTest, PutsFilesInTheirPlaceAndLeavesNothingElse) {
  Offer("images", "IMAGES");
  Offer("labels", "LABELS");
  EXPECT_EQ(DescribeState(entry_, root_), "missing");
  EXPECT_OK(Get());
  EXPECT_THAT(ListFolder(root_),
              ElementsAre("digits", "digits/images", "digits/labels"));
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
  EXPECT_EQ(Installed("digits/labels"), "LABELS");
  EXPECT_EQ(DescribeState(entry_, root_), "complete");
  EXPECT_THAT(out_.str(), HasSubstr("digits: terms of use: free\n"));
}

TEST_F(FetchTest, UnpacksArchivesAndLeavesNothingElse) {
  OfferArchive(TarGz(GoodEntries()));
  EXPECT_OK(Get());
  EXPECT_THAT(ListFolder(root_),
              ElementsAre("birds", "birds/list", "birds/x", "birds/x/1.jpg"));
  EXPECT_EQ(Installed("birds/list"), "abc");
  EXPECT_EQ(DescribeState(entry_, root_), "complete");
}

TEST_F(FetchTest, GetsNothingTwice) {
  Offer("images", "IMAGES");
  OfferArchive(TarGz(GoodEntries()));
  EXPECT_OK(Get());
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_OK(Get());
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_THAT(out_.str(), EndsWith("digits: complete already\n"));
}

TEST_F(FetchTest, GetsOnlyWhatIsMissing) {
  Offer("images", "IMAGES");
  Offer("labels", "LABELS");
  WriteTestFile(root_ + "/digits/images", "IMAGES");
  EXPECT_EQ(DescribeState(entry_, root_), "incomplete: 1 of 2 files missing");
  EXPECT_OK(Get());
  ASSERT_EQ(server_.requests().size(), 1u);
  EXPECT_EQ(server_.requests()[0].path, "/labels");
}

TEST_F(FetchTest, TakesTheNextUrlIfOneDoesNotHaveTheFile) {
  SourceFile& file = Offer("images", "IMAGES");
  served_["/wrong"] = "images";
  file.urls = {server_.Url("/lost"), server_.Url("/wrong"),
               server_.Url("/images")};
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
  // The bytes of the second URL are now useless.
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits", "digits/images"));
}

TEST_F(FetchTest, SaysWhatEveryUrlAnswered) {
  Offer("images", "IMAGES").urls = {server_.Url("/a"), server_.Url("/b")};
  Expect(absl::StatusCode::kUnavailable,
         "cannot download images:\n"
         "  SERVER/a: the server answers 404\n"
         "  SERVER/b: the server answers 404\n"
         "  try again later, or get it by other means and name its folder with "
         "--mirror");
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits"));
}

TEST_F(FetchTest, RefusesAWrongSize) {
  Offer("images", "<html>", "IMAGES!");
  Expect(absl::StatusCode::kDataLoss,
         "cannot download images:\n"
         "  SERVER/images: expected 7 bytes, found 6\n"
         "  try again later, or get it by other means and name its folder with "
         "--mirror; --allow_wrong_checksums takes it as it is");
}

TEST_F(FetchTest, APageOfUnknownSizeIsNoBeginning) {
  SourceFile& file = Offer("images", "IMAGES!");
  served_["/page"] = "<html>";
  announce_ = false;
  file.urls = {server_.Url("/page")};
  Expect(absl::StatusCode::kDataLoss,
         "cannot download images:\n"
         "  SERVER/page: expected 7 bytes, found 6; kept as "
         "ROOT/.fetch/digits/images.bad\n"
         "  try again later, or get it by other means and name its folder with "
         "--mirror; --allow_wrong_checksums takes it as it is");
  EXPECT_EQ(Installed(".fetch/digits/images.bad"), "<html>");
  file.urls = {server_.Url("/page"), server_.Url("/images")};
  EXPECT_OK(Get());
  ASSERT_EQ(server_.requests().size(), 3u);
  EXPECT_EQ(server_.requests()[1].range, "");
  EXPECT_EQ(server_.requests()[2].range, "");
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits", "digits/images"));
}

TEST_F(FetchTest, RefusesAWrongChecksumAndKeepsTheFileAside) {
  Offer("images", "imaGES", "IMAGES");
  // sha256sum of these two texts.
  Expect(absl::StatusCode::kDataLoss,
         "cannot download images:\n"
         "  ROOT/.fetch/digits/images.part: expected sha256 "
         "fd8cc9c5db7978c59e7c4b1d3ae2d961f0d3b8042726374f80d8d752fb37afb2, "
         "found "
         "8c79a8e0746171b48bb66d12afff5e78e51e1f15126e7f85ff29bee84184a2e9; "
         "kept as "
         "ROOT/.fetch/digits/images.bad\n"
         "  try again later, or get it by other means and name its folder with "
         "--mirror; --allow_wrong_checksums takes it as it is");
  EXPECT_FALSE(Exists(root_ + "/digits/images"));
  EXPECT_EQ(Installed(".fetch/digits/images.bad"), "imaGES");
  // When the right one comes, the wrong one goes.
  served_["/images"] = "IMAGES";
  EXPECT_OK(Get());
  EXPECT_THAT(ListFolder(root_), ElementsAre("digits", "digits/images"));
}

TEST_F(FetchTest, TakesAWrongFileIfTold) {
  Offer("images", "imaGES", "IMAGES");
  Offer("labels", "labels", "LABELS!");
  options_.allow_wrong_checksums = true;
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "imaGES");
  EXPECT_EQ(Installed("digits/labels"), "labels");
  EXPECT_THAT(out_.str(), HasSubstr("labels.part: expected 7 bytes, found 6; "
                                    "used anyway\n"));
  // It stays wrong, and is left alone.
  EXPECT_OK(Get());
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_THAT(out_.str(), HasSubstr("; left as it is\n"));
}

TEST_F(FetchTest, AWrongBeginningIsNotTheEnd) {
  Offer("images", "IMAGES");
  WriteTestFile(root_ + "/.fetch/digits/images.part", "ima");
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
  EXPECT_EQ(server_.requests().size(), 2u);
  EXPECT_THAT(out_.str(), HasSubstr("downloading all of it again\n"));
}

TEST_F(FetchTest, ShowsTheChecksumOfAFileWhoseChecksumIsUnknown) {
  Offer("images", "abc").sha256.clear();
  EXPECT_OK(Get());
  // FIPS 180-2, section B.1.
  EXPECT_THAT(out_.str(),
              HasSubstr("digits: no checksum of images is published; this one "
                        "has sha256 ba7816bf8f01cfea414140de5dae2223b00361a396"
                        "177a9cb410ff61f20015ad\n"));
}

TEST_F(FetchTest, TouchesNothingThatIsThereButWrong) {
  Offer("images", "IMAGES");
  WriteTestFile(root_ + "/digits/images", "mine");
  EXPECT_EQ(DescribeState(entry_, root_),
            "wrong: " + root_ + "/digits/images: expected 6 bytes, found 4");
  Expect(absl::StatusCode::kDataLoss,
         "ROOT/digits/images: expected 6 bytes, found 4; move it away, or "
         "replace it with --force");
  EXPECT_EQ(Installed("digits/images"), "mine");
  options_.force = true;
  EXPECT_OK(Get());
  EXPECT_EQ(Installed("digits/images"), "IMAGES");
}

TEST_F(FetchTest, ReplacesAFolderAsAWhole) {
  OfferArchive(TarGz(GoodEntries()));
  WriteTestFile(root_ + "/birds/old", "x");
  Expect(absl::StatusCode::kDataLoss,
         "ROOT/birds: expected the file list, found none; move it away, or "
         "replace it with --force");
  options_.force = true;
  EXPECT_OK(Get());
  EXPECT_THAT(ListFolder(root_),
              ElementsAre("birds", "birds/list", "birds/x", "birds/x/1.jpg"));
}

// A process may die between taking the old folder away and putting the new one
// in its place, or before it removes the old one.
TEST_F(FetchTest, PutsBackWhatAnEarlierRunTookAway) {
  OfferArchive(TarGz(GoodEntries()));
  const std::string replaced = root_ + "/.fetch/digits/birds.tar.gz.replaced";
  WriteTestFile(replaced + "/list", "old");
  EXPECT_OK(Get());
  EXPECT_THAT(server_.requests(), IsEmpty());
  EXPECT_THAT(ListFolder(root_), ElementsAre("birds", "birds/list"));
  EXPECT_EQ(Installed("birds/list"), "old");
  EXPECT_THAT(out_.str(), HasSubstr("digits: put " + root_ +
                                    "/birds back, which an earlier run was "
                                    "replacing\n"));

  WriteTestFile(replaced + "/list", "older");
  EXPECT_OK(Get());
  EXPECT_THAT(ListFolder(root_), ElementsAre("birds", "birds/list"));
  EXPECT_EQ(Installed("birds/list"), "old");
}

// The checksum is right, so it is the catalogue or the archive that is wrong.
TEST_F(FetchTest, AnArchiveThatCannotBeUsedLeavesNoFolder) {
  const std::string good = TarGz(GoodEntries());
  OfferArchive(good.substr(0, good.size() / 2));
  const absl::Status cut = Get();
  EXPECT_EQ(cut.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(
      std::string(cut.message()),
      HasSubstr("birds.tar.gz: expected an intact archive, found: truncated"));
  EXPECT_THAT(ListFolder(root_), ElementsAre(".fetch", ".fetch/digits",
                                             ".fetch/digits/birds.tar.gz.bad"));

  entry_.files.clear();
  OfferArchive(TarGz({{.name = "set/other", .content = "abc"}}));
  Expect(
      absl::StatusCode::kDataLoss,
      "ROOT/.fetch/digits/unpacked: expected the file list, found none; kept "
      "as ROOT/.fetch/digits/birds.tar.gz.bad");
  EXPECT_THAT(ListFolder(root_), ElementsAre(".fetch", ".fetch/digits",
                                             ".fetch/digits/birds.tar.gz.bad"));
}

TEST_F(FetchTest, AnUnpackingThatWasStoppedNeedsNoSecondDownload) {
  OfferArchive(TarGz(GoodEntries()));
  // Stops when the download is done.
  options_.download.interrupted = [this] {
    return std::filesystem::exists(root_ + "/.fetch/digits/birds.tar.gz");
  };
  EXPECT_EQ(Get().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(ListFolder(root_), ElementsAre(".fetch", ".fetch/digits",
                                             ".fetch/digits/birds.tar.gz"));
  options_.download.interrupted = [] { return false; };
  EXPECT_OK(Get());
  EXPECT_EQ(server_.requests().size(), 1u);
  EXPECT_EQ(Installed("birds/list"), "abc");
}

TEST_F(FetchTest, VerifyingStopsWhenInterrupted) {
  Offer("images", "IMAGES");
  options_.download.interrupted = [&] {
    const std::string part = root_ + "/.fetch/digits/images.part";
    return Exists(part) && *SizeOf(part) == 6;
  };
  EXPECT_EQ(Get().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(ListFolder(root_),
              ElementsAre(".fetch", ".fetch/digits",
                          ".fetch/digits/images.part", "digits"));
  options_.download.interrupted = [] { return false; };
  EXPECT_OK(Get());
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(FetchTest, ReportsADataRootThatCannotBeMade) {
  Offer("images", "IMAGES");
  WriteTestFile(root_, "a file where the folder should be");
  const absl::Status status = Get();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(status.message()),
            "cannot create the folder " + root_ + ": Not a directory");
  EXPECT_THAT(server_.requests(), IsEmpty());
}

}  // namespace
}  // namespace bigstep
