#include "datasets/cache/dataset_cache.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "base/file_lock.h"
#include "base/file_reads.h"
#include "base/files.h"
#include "base/status.h"
#include "base/testing.h"
#include "datasets/cache/data_checksum.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A dataset whose values come from the file counted/value and, if it is seeded,
// from the seed. Each making adds a line to the file `made` of the data root.
struct CountedOptions {
  bool seeded = true;
  bool augmented = false;

  static void Describe(Schema<CountedOptions>& s) {
    s.Summary("Counts.").Paper("none");
    s.Field("seeded", &CountedOptions::seeded).Doc("whether the seed counts");
    s.Field("augmented", &CountedOptions::augmented).Doc("has a closure");
  }
};

struct Counted {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const CountedOptions& options, const DatasetArgs& args) {
    ASSIGN_OR_RETURN(const std::string value,
                     ReadFile(args.data_root + "/counted/value"));
    if (value == "die") kill(getpid(), SIGKILL);
    std::ofstream(args.data_root + "/made", std::ios::app) << args.seed << "\n";
    // Long enough for others to come while it is being made.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    auto dataset = std::make_unique<Dataset>();
    dataset->task = {{4}, 2, 2};
    dataset->seeded = options.seeded;
    const double fill = std::stod(value) + (options.seeded ? args.seed : 0);
    for (Split* split :
         {&dataset->train, &dataset->validation, &dataset->test}) {
      *split = {at::full({2, 4}, fill, at::kFloat),
                at::tensor({0, 1}, at::kLong), at::tensor({1, 1}, at::kLong)};
    }
    if (options.augmented) {
      dataset->train.augmentation = [](const at::Tensor& inputs,
                                       const at::Tensor&) { return inputs; };
    }
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "counted", Counted, CountedOptions);

class DatasetCacheTest : public testing::Test {
 protected:
  DatasetCacheTest() {
    WriteTestFile(options_.data_root + "/counted/value", "1");
  }

  // The value in the dataset that a new process would get.
  double Value(int64_t seed = 0, const std::string& dataset = "counted") {
    DatasetCache cache(options_);
    const auto found = cache.Get(ParsePlugin<DatasetFamily>(dataset), seed);
    EXPECT_OK(found);
    return found.ok() ? (*found)->train.inputs[0][0].item<double>() : -1;
  }

  // The seeds with which datasets were made so far.
  std::string Made() { return ReadTestFile(options_.data_root + "/made"); }

  // The names of the files in the cache folder, hashes shortened.
  std::vector<std::string> Files() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(options_.cache_folder)) {
      std::string name = entry.path().filename().string();
      names.push_back(name.erase(name.find('-') + 1, 16));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // The file of the seed in the cache folder.
  std::string KeptFile(const std::string& ending = "-seed0.dataset") {
    for (const auto& entry : fs::directory_iterator(options_.cache_folder)) {
      if (absl::EndsWith(entry.path().string(), ending)) return entry.path();
    }
    ADD_FAILURE() << "no file *" << ending;
    return "";
  }

  const std::string folder_ = MakeTestFolder();
  DatasetCache::Options options_ = {.data_root = folder_ + "/data",
                                    .cache_folder = folder_ + "/cache",
                                    .keep_from_bytes = 0,
                                    .spare_bytes = 0};
};

TEST_F(DatasetCacheTest, MakesADatasetOnceForAllProcesses) {
  EXPECT_EQ(Value(), 1);
  EXPECT_EQ(Value(), 1);
  EXPECT_EQ(Value(3), 4);
  EXPECT_EQ(Value(3), 4);
  EXPECT_EQ(Made(), "0\n3\n");
  EXPECT_THAT(Files(),
              ElementsAre("counted--seed0.dataset", "counted--seed3.dataset"));
}

TEST_F(DatasetCacheTest, SeedsShareWhatDoesNotDependOnThem) {
  EXPECT_EQ(Value(0, "{name: counted, seeded: false}"), 1);
  EXPECT_EQ(Value(3, "{name: counted, seeded: false}"), 1);
  EXPECT_EQ(Made(), "0\n");
  EXPECT_THAT(Files(), ElementsAre("counted-.dataset"));
}

TEST_F(DatasetCacheTest, OneCacheHoldsTheLastDataset) {
  DatasetCache cache({.data_root = options_.data_root, .cache_folder = ""});
  const Dataset* const first =
      *cache.Get(ParsePlugin<DatasetFamily>("counted"), 0);
  EXPECT_EQ(*cache.Get(ParsePlugin<DatasetFamily>("counted"), 0), first);
  EXPECT_EQ(Made(), "0\n");
  ASSERT_OK(cache.Get(ParsePlugin<DatasetFamily>("counted"), 1));
  ASSERT_OK(cache.Get(ParsePlugin<DatasetFamily>("counted"), 0));
  EXPECT_EQ(Made(), "0\n1\n0\n");
}

TEST_F(DatasetCacheTest, ProcessesThatAskAtOnceWaitForTheFirst) {
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = fork();
    // Two seeds, of which either is made once.
    if (child == 0) _exit(Value(i % 2) == 1 + i % 2 ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(Made().size(), std::string("0\n1\n").size()) << Made();
  EXPECT_THAT(Files(),
              ElementsAre("counted--seed0.dataset", "counted--seed1.dataset"));
}

TEST_F(DatasetCacheTest, AKilledProcessBlocksNobody) {
  WriteTestFile(options_.data_root + "/counted/value", "die");
  const pid_t child = fork();
  if (child == 0) _exit(static_cast<int>(Value()));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  WriteTestFile(options_.data_root + "/counted/value", "1");
  EXPECT_THAT(Files(), ElementsAre("counted-.lock"));
  EXPECT_EQ(Value(), 1);
}

TEST_F(DatasetCacheTest, ChangedDataFilesAreNoticed) {
  EXPECT_EQ(Value(), 1);
  WriteTestFile(options_.data_root + "/counted/value", "2");
  fs::last_write_time(
      options_.data_root + "/counted/value",
      fs::file_time_type::clock::now() + std::chrono::seconds(5));
  EXPECT_EQ(Value(), 2);
  EXPECT_EQ(Value(), 2);
  EXPECT_EQ(Made(), "0\n0\n");
  EXPECT_EQ(Files().size(), 1u);  // The new one took the old one's place.
}

TEST_F(DatasetCacheTest, AMovedDataRootIsTheSameData) {
  EXPECT_EQ(Value(), 1);
  const std::string made = Made();
  fs::rename(options_.data_root, folder_ + "/moved");
  options_.data_root = folder_ + "/moved";
  EXPECT_EQ(Value(), 1);
  EXPECT_EQ(Made(), made);
}

TEST_F(DatasetCacheTest, OptionsDecide) {
  EXPECT_EQ(Value(), 1);
  EXPECT_EQ(Value(0, "{name: counted, seeded: false}"), 1);
  EXPECT_EQ(Files().size(), 2u);
}

TEST_F(DatasetCacheTest, DamagedAndOldFilesAreMadeAgain) {
  EXPECT_EQ(Value(3), 4);
  const std::string foreign = ReadTestFile(KeptFile("-seed3.dataset"));
  EXPECT_EQ(Value(), 1);
  const std::string path = KeptFile(), whole = ReadTestFile(path);
  std::string old = whole;
  old[old.find("bigstep dataset 2") + 16] = '0';
  int made = 2;
  for (const std::string& content :
       {std::string(), std::string("junk"), old,
        whole.substr(0, whole.size() / 2), foreign}) {
    WriteTestFile(path, content);
    EXPECT_EQ(Value(), 1);
    EXPECT_EQ(Made().size(), 2u * ++made);
    EXPECT_EQ(ReadTestFile(path), whole);
  }
}

// What "pixels overwritten on disk" does: each byte of the file counts.
TEST_F(DatasetCacheTest, AChangedByteIsNoticedAndSaid) {
  EXPECT_EQ(Value(), 1);
  const std::string path = KeptFile(), whole = ReadTestFile(path);
  const size_t values = whole.rfind(std::string("\0\0\x80\x3f", 4));  // 1.0f
  ASSERT_NE(values, std::string::npos);
  for (const size_t changed :
       {size_t{0}, whole.size() / 2, values + 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[changed] = static_cast<char>(damaged[changed] ^ 4);
    WriteTestFile(path, damaged);
    testing::internal::CaptureStderr();
    EXPECT_EQ(Value(), 1);
    const std::string log = testing::internal::GetCapturedStderr();
    const std::string note = "a prepared dataset is made again: " + path;
    EXPECT_THAT(log, HasSubstr(note)) << changed;
    EXPECT_EQ(log.find(note), log.rfind(note)) << log;
    EXPECT_EQ(ReadTestFile(path), whole);
  }
  EXPECT_EQ(Made(), "0\n0\n0\n0\n0\n");
}

TEST_F(DatasetCacheTest, TheNotedChecksumIsThatOfTheValues) {
  for (int i = 0; i < 3; ++i) {
    DatasetCache cache(options_);
    const auto dataset = cache.Get(ParsePlugin<DatasetFamily>("counted"), 0);
    ASSERT_OK(dataset);
    EXPECT_EQ((*dataset)->notes.at("sha256"), DataSha256(**dataset));
    // Damages the file for the last round.
    if (i == 1) {
      std::string file = ReadTestFile(KeptFile());
      file[file.size() - 100] ^= 1;
      WriteTestFile(KeptFile(), file);
    }
  }
  EXPECT_EQ(Made(), "0\n0\n");
}

TEST_F(DatasetCacheTest, OnlyTheOwnerMayEnterTheFolder) {
  EXPECT_EQ(Value(), 1);
  struct stat folder = {};
  ASSERT_EQ(stat(options_.cache_folder.c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);
}

TEST_F(DatasetCacheTest, AFolderThatCannotBeUsedIsSaidOnce) {
  WriteTestFile(options_.cache_folder, "a file, not a folder");
  DatasetCache cache(options_);
  testing::internal::CaptureStderr();
  for (int64_t seed = 0; seed < 3; ++seed) {
    const auto dataset = cache.Get(ParsePlugin<DatasetFamily>("counted"), seed);
    ASSERT_OK(dataset);
    EXPECT_EQ((*dataset)->test.inputs[1][3].item<double>(), 1.0 + seed);
  }
  const std::string log = testing::internal::GetCapturedStderr();
  const std::string note = "datasets are not cached for other processes";
  EXPECT_THAT(log, HasSubstr(note));
  EXPECT_EQ(log.find(note), log.rfind(note));
  EXPECT_THAT(log, HasSubstr(options_.cache_folder));
}

TEST_F(DatasetCacheTest, ANearlyFullDiskIsNoHindrance) {
  options_.spare_bytes = int64_t{1} << 62;
  testing::internal::CaptureStderr();
  EXPECT_EQ(Value(), 1);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("is nearly full"));
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(DatasetCacheTest, SmallDatasetsAndClosuresAreNotKept) {
  EXPECT_EQ(Value(0, "{name: counted, augmented: true}"), 1);
  EXPECT_THAT(Files(), IsEmpty());
  // 3 splits of 2 examples, each 4 float32 and 2 int64.
  options_.keep_from_bytes = 3 * 2 * (4 * 4 + 2 * 8) + 1;
  EXPECT_EQ(Value(), 1);
  EXPECT_THAT(Files(), IsEmpty());
  --options_.keep_from_bytes;
  EXPECT_EQ(Value(), 1);
  EXPECT_THAT(Files(), ElementsAre("counted--seed0.dataset"));
}

TEST_F(DatasetCacheTest, FilesAreOptional) {
  EXPECT_EQ(Value(), 1);
  options_.keep = false;
  EXPECT_EQ(Value(), 1);
  EXPECT_EQ(Value(1), 2);
  EXPECT_EQ(Made(), "0\n0\n1\n");
  EXPECT_THAT(Files(), ElementsAre("counted--seed0.dataset"));
}

TEST_F(DatasetCacheTest, TheFilesUnusedTheLongestGoFirst) {
  for (int64_t seed = 0; seed < 3; ++seed) EXPECT_EQ(Value(seed), 1.0 + seed);
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(KeptFile("-seed0.dataset"), now - std::chrono::hours(3));
  fs::last_write_time(KeptFile("-seed1.dataset"), now - std::chrono::hours(2));
  fs::last_write_time(KeptFile("-seed2.dataset"), now - std::chrono::hours(1));
  WriteTestFile(options_.cache_folder + "/x-0000000000000000.inputs", "kept");
  EXPECT_EQ(Value(0), 1);  // Used: the youngest now.
  options_.max_bytes =
      3 * static_cast<int64_t>(fs::file_size(KeptFile("-seed0.dataset")));
  EXPECT_EQ(Value(3), 4);
  EXPECT_THAT(Files(),
              ElementsAre("counted--seed0.dataset", "counted--seed2.dataset",
                          "counted--seed3.dataset", "x-.inputs"));
}

TEST_F(DatasetCacheTest, LeftoversOfKilledProcessesAreDeleted) {
  fs::create_directories(options_.cache_folder);
  const auto old = fs::file_time_type::clock::now() - std::chrono::hours(25);
  const std::string kNames[] = {"a-0000000000000000.dataset.tmp-elsewhere-1-0",
                                "b-0000000000000000.lock",
                                "c-0000000000000000.inputs.tmp-elsewhere-1-0",
                                "d-0000000000000000.dataset.tmp-elsewhere-1-0",
                                "e-0000000000000000.lock"};
  for (const std::string& name : kNames) {
    WriteTestFile(options_.cache_folder + "/" + name, "x");
    if (name[0] >= 'd') continue;
    fs::last_write_time(options_.cache_folder + "/" + name, old);
  }
  // Old, but somebody holds it.
  const std::string held = options_.cache_folder + "/f-0000000000000000.lock";
  const auto lock = FileLock::Try(held);
  fs::last_write_time(held, old);
  EXPECT_EQ(Value(), 1);
  EXPECT_THAT(Files(), ElementsAre("counted--seed0.dataset",
                                   "d-.dataset.tmp-elsewhere-1-0", "e-.lock",
                                   "f-.lock"));
}

// LibTorch throws: the programs that link it have no such device.
TEST_F(DatasetCacheTest, ADeviceThatCannotHoldTheDataIsAnError) {
  options_.device = c10::kXLA;  // LibTorch has no tensors on it.
  DatasetCache cache(options_);
  const absl::Status status =
      cache.Get(ParsePlugin<DatasetFamily>("counted"), 0).status();
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("while making dataset 'counted'"));
}

TEST_F(DatasetCacheTest, AFailureIsReportedEachTime) {
  fs::remove(options_.data_root + "/counted/value");
  DatasetCache cache(options_);
  for (int i = 0; i < 2; ++i) {
    const absl::Status status =
        cache.Get(ParsePlugin<DatasetFamily>("counted"), 0).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("while making dataset 'counted'"));
  }
  EXPECT_THAT(Files(), IsEmpty());
}

}  // namespace
}  // namespace bigstep
