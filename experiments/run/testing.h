// A fixture for tests that start workers, which are the test program itself,
// and plugins that fail: see testing.cc.
#ifndef BIGSTEP_EXPERIMENTS_RUN_TESTING_H_
#define BIGSTEP_EXPERIMENTS_RUN_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json.h"
#include "base/status.h"
#include "experiments/plan/testing.h"
#include "experiments/records/record.h"
#include "experiments/run/progress.h"
#include "experiments/run/resume.h"
#include "experiments/run/runner.h"

namespace bigstep {

inline int Occurrences(const std::string& text, const std::string& word) {
  int count = 0;
  for (size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    options_.setup.study = "tiny";
    options_.setup.study_folder = folder_;
    options_.setup.data_root = folder_ + "/no_data";
    setenv("BIGSTEP_TEST_MARKS", marks_.c_str(), 1);
  }

  absl::StatusOr<RunSummary> Run(
      const Plan& plan,
      std::function<bool()> interrupted = [] { return false; }) {
    std::vector<size_t> all(plan.trials.size());
    std::iota(all.begin(), all.end(), 0);
    return RunSome(plan, all, std::move(interrupted));
  }

  // Runs these of the plan's trials.
  absl::StatusOr<RunSummary> RunSome(
      const Plan& plan, const std::vector<size_t>& trials,
      std::function<bool()> interrupted = [] { return false; }) {
    options_.interrupted = std::move(interrupted);
    ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder_, plan));
    Progress progress(progress_, {ProgressView::Mode::kPlain});
    return RunTrials(plan, trials, content, options_, progress);
  }

  // A plan whose trials with seed 1 do what `crash` says.
  static Plan CrashingPlan(const std::string& crash) {
    return PlanOf(kTinySpec,
                  {"metrics=[accuracy, {name: crash, " + crash + "}]",
                   "compare.metrics=[accuracy.unbiased_test]",
                   "axes={lr: {set: optimizer.lr, values: [0.1]}}",
                   "plan={one_at_a_time: [lr]}"});
  }

  Record RecordOf(const Trial& trial) {
    return ReadRecord(folder_, trial.id).value().value();
  }

  // The part of a record that depends on the trial alone.
  Json MetricsOf(const Trial& trial) { return RecordOf(trial).metrics; }

  int RecordsInFolder() {
    int records = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(folder_ + "/trials")) {
      records += std::filesystem::exists(entry.path() / "record.json");
    }
    return records;
  }

  std::string folder_ = MakeTestFolder();
  std::string marks_ = MakeTestFolder();
  RunOptions options_;
  std::ostringstream progress_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_TESTING_H_
