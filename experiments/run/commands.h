// The modes of //experiments:run.
#ifndef BIGSTEP_EXPERIMENTS_RUN_COMMANDS_H_
#define BIGSTEP_EXPERIMENTS_RUN_COMMANDS_H_

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/run/runner.h"

namespace bigstep {

// Which trials of a study to run or show, and how.
struct StudyOptions {
  std::string out;                // --out, as its user types it.
  std::string study_folder = {};  // If it is not <out>/<study>.
  std::string only;
  std::string shard;
  std::string progress = "auto";  // See ChooseProgressView.
  std::string device = "auto";
  std::string other_data = "refuse";  // See ParseOtherDataRule.
  std::string keep_weights = "auto";  // See ParseKeepWeights.
  int workers = 0;                    // 0: one per physical core, or 1 on CUDA.
  bool list_trials = false;           // In plans.
  // In plans: the effect, in standard deviations over seeds, for which the
  // seeds of claims are counted; 0: that of the records.
  double effect = 0;
  // How to run: the commands set `setup.study`, `setup.study_folder`,
  // `setup.device`, `workers`, `other_data`, `interrupted` and `tick`.
  RunOptions run;
};

// A command in one of the modes: exactly one of them is set.
struct Command {
  // Runs the study in this file, reports it, and returns the exit code (see
  // base/exit_code.h).
  std::string spec = "";
  // Checks this spec and prints its size.
  std::string verify = "";
  // Prints every trial of this spec with all options, as a spec.
  std::string resolve = "";
  // Checks this spec with its data and models, and prints its trials with their
  // states and the time and disk that the missing ones take. Writes nothing.
  std::string plan = "";
  // Without a spec: measures the trials of the study's folder `study.out` by
  // these metrics (see PlanToMeasure). Trains nothing.
  std::string measure = "";
  std::string list = "";      // See ListPlugins.
  std::string describe = "";  // See DescribePlugin.
  bool schema = false;        // Prints SpecSchemaText.

  // With `spec`: does not run it but writes a script to this file that runs it
  // as an array of Slurm jobs (see slurm_script.h).
  std::string slurm = "";
  // With `slurm`: this program, and all flags that its jobs need but --only.
  // Paths are absolute.
  std::string program = "";
  std::vector<std::string> arguments = {};
  std::string folder = "";  // That relative paths in the spec start from.

  std::vector<std::string> overrides = {};  // Of the spec: --set.
  std::string data_root = "";               // As given; empty: the default.
  StudyOptions study = {};
};

// The reports of a study, which another room makes.
struct StudyReporter {
  // The table, from what is recorded so far.
  std::function<std::string(const Study&, const std::map<std::string, Record>&)>
      table;
  // Writes all reports to the study's folder and returns the table. Adds
  // warnings to `notes`. NotFound if there is no study yet.
  std::function<absl::StatusOr<std::string>(const std::string& study_folder,
                                            std::vector<std::string>* notes)>
      write;
  // How many seeds the claims of the study need for `StudyOptions::effect`;
  // empty if it has none.
  std::function<std::string(const Study&, const std::map<std::string, Record>&,
                            double effect)>
      power;
};

// Executes the command and returns the exit code. Output goes to `out`,
// progress and notes to standard error.
absl::StatusOr<int> Execute(const Command& command,
                            const StudyReporter& reporter, std::ostream& out);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RUN_COMMANDS_H_
