// How long the tables of studies of 10^2 to 10^5 trials take from records on
// the disk, and how much memory: the column peak_MiB is the most that the
// process ever held, so one size at a time if that is the question; record_kb
// is the size of a record. The largest study takes 2 GB of the disk while it is
// measured.
//   bazel run //tools:bench_report -- [--benchmark_filter='/10000$']
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/log.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/records/study_records.h"
#include "experiments/records/testing.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/write_report.h"

namespace bigstep {
namespace {

// Folders of studies, by number of trials.
std::map<int64_t, std::string>& Folders() {
  static auto* const folders = new std::map<int64_t, std::string>;
  return *folders;
}

// The folder of a study of `trials` trials, five seeds each, made once.
const std::string& Folder(int64_t trials) {
  std::string& folder = Folders()[trials];
  if (folder.empty()) {
    folder = MakeTestFolder();
    WriteSyntheticStudy(folder,
                        SyntheticStudy(static_cast<int>(trials / 5), 5));
  }
  return folder;
}

double PeakMegabytes() {
  struct rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void AddCounters(const std::string& folder, benchmark::State& state) {
  state.counters["peak_MiB"] = PeakMegabytes();
  const auto size = std::filesystem::file_size(
      TrialFolder(folder, "trial_0_0") + "/record.json");
  state.counters["record_kb"] = static_cast<double>(size) / 1024;
}

void BM_ReadRecords(benchmark::State& state) {
  const std::string& folder = Folder(state.range(0));
  const auto study = ReadStudy(folder);
  BIGSTEP_CHECK(study.ok()) << study.status();
  for (auto _ : state) {
    const auto records = ReadStudyRecords(folder, *study);
    BIGSTEP_CHECK(records.ok()) << records.status();
  }
  AddCounters(folder, state);
}

void BM_WriteReport(benchmark::State& state) {
  const std::string& folder = Folder(state.range(0));
  for (auto _ : state) {
    const auto analysis = WriteReport(folder);
    BIGSTEP_CHECK(analysis.ok()) << analysis.status();
  }
  AddCounters(folder, state);
}

BENCHMARK(BM_ReadRecords)
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->Unit(benchmark::kSecond);
BENCHMARK(BM_WriteReport)
    ->RangeMultiplier(10)
    ->Range(100, 100000)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  for (const auto& [trials, folder] : bigstep::Folders()) {
    std::filesystem::remove_all(folder);
  }
}
