#include "experiments/train/checkpoint.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/blas_kernels.h"
#include "base/files.h"
#include "base/json.h"
#include "base/machine.h"
#include "base/mutation_testing.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const CheckpointOwner kOwner = {"0123456789abcdef", "cpu", "1.13.0", "feed"};

TrainingState SomeState() {
  TrainingState state;
  state.steps = 12;
  // The shortest decimal form of neither sum is exact.
  state.loss_sum = 0.1 + 0.2;
  state.loss_steps = 2;
  state.fit = {0.1 + 0.7, 3, 20, 1.0 / 7, 1.0 / 9, 4000, 2, 0.3, 25};
  state.history = {{10, 1.0 / 3, {{"accuracy", {{"train", 0.7}}}}, {0.5}}};
  state.train_seconds = 1.5;
  state.evaluate_seconds = 0.25;
  state.model = {{"fc.weight", at::ones({2, 3})},
                 {"count", at::full({}, 7, at::kLong)}};
  state.optimizer = {{"fc.weight", at::full({2, 3}, 2.5)},
                     {"steps", at::full({}, 0.1, at::kDouble)},
                     {"model/trap", at::arange(3).to(at::kByte)}};
  return state;
}

// `file` with `to` for `from`, and with the SHA-256 that fits.
std::string Forge(const std::string& file, const std::string& from,
                  const std::string& to) {
  std::string rest =
      absl::StrReplaceAll(file.substr(file.find('\n') + 1), {{from, to}});
  return absl::StrCat("bigstep checkpoint 1 ", Sha256Hex(rest), "\n", rest);
}

TEST(CheckpointTest, ReadsBackWhatItWrote) {
  const auto read =
      ParseCheckpoint(FormatCheckpoint(SomeState(), kOwner), kOwner);
  ASSERT_OK(read);
  EXPECT_EQ(read->steps, 12);
  EXPECT_EQ(read->loss_sum, 0.1 + 0.2);
  EXPECT_EQ(read->loss_steps, 2);
  EXPECT_EQ(read->fit.cross_entropy_sum, 0.1 + 0.7);
  EXPECT_EQ(read->fit.right, 3);
  EXPECT_EQ(read->fit.examples, 20);
  EXPECT_EQ(read->fit.recent, 1.0 / 7);
  EXPECT_EQ(read->fit.correction, 1.0 / 9);
  EXPECT_EQ(read->fit.evaluated, 4000);
  EXPECT_EQ(read->fit.milestones, 2);
  EXPECT_EQ(read->fit.lowest, 0.3);
  EXPECT_EQ(read->fit.lowest_step, 25);
  ASSERT_EQ(read->history.size(), 1u);
  EXPECT_EQ(read->history[0].step, 10);
  EXPECT_EQ(read->history[0].train_loss, 1.0 / 3);
  EXPECT_EQ(read->history[0].metrics, SomeState().history[0].metrics);
  EXPECT_EQ(read->history[0].milestones, std::vector<double>{0.5});
  EXPECT_EQ(read->train_seconds, 1.5);
  EXPECT_EQ(read->evaluate_seconds, 0.25);
  const TrainingState expected = SomeState();
  NamedTensors model = {{"fc.weight", at::zeros({2, 3})},
                        {"count", at::zeros({}, at::kLong)}};
  ASSERT_OK(CopyValues(read->model, model));
  EXPECT_TRUE(model[0].second.equal(expected.model[0].second));
  EXPECT_TRUE(model[1].second.equal(expected.model[1].second));
  NamedTensors optimizer;
  for (const auto& [name, tensor] : expected.optimizer) {
    optimizer.emplace_back(name, at::zeros_like(tensor));
  }
  ASSERT_OK(CopyValues(read->optimizer, optimizer));
  for (size_t i = 0; i < optimizer.size(); ++i) {
    EXPECT_TRUE(optimizer[i].second.equal(expected.optimizer[i].second));
  }
}

TEST(CheckpointTest, RefusesAFileCutOrChangedAnywhere) {
  const std::string file = FormatCheckpoint(SomeState(), kOwner);
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(ParseCheckpoint(file.substr(0, size), kOwner).ok()) << size;
    std::string changed = file;
    changed[size] ^= 1;
    EXPECT_FALSE(ParseCheckpoint(changed, kOwner).ok()) << size;
  }
  EXPECT_EQ(
      ParseCheckpoint(file.substr(0, file.size() - 1), kOwner).status(),
      absl::DataLossError("it is cut short or changed: its SHA-256 is not that "
                          "of its content"));
  EXPECT_EQ(ParseCheckpoint("", kOwner).status(),
            absl::DataLossError("it is not a checkpoint"));
  EXPECT_EQ(ParseCheckpoint("PK\x03\x04", kOwner).status(),
            absl::DataLossError("it is not a checkpoint"));
}

TEST(CheckpointTest, RefusesOtherFormatsAndOwners) {
  const std::string file = FormatCheckpoint(SomeState(), kOwner);
  EXPECT_EQ(ParseCheckpoint(
                absl::StrReplaceAll(file, {{"checkpoint 1 ", "checkpoint 2 "}}),
                kOwner)
                .status(),
            absl::FailedPreconditionError("it has format 2, expected 1"));
  CheckpointOwner other = kOwner;
  other.trial_id = "fedcba9876543210";
  EXPECT_EQ(ParseCheckpoint(file, other).status(),
            absl::FailedPreconditionError(
                "it belongs to trial \"0123456789abcdef\", expected "
                "\"fedcba9876543210\""));
  other = kOwner;
  other.device = "cuda";
  EXPECT_EQ(ParseCheckpoint(file, other).status(),
            absl::FailedPreconditionError(
                "it belongs to device \"cpu\", expected \"cuda\""));
  other = kOwner;
  other.libtorch = "2.1.0";
  EXPECT_EQ(ParseCheckpoint(file, other).status(),
            absl::FailedPreconditionError(
                "it belongs to libtorch \"1.13.0\", expected \"2.1.0\""));
  other = kOwner;
  other.data = "cafe";
  EXPECT_EQ(ParseCheckpoint(file, other).status(),
            absl::FailedPreconditionError(
                "it belongs to data \"feed\", expected \"cafe\""));
}

TEST(CheckpointTest, TheCpuIsNamedByWhatChangesBits) {
  const int threads = at::get_num_threads();
  at::set_num_threads(2);
  const std::string two = CheckpointDevice(c10::kCPU, /*uses_graphs=*/false);
  at::set_num_threads(threads);
  EXPECT_THAT(two, testing::StartsWith(
                       absl::StrCat("cpu: ", CpuCapability(), ", kernels for ",
                                    BlasKernels(), ", threads 2, ")));
  const Json blas = LibraryVersions().at("blas");
  if (blas.is_string()) {
    EXPECT_THAT(two, testing::EndsWith(blas.get<std::string>()));
  }
}

TEST(CheckpointTest, OlderFilesDoNotSayWhatTheirDataWere) {
  std::string file = FormatCheckpoint(SomeState(), kOwner);
  file = absl::StrReplaceAll(file, {{R"("data":"feed",)", ""}});
  const size_t end = file.find('\n');
  file = absl::StrCat(file.substr(0, file.find_last_of(' ', end)), " ",
                      Sha256Hex(file.substr(end + 1)), file.substr(end));
  EXPECT_OK(ParseCheckpoint(file, kOwner));
}

// A program that changed the format without changing its number.
TEST(CheckpointTest, MalformedContentIsAnError) {
  const std::string file = FormatCheckpoint(SomeState(), kOwner);
  ASSERT_OK(ParseCheckpoint(Forge(file, "", ""), kOwner));
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{
           {"\"steps\":12", "\"steps\":\"12\""},
           {"\"owner\"", "\"ownerr\""},
           {"\"loss_sum\"", "\"loss_summ\""},
           {"{\"owner\"", "{{\"owner\""},
           {"\"F32\"", "\"X32\""}}) {
    ASSERT_THAT(file, HasSubstr(from));
    EXPECT_FALSE(ParseCheckpoint(Forge(file, from, to), kOwner).ok()) << to;
  }
}

// Files of another person: those with the right checksum are looked into.
TEST(CheckpointTest, DamagedFilesAreRefusedOrRead) {
  const std::string file = FormatCheckpoint(SomeState(), kOwner);
  const std::string rest = file.substr(file.find('\n') + 1);
  Mutator mutator(/*seed=*/1);
  int read = 0;
  constexpr int kFiles = 1000;
  for (int i = 0; i < kFiles; ++i) {
    const auto state = ParseCheckpoint(
        Forge(absl::StrCat("\n", mutator.Mutate(rest)), "\n\n\n", ""), kOwner);
    if (state.ok()) (void)FormatCheckpoint(*state, kOwner);
    read += state.ok() ? 1 : 0;
    EXPECT_EQ(state.status().message().find("json.exception"),
              std::string::npos)
        << state.status();
  }
  EXPECT_GT(read, 0);
  EXPECT_LT(read, kFiles);
}

TEST(CheckpointTest, AMissingFileIsNotFound) {
  EXPECT_EQ(ReadCheckpoint(MakeTestFolder() + "/none", kOwner).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(CheckpointTest, AFileBeyondReasonIsNotRead) {
  const std::string path = MakeTestFolder() + "/checkpoint";
  WriteTestFile(path, "");
  std::filesystem::resize_file(path, uintmax_t{9} << 30);
  EXPECT_EQ(ReadCheckpoint(path, kOwner).status().code(),
            absl::StatusCode::kResourceExhausted);
}

class CheckpointWriterTest : public testing::Test {
 protected:
  CheckpointWriter Writer(double seconds) {
    return CheckpointWriter(path_, seconds, kOwner, note_);
  }

  const std::string path_ = MakeTestFolder() + "/checkpoint";
  std::vector<std::string> notes_;
  const std::function<void(const std::string&)> note_ =
      [this](const std::string& note) { notes_.push_back(note); };
};

TEST_F(CheckpointWriterTest, WritesAFileThatCanBeRead) {
  CheckpointWriter writer = Writer(60);
  writer.Write(SomeState);
  const auto read = ReadCheckpoint(path_, kOwner);
  ASSERT_OK(read);
  EXPECT_EQ(read->steps, 12);
  EXPECT_THAT(notes_, IsEmpty());
}

TEST_F(CheckpointWriterTest, ACheckpointIsDueOnceItsTimeHasPassed) {
  CheckpointWriter always = Writer(0);
  EXPECT_TRUE(always.IsDue());
  always.Write(SomeState);
  EXPECT_TRUE(always.IsDue());
  EXPECT_FALSE(Writer(3600).IsDue());
  // As good as no time: some passes in any case.
  CheckpointWriter soon = Writer(1e-9);
  while (!soon.IsDue()) {
  }
  // What takes long to write is written less often: 20 times as long.
  soon.Write(SomeState);
  EXPECT_FALSE(soon.IsDue());
}

TEST_F(CheckpointWriterTest, WithoutAPathNothingIsReadOrWritten) {
  CheckpointWriter writer("", 0, kOwner, note_);
  EXPECT_FALSE(writer.IsDue());
  writer.Write([]() -> TrainingState {
    ADD_FAILURE() << "read the state";
    return {};
  });
}

// The limit on the size of files stands in for a full disk.
TEST_F(CheckpointWriterTest,
       WhatCannotBeWrittenIsNotedOnceAndLeavesTheOldFile) {
  CheckpointWriter writer = Writer(0);
  writer.Write(SomeState);
  const std::string old = ReadTestFile(path_);
  const auto bigger = [] {
    TrainingState state = SomeState();
    state.model.emplace_back("big", at::zeros({100000}));
    return state;
  };
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  rlimit small = limit;
  small.rlim_cur = 100000;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  writer.Write(bigger);
  writer.Write(bigger);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0],
              HasSubstr("no checkpoint was written: cannot write " + path_));
  EXPECT_THAT(notes_[0], HasSubstr("File too large"));
  EXPECT_EQ(ReadTestFile(path_), old);
  // Nothing lies beside it.
  const std::filesystem::path folder =
      std::filesystem::path(path_).parent_path();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder),
                          std::filesystem::directory_iterator()),
            1);
  writer.Write(bigger);
  EXPECT_GT(ReadTestFile(path_).size(), 400000u);
  EXPECT_EQ(notes_.size(), 1u);
}

TEST_F(CheckpointWriterTest, WhatThePluginsThrowIsNoted) {
  CheckpointWriter writer = Writer(0);
  writer.Write([]() -> TrainingState {
    at::ones({2}).add(at::ones({3}));
    return {};
  });
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_THAT(notes_[0], HasSubstr("The size of tensor a (2) must match"));
}

}  // namespace
}  // namespace bigstep
