// Runs one recorded trial again and says whether it gives the same. See --help
// and docs/reproducing.md.
#include <gflags/gflags.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/cache/dataset_cache.h"
#include "experiments/build_info.h"
#include "experiments/records/provenance.h"
#include "experiments/run/reproduction.h"
#include "experiments/train/environment.h"

DEFINE_string(record, "",
              "the trial: its folder, or record.json or trial.yaml in it");
DEFINE_string(data_root, "",
              "folder that holds the datasets' files (default "
              "$BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data)");
DEFINE_string(cache, "~/.cache/bigstep/prepared",
              "folder in which datasets with `cache: true` keep their inputs; "
              "other datasets are made anew from their files");
DEFINE_string(device, "",
              "auto, cpu, cuda or cuda:<number> (default: that of the record)");
DEFINE_double(tolerance, 0,
              "relative difference up to which numbers count as equal; 0: to "
              "the last bit");

namespace bigstep {
namespace {

constexpr int kSame = 0;
constexpr int kDifferent = 1;
constexpr int kBadInput = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells count.

// How many differences are worth reading.
constexpr size_t kShown = 20;

constexpr char kUsage[] =
    "Runs the trial of a record again and compares outcome, metrics and "
    "history.\n"
    "  bazel run //experiments:reproduce -- "
    "--record=results/my/trials/<id> [flags]\n"
    "Writes nothing. Exit codes: 0 the same, 1 something differs, 2 bad input "
    "(no\n"
    "record, another trial than its id says, missing data), 130 interrupted.\n";

// What may explain other bits than those recorded.
void PrintDifferencesOfPrograms(const Record& record, const Json& here,
                                const Dataset* dataset) {
  std::vector<std::string> lines =
      EnvironmentDifferences(record.provenance, here);
  const std::string commit =
      record.provenance.value("commit", std::string("unknown"));
  if (absl::EndsWith(commit, "+")) {
    lines.push_back(
        "commit: the recorded program had changes of its own ('+')");
  }
  const Json sha256 = record.data.value("sha256", Json());
  if (dataset != nullptr && sha256.is_string() &&
      sha256 != dataset->notes.at("sha256")) {
    lines.push_back(absl::StrCat(
        "data: recorded ", sha256.get<std::string>(), ", here ",
        dataset->notes.at("sha256").get<std::string>(), " (SHA-256)"));
  }
  if (lines.empty()) return;
  std::cout << "What may bring other bits:\n";
  for (const std::string& line : lines) std::cout << "  " << line << "\n";
}

int Report(const RecordedTrial& trial, const TrialResult& result) {
  const Comparison comparison = Compare(trial, result, FLAGS_tolerance);
  if (!comparison.differences.empty()) {
    const size_t n = comparison.differences.size();
    std::cout << "FAIL: " << n << (n == 1 ? " value differs" : " values differ")
              << "\n";
    for (size_t i = 0; i < std::min(n, kShown); ++i) {
      std::cout << "  " << comparison.differences[i] << "\n";
    }
    if (n > kShown) std::cout << "  and " << n - kShown << " more\n";
    return kDifferent;
  }
  std::cout << "PASS: " << OutcomeName(result.outcome) << " after "
            << result.steps << " steps as recorded; " << comparison.numbers
            << " numbers compared, "
            << (trial.history.has_value()
                    ? absl::StrCat(comparison.rows,
                                   " rows of history among them")
                    : std::string("no history.csv beside the record"));
  if (comparison.tolerated > 0) {
    std::cout << "; " << comparison.tolerated
              << " differ within --tolerance=" << FLAGS_tolerance
              << ", most of all " << comparison.largest_name << " by "
              << comparison.largest;
  } else {
    std::cout << "; all are equal to the last bit";
  }
  std::cout << "\n";
  return kSame;
}

// Trains the trial. A dataset that cannot be made is an error, unless the
// record says that the trial failed.
absl::StatusOr<TrialResult> Rerun(const RecordedTrial& trial,
                                  c10::Device device, const Json& here,
                                  bool cuda_graphs, DatasetCache& datasets) {
  const auto dataset =
      datasets.Get(trial.settings.dataset, trial.settings.seed);
  if (!dataset.ok() && trial.record.outcome != Outcome::kFailed) {
    return dataset.status();
  }
  PrintDifferencesOfPrograms(trial.record, here,
                             dataset.ok() ? *dataset : nullptr);
  if (!dataset.ok()) {
    TrialResult failure;
    failure.outcome = Outcome::kFailed;
    failure.reason = std::string(dataset.status().message());
    return failure;
  }
  TrainerHooks hooks;
  hooks.interrupted = Interrupted;
  if (cuda_graphs) hooks.make_graph = MakeCudaGraph;
  return RunTrial(trial.settings, **dataset, device, hooks);
}

absl::StatusOr<int> Reproduce() {
  if (FLAGS_record.empty()) {
    return absl::InvalidArgumentError(
        "no record given; name one with --record=results/my/trials/<id>, see "
        "--help");
  }
  // !(x >= 0) is true of NaN, too.
  if (!(FLAGS_tolerance >= 0 && FLAGS_tolerance < 1)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--tolerance must be at least 0 and below 1, got ", FLAGS_tolerance));
  }
  ASSIGN_OR_RETURN(const RecordedTrial trial,
                   ReadRecordedTrial(UserPath(FLAGS_record)));
  // As many threads inside an operation as then: they decide the last digits.
  const Json threads = trial.record.provenance.value("threads", Json());
  ConfigureCompute(threads.is_number_integer()
                       ? std::clamp(threads.get<int>(), 1, 1024)
                       : 1);
  const std::string recorded_device =
      trial.record.provenance.value("device", std::string("cpu"));
  ASSIGN_OR_RETURN(
      const c10::Device device,
      ParseDevice(FLAGS_device.empty() ? recorded_device : FLAGS_device));
  ConfigureDevice(device);
  // As then; on another device they are no matter.
  const bool cuda_graphs =
      device.is_cuda() &&
      trial.record.provenance.value("cuda_graphs", Json(false)) == true;
  if (cuda_graphs) {
    RETURN_IF_ERROR(CheckCudaGraphs(device));
    RETURN_IF_ERROR(UseOwnStream(device));
  }
  std::cout << "trial " << trial.record.id << " of study " << trial.record.study
            << ", seed " << trial.settings.seed << ", at most "
            << trial.settings.training.max_steps << " steps on " << device.str()
            << std::endl;
  // A copy kept from earlier would hide that the data files have changed.
  DatasetCache datasets({.data_root = DataRoot(FLAGS_data_root),
                         .cache_folder = UserPath(FLAGS_cache),
                         .device = device,
                         .keep = false});
  CatchInterrupts();
  Provenance provenance = MakeProvenance(device, BuildCommit());
  provenance.cuda_graphs = cuda_graphs;
  const absl::StatusOr<TrialResult> result =
      Rerun(trial, device, ProvenanceJson(provenance, trial.settings),
            cuda_graphs, datasets);
  if (absl::IsCancelled(result.status())) {
    std::cerr << "interrupted\n";
    return kInterrupted;
  }
  RETURN_IF_ERROR(result.status());
  return Report(trial, *result);
}

absl::StatusOr<int> Main(int argc, char** argv) {
  const CommandLineRules rules = {__FILE__, {}, {}};
  if (WantsHelp(argc, argv)) {
    std::cout << kUsage << FlagsHelp(rules);
    return kSame;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  return Reproduce();
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  const absl::StatusOr<int> code = bigstep::Main(argc, argv);
  if (code.ok()) return *code;
  std::cerr << code.status().message() << "\n";
  return bigstep::kBadInput;
}
