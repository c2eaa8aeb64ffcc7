// Checkpoints that cannot be used: the training starts over and ends as if
// there had been none.
#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/testing.h"
#include "experiments/train/checkpoint.h"
#include "experiments/train/trainer_checkpoint_testing.h"

namespace bigstep {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class UselessCheckpointTest : public TrainerCheckpointTest {
 protected:
  UselessCheckpointTest() {
    TrainTo({15, Break::kAfterStep}, settings_, *dataset_);
  }

  // Expects that a trial with `file` as its checkpoint starts over, notes one
  // reason, which holds `reason`, and ends as it ought to.
  void ExpectStartOver(const std::string& file, const std::string& reason) {
    notes_.clear();
    ASSERT_OK(WriteFileAtomically(path_, file));
    ExpectSame(whole_, Train(settings_, *dataset_));
    EXPECT_THAT(resumed_, IsEmpty());
    ASSERT_EQ(notes_.size(), 1u) << reason;
    EXPECT_THAT(notes_[0], HasSubstr(absl::StrCat("cannot use the checkpoint ",
                                                  path_, ": ", reason)));
    EXPECT_THAT(notes_[0], HasSubstr("; training starts over"));
  }

  const TrialSettings settings_ =
      SettingsOf({"optimizer={name: adam, lr: 0.01}", "axes={}", "plan={}"});
  const std::unique_ptr<Dataset> dataset_ = DatasetOf(settings_);
  const CheckpointOwner owner_ = MakeCheckpointOwner(
      settings_.IdWithMetrics(),
      CheckpointDevice(c10::kCPU, /*uses_graphs=*/false), "");
  const Ending whole_ = [this] {
    const Ending whole = Train(settings_, *dataset_);
    return whole;
  }();
};

TEST_F(UselessCheckpointTest, TornFiles) {
  const std::string file = ReadTestFile(path_);
  ASSERT_GT(file.size(), 1000u);
  ExpectStartOver(file.substr(0, file.size() / 2),
                  "it is cut short or changed");
  ExpectStartOver(file.substr(0, file.size() - 1),
                  "it is cut short or changed");
  ExpectStartOver("", "it is not a checkpoint");
  std::string zeros = file;
  for (size_t i = file.size() - 512; i < file.size(); ++i) zeros[i] = '\0';
  ExpectStartOver(zeros, "it is cut short or changed");
}

TEST_F(UselessCheckpointTest, FilesOfOthers) {
  TrialSettings other = settings_;
  other.seed = 1;
  std::filesystem::remove(path_);
  TrainTo({15, Break::kAfterStep}, other, *DatasetOf(other));
  ExpectStartOver(
      ReadTestFile(path_),
      absl::StrCat("it belongs to trial \"", other.IdWithMetrics(),
                   "\", expected \"", settings_.IdWithMetrics(), "\""));
}

TEST_F(UselessCheckpointTest, FilesOfOtherFormatsAndLibraries) {
  const std::string file = ReadTestFile(path_);
  ExpectStartOver(
      absl::StrReplaceAll(file, {{"checkpoint 1 ", "checkpoint 0 "}}),
      "it has format 0, expected 1");
  auto state = ParseCheckpoint(file, owner_);
  ASSERT_OK(state);
  CheckpointOwner older = owner_;
  older.libtorch = "0.4.1";
  ExpectStartOver(FormatCheckpoint(*state, older), "it belongs to libtorch");
  older = owner_;
  // "cpu" is how former versions named every one.
  for (const std::string device : {"cuda", "cpu"}) {
    older.device = device;
    ExpectStartOver(FormatCheckpoint(*state, older),
                    absl::StrCat("it belongs to device \"", device, "\""));
  }
}

TEST_F(UselessCheckpointTest, FilesOfOtherData) {
  Dataset changed = *dataset_;
  changed.notes["sha256"] = "cafe";
  std::filesystem::remove(path_);
  TrainTo({15, Break::kAfterStep}, settings_, changed);
  ExpectStartOver(ReadTestFile(path_),
                  "it belongs to data \"cafe\", expected \"\"");
}

// As a program would leave that changed its plugins and not their versions.
TEST_F(UselessCheckpointTest, StatesThatDoNotFit) {
  const auto state = ReadCheckpoint(path_, owner_);
  ASSERT_OK(state);
  TrainingState changed = *state;
  changed.model.pop_back();
  ExpectStartOver(FormatCheckpoint(changed, owner_), "tensor '");
  changed = *state;
  changed.optimizer = {{"momentum", at::zeros({3})}};
  // The model is loaded by then, and must not show.
  ExpectStartOver(FormatCheckpoint(changed, owner_),
                  "expected the bytes of one of LibTorch's optimizers");
  changed = *state;
  changed.optimizer[0].second = at::zeros({100}, at::kByte);
  ExpectStartOver(FormatCheckpoint(changed, owner_), "");
}

TEST_F(UselessCheckpointTest, AFolderInItsPlace) {
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  ExpectSame(whole_, Train(settings_, *dataset_));
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("expected a regular file, found a folder"));
}

TEST_F(UselessCheckpointTest, ACheckpointThatCannotBeWrittenIsOneNote) {
  options_.checkpoint_path = path_ + ".no_folder/checkpoint";
  options_.checkpoint_seconds = 0;
  const Ending ending = Train(settings_, *dataset_);
  ExpectSame(whole_, ending);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("no checkpoint was written"));
}

}  // namespace
}  // namespace bigstep
