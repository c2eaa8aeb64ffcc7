#include "models/backbones/image_task.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

TaskSpec Task(std::vector<int64_t> shape) { return {std::move(shape), 2, 2}; }

TEST(CheckImagesTest, TakesImagesOfAnySize) {
  EXPECT_EQ(CheckImages(Task({1, 1, 1}), "cnn"), absl::OkStatus());
  EXPECT_EQ(CheckImages(Task({6, 33, 20}), "cnn"), absl::OkStatus());
}

TEST(CheckImagesTest, RefusesWhatIsNoImage) {
  const std::pair<std::vector<int64_t>, std::string> kCases[] = {
      {{}, "[]"},
      {{20}, "[20]"},
      {{32, 32}, "[32, 32]"},
      {{1, 3, 32, 32}, "[1, 3, 32, 32]"}};
  for (const auto& [shape, found] : kCases) {
    EXPECT_EQ(
        CheckImages(Task(shape), "cnn"),
        absl::InvalidArgumentError(absl::StrCat(
            "cnn expects images, examples of shape [C, H, W], found ", found,
            "; use another dataset, or a model for vectors such as "
            "fcn")));
  }
}

}  // namespace
}  // namespace bigstep
