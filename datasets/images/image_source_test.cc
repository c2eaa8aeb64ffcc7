#include "datasets/images/image_source.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/testing.h"
#include "datasets/images/image_decoder.h"
#include "datasets/images/testing.h"

namespace bigstep {
namespace {

// Ten images of different sizes and phases.
class ImageSourceTest : public testing::Test {
 protected:
  ImageSourceTest() {
    for (int i = 0; i < 10; ++i) {
      files_.push_back(absl::StrCat("image", i, ".jpg"));
      WriteTestFile(Path(i), EncodeJpeg(MakeWaves(20 + i, 30 - i, i)));
    }
    transform_.size = 8;
    transform_.resized = 10;
    transform_.random_crop.emplace();
  }

  std::string Path(int i) const { return folder_ + "/" + files_[i]; }

  ImageSource Make(int helpers = 3) const {
    return ImageSource(folder_, files_, transform_,
                       std::make_shared<c10::ThreadPool>(helpers));
  }

  // Image `i` decoded and framed one by one.
  at::Tensor Expected(int i, const double* draws) const {
    const auto image = DecodeImage(ReadTestFile(Path(i)), "it");
    const int64_t height = image->size(0), width = image->size(1);
    at::Tensor input = at::empty({3, 8, 8}, at::kByte);
    Resample(*image,
             draws == nullptr ? FrameCenter(transform_, height, width)
                              : FrameRandomly(*transform_.random_crop, 8,
                                              height, width, draws),
             input.data_ptr<uint8_t>());
    return input;
  }

  const std::string folder_ = MakeTestFolder();
  std::vector<std::string> files_;
  ImageTransform transform_;
  const at::Tensor indices_ = at::tensor({7, 0, 7, 3}, at::kLong);
  const at::Tensor draws_ = at::arange(4 * kAugmentationDraws, at::kDouble)
                                .mul(0.618)
                                .frac()
                                .view({4, kAugmentationDraws});
};

TEST_F(ImageSourceTest, LoadsTheExamplesAskedForInTheirOrder) {
  const auto inputs = Make().Load(indices_, {});
  ASSERT_OK(inputs);
  EXPECT_EQ(inputs->sizes(), (std::vector<int64_t>{4, 3, 8, 8}));
  EXPECT_EQ(inputs->scalar_type(), at::kByte);
  const int files[] = {7, 0, 7, 3};
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE((*inputs)[i].equal(Expected(files[i], nullptr))) << i;
  }
}

TEST_F(ImageSourceTest, DrawsDecideTheRandomCrop) {
  const auto inputs = Make().Load(indices_, draws_);
  ASSERT_OK(inputs);
  const int files[] = {7, 0, 7, 3};
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(
        (*inputs)[i].equal(Expected(files[i], draws_[i].data_ptr<double>())))
        << i;
  }
  EXPECT_FALSE((*inputs)[0].equal((*inputs)[2]));
}

TEST_F(ImageSourceTest, DrawsMeanNothingWithoutARandomCrop) {
  transform_.random_crop.reset();
  const ImageSource source = Make();
  EXPECT_TRUE(source.Load(indices_, draws_)->equal(*source.Load(indices_, {})));
}

TEST_F(ImageSourceTest, ThreadsChangeNothing) {
  const ImageSource one = Make(1), many = Make(7);
  const at::Tensor expected = *one.Load(indices_, draws_);
  // Several callers at once as well.
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        EXPECT_TRUE(many.Load(indices_, draws_)->equal(expected));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_F(ImageSourceTest, ReportsTheFirstErrorByPosition) {
  WriteTestFile(Path(3), "no image");
  WriteTestFile(Path(5), "");
  std::filesystem::remove(Path(8));
  const ImageSource source = Make();
  const auto load = [&](std::vector<int64_t> indices) {
    return source.Load(at::tensor(indices, at::kLong), {}).status();
  };
  EXPECT_EQ(load({0, 5, 3, 8}),
            absl::DataLossError(Path(5) +
                                ": expected an image, found an empty file"));
  EXPECT_EQ(load({3, 5}).message(),
            Path(3) +
                ": expected a JPEG or PNG image, found a file that "
                "begins with \"no image\"");
  EXPECT_EQ(load({1, 8, 5}).code(), absl::StatusCode::kNotFound);
  EXPECT_OK(load({0, 1, 2}));
}

TEST_F(ImageSourceTest, ChecksEveryFile) {
  WriteTestFile(Path(3), "no image");
  const std::vector<absl::Status> results = Make().CheckFiles();
  ASSERT_EQ(results.size(), 10u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(results[i].ok(), i != 3) << i;
}

TEST_F(ImageSourceTest, TheFingerprintTellsWhenInputsMayDiffer) {
  const std::string before = *Make().Fingerprint();
  EXPECT_EQ(before.size(), 64u);
  EXPECT_EQ(*Make().Fingerprint(), before);
  // Test inputs do not depend on the random crop.
  transform_.random_crop.reset();
  EXPECT_EQ(*Make().Fingerprint(), before);

  transform_.resized = 9;
  const std::string resized = *Make().Fingerprint();
  EXPECT_NE(resized, before);
  std::swap(files_[0], files_[1]);
  const std::string swapped = *Make().Fingerprint();
  EXPECT_NE(swapped, resized);
  WriteTestFile(Path(4), ReadTestFile(Path(4)) + "!");
  const std::string longer = *Make().Fingerprint();
  EXPECT_NE(longer, swapped);
  std::filesystem::last_write_time(Path(4), {});
  EXPECT_NE(*Make().Fingerprint(), longer);
  // A file of the same size and time in its place.
  const std::string last = *Make().Fingerprint();
  const auto time = std::filesystem::last_write_time(Path(4));
  WriteTestFile(Path(4) + ".new",
                std::string(ReadTestFile(Path(4)).size(), 'x'));
  std::filesystem::last_write_time(Path(4) + ".new", time);
  std::filesystem::rename(Path(4) + ".new", Path(4));
  EXPECT_NE(*Make().Fingerprint(), last);
  std::filesystem::remove(Path(9));
  const absl::Status status = Make().Fingerprint().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_NE(status.message().find(Path(9)), absl::string_view::npos);
}

TEST_F(ImageSourceTest, TheFilesAreKnownByTheirNamesAndSizes) {
  const std::string before = Make().FilesSha256();
  EXPECT_EQ(before.size(), 64u);
  // As after copying them to another machine.
  std::filesystem::last_write_time(Path(4), {});
  EXPECT_EQ(Make().FilesSha256(), before);
  WriteTestFile(Path(4), ReadTestFile(Path(4)) + "!");
  const std::string longer = Make().FilesSha256();
  EXPECT_NE(longer, before);
  std::swap(files_[0], files_[1]);
  const std::string swapped = Make().FilesSha256();
  EXPECT_NE(swapped, longer);
  std::filesystem::remove(Path(9));
  EXPECT_NE(Make().FilesSha256(), swapped);
}

}  // namespace
}  // namespace bigstep
