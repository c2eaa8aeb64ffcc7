#include "datasets/images/image_cache.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "base/testing.h"

namespace bigstep {
namespace {

constexpr int64_t kInputs = 600;  // More than two slices.
const std::vector<int64_t> kShape = {kInputs, 2, 3};

// Example i is [2, 3] of (i + offset) mod 251; counts the examples made.
class CountingSource final : public InputSource {
 public:
  explicit CountingSource(int64_t offset = 0) : offset_(offset) {}

  absl::StatusOr<at::Tensor> Load(const at::Tensor& indices,
                                  const at::Tensor& draws) const override {
    EXPECT_FALSE(draws.defined());
    if (indices.ge(fails_from).any().item<bool>()) {
      return absl::DataLossError("a.jpg: corrupt");
    }
    made += indices.size(0);
    return Example(indices);
  }

  at::Tensor Example(const at::Tensor& indices) const {
    return (indices + offset_)
        .remainder(251)
        .to(at::kByte)
        .view({-1, 1, 1})
        .expand({-1, 2, 3})
        .contiguous();
  }

  at::Tensor All() const { return Example(at::arange(kInputs, at::kLong)); }

  mutable std::atomic<int64_t> made = 0;
  int64_t fails_from = kInputs;

 private:
  const int64_t offset_;
};

class ImageCacheTest : public testing::Test {
 protected:
  absl::StatusOr<at::Tensor> Load(const InputSource& source) const {
    return LoadThroughCache(folder_, "abc", kShape, source);
  }

  int CountFiles() const {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      (void)entry;
      ++files;
    }
    return files;
  }

  const std::string root_ = MakeTestFolder();
  const std::string folder_ = root_ + "/new/cache";
  const std::string path_ = folder_ + "/abc.inputs";
  CountingSource source_;
};

TEST_F(ImageCacheTest, HoldsInputsInMemoryWithoutAFolder) {
  const auto inputs = LoadThroughCache("", "abc", kShape, source_);
  ASSERT_OK(inputs);
  EXPECT_TRUE(inputs->equal(source_.All()));
  EXPECT_TRUE(std::filesystem::is_empty(root_));
}

TEST_F(ImageCacheTest, MakesEveryInputOnce) {
  const auto first = Load(source_);
  ASSERT_OK(first);
  EXPECT_TRUE(first->equal(source_.All()));
  EXPECT_EQ(source_.made, kInputs);
  const auto second = Load(source_);
  ASSERT_OK(second);
  EXPECT_TRUE(second->equal(source_.All()));
  EXPECT_EQ(source_.made, kInputs);
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(ImageCacheTest, TheInputsOutliveTheFile) {
  at::Tensor inputs = *Load(source_);
  std::filesystem::remove(path_);
  EXPECT_TRUE(inputs.equal(source_.All()));
}

TEST_F(ImageCacheTest, AnotherKeyIsAnotherFile) {
  ASSERT_OK(Load(source_));
  const CountingSource other(5);
  const auto inputs = LoadThroughCache(folder_, "abd", kShape, other);
  ASSERT_OK(inputs);
  EXPECT_TRUE(inputs->equal(other.All()));
  EXPECT_EQ(CountFiles(), 2);
}

TEST_F(ImageCacheTest, MakesAnUnexpectedFileAgain) {
  ASSERT_OK(Load(source_));
  const std::string whole = ReadTestFile(path_);
  std::string stale = whole, other_version = whole;
  stale[stale.find("\"abc\"") + 1] ^= 1;  // In the key.
  other_version[other_version.find("inputs 2") + 7] ^= 1;
  std::string pixel = whole;
  pixel[pixel.size() - 100] ^= 1;
  for (const std::string& file :
       {stale, other_version, pixel, whole.substr(0, whole.size() - 1),
        whole + "!", std::string(), std::string("no cache"),
        std::string(whole.size(), '\0')}) {
    WriteTestFile(path_, file);
    source_.made = 0;
    testing::internal::CaptureStderr();
    const auto inputs = Load(source_);
    EXPECT_NE(testing::internal::GetCapturedStderr().find(
                  "prepared images are made again: " + path_),
              std::string::npos);
    ASSERT_OK(inputs);
    EXPECT_TRUE(inputs->equal(source_.All()));
    EXPECT_EQ(source_.made, kInputs) << file.substr(0, 40);
    EXPECT_EQ(ReadTestFile(path_), whole);
  }
  // Equal bytes in another shape.
  source_.made = 0;
  ASSERT_OK(LoadThroughCache(folder_, "abc", {kInputs, 3, 2}, source_));
  EXPECT_EQ(source_.made, kInputs);
}

TEST_F(ImageCacheTest, OnlyTheOwnerMayEnterTheFolder) {
  ASSERT_OK(Load(source_));
  EXPECT_EQ(std::filesystem::status(folder_).permissions(),
            std::filesystem::perms::owner_all);
}

TEST_F(ImageCacheTest, AnInterruptEndsTheMaking) {
  const pid_t child = fork();
  if (child == 0) {
    CatchTermination();
    raise(SIGTERM);
    _exit(absl::IsCancelled(Load(source_).status()) && CountFiles() == 0 ? 42
                                                                         : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

TEST_F(ImageCacheTest, LeavesNothingBehindIfTheSourceFails) {
  source_.fails_from = 300;  // In the second slice.
  EXPECT_EQ(Load(source_).status(), absl::DataLossError("a.jpg: corrupt"));
  EXPECT_EQ(CountFiles(), 0);
  EXPECT_EQ(LoadThroughCache("", "abc", kShape, source_).status(),
            absl::DataLossError("a.jpg: corrupt"));
}

TEST_F(ImageCacheTest, NamesAFolderThatCannotBe) {
  WriteTestFile(root_ + "/file", "");
  const absl::Status status =
      LoadThroughCache(root_ + "/file/cache", "abc", kShape, source_).status();
  EXPECT_NE(status.message().find(root_ + "/file/cache"),
            absl::string_view::npos)
      << status;
}

TEST_F(ImageCacheTest, WritersAtTheSameTimeAgree) {
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      const auto inputs = Load(source_);
      ASSERT_OK(inputs);
      EXPECT_TRUE(inputs->equal(source_.All()));
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(CountFiles(), 1);
}

}  // namespace
}  // namespace bigstep
