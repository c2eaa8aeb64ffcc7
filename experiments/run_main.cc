// Runs a study, or says what it would do. See --help and README.md.
#include <gflags/gflags.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/device.h"
#include "base/files.h"
#include "base/log.h"
#include "base/status.h"
#include "experiments/analysis.h"
#include "experiments/build_info.h"
#include "experiments/describe.h"
#include "experiments/interrupt.h"
#include "experiments/plan.h"
#include "experiments/progress.h"
#include "experiments/record.h"
#include "experiments/record_writer.h"
#include "experiments/runner.h"
#include "experiments/spec.h"
#include "experiments/study.h"
#include "experiments/tables.h"
#include "experiments/write_report.h"

DEFINE_string(spec, "", "the study to run, a YAML file");
DEFINE_string(set, "",
              "path=value: changes the spec, as in --set=optimizer.lr=0.3 or "
              "--set=seeds=5; may be given several times");
DEFINE_string(out, "results",
              "folder for results; those of a study go to <out>/<study>");
DEFINE_string(data_root, "",
              "folder that holds the datasets' files (default "
              "$BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data)");
DEFINE_string(cache, "~/.cache/bigstep/prepared",
              "folder in which datasets with `cache: true` keep their prepared "
              "images; may be deleted");
DEFINE_bool(save_weights, false,
            "leave the weights of each trial that is trained in its folder, as "
            "weights.safetensors");
DEFINE_string(device, "auto", "auto, cpu, cuda or cuda:<number>");
DEFINE_string(list, "",
              "list the plugins: --list, or of one family: --list=optimizers");
DEFINE_string(describe, "",
              "describe a plugin, as in --describe=optimizers/sgd, or all");
DEFINE_string(verify, "", "check this spec and stop, without training");
DEFINE_string(resolve, "",
              "print every trial of this spec with all options, as a spec");
DEFINE_string(plan, "",
              "print the trials of this spec and which of them are done");

namespace bigstep {
namespace {

constexpr int kOk = 0;
constexpr int kSomeTrialFailed = 1;
constexpr int kBadInput = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells count.

constexpr char kUsage[] =
    "Runs ablation studies of the learning rate.\n"
    "  bazel run //experiments:run -- --spec=my.yaml [flags]\n"
    "  bazel run //experiments:<study> -- [flags]\n"
    "Exit codes: 0 all trials have a result, 1 some trial failed, 2 bad "
    "input,\n"
    "130 interrupted (the same command continues).\n";

absl::StatusOr<Plan> LoadPlan(const std::string& path,
                              const std::vector<std::string>& overrides) {
  const std::string resolved = UserPath(path);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(resolved));
  Problems problems;
  const Spec spec = ReadStudySpec(text, path, overrides, problems);
  Plan plan = MakePlan(spec, problems);
  RETURN_IF_ERROR(problems.ToStatus());
  return plan;
}

std::string StudyFolder(const Plan& plan) {
  return absl::StrCat(UserPath(FLAGS_out), "/", plan.study);
}

absl::Status PrintPlan(const Plan& plan) {
  int done = 0;
  for (const Trial& trial : plan.trials) {
    ASSIGN_OR_RETURN(const std::optional<Record> record,
                     ReadRecord(StudyFolder(plan), trial.id));
    const std::string state = record ? OutcomeName(record->outcome) : "missing";
    if (record && record->outcome != Outcome::kFailed) ++done;
    for (const size_t cell : trial.cells) {
      std::cout << trial.id << "  " << state << "  " << plan.cells[cell].block
                << ": " << plan.cells[cell].setting << ", seed "
                << trial.settings.seed;
      if (record && !record->reason.empty()) {
        std::cout << " (" << record->reason << ")";
      }
      std::cout << "\n";
    }
  }
  std::cout << plan.trials.size() << " trials in " << plan.cells.size()
            << " settings: " << done << " done, " << plan.trials.size() - done
            << " to run (records in " << StudyFolder(plan) << ")\n";
  return absl::OkStatus();
}

// The width of the terminal that standard error is, 0 if it is none.
int TerminalColumns() {
  if (isatty(STDERR_FILENO) != 1) return 0;
  struct winsize size = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
  return known && size.ws_col > 0 ? size.ws_col : 80;
}

absl::StatusOr<int> RunStudy(const Plan& plan) {
  ASSIGN_OR_RETURN(const c10::Device device, ParseDevice(FLAGS_device));
  RunOptions options;
  options.study_folder = StudyFolder(plan);
  options.data_root = DataRoot(FLAGS_data_root);
  options.cache_folder = UserPath(FLAGS_cache);
  options.save_weights = FLAGS_save_weights;
  options.device = device;
  options.provenance = MakeProvenance(device, BuildCommit());
  options.interrupted = Interrupted;
  CatchInterrupts();
  Progress progress(std::cerr, TerminalColumns());
  ASSIGN_OR_RETURN(const RunSummary summary, RunPlan(plan, options, progress));

  RETURN_IF_ERROR(WriteStudy(options.study_folder, StudyOf(plan)));
  std::vector<std::string> notes;
  ASSIGN_OR_RETURN(const Analysis analysis,
                   WriteReport(options.study_folder, {}, &notes));
  for (const std::string& note : notes) std::cerr << note << "\n";
  std::cout << ToMarkdown(analysis);
  std::cerr << summary.trained << " trials trained, " << summary.reused
            << " reused, " << summary.failed << " failed; results in "
            << options.study_folder << "\n";
  if (summary.interrupted) {
    std::cerr << "interrupted; the same command continues where this one "
                 "stopped\n";
    return kInterrupted;
  }
  return summary.failed > 0 ? kSomeTrialFailed : kOk;
}

// Does what --verify, --resolve or --plan asks for with the spec at `path`.
absl::StatusOr<int> ShowPlan(const std::string& path,
                             const std::vector<std::string>& overrides) {
  ASSIGN_OR_RETURN(const Plan plan, LoadPlan(path, overrides));
  if (!FLAGS_plan.empty()) {
    RETURN_IF_ERROR(PrintPlan(plan));
  } else if (!FLAGS_resolve.empty()) {
    std::cout << ToSpecYaml(PlanToSpec(plan));
  } else {
    std::cout << path << ": ok, " << plan.trials.size() << " trials in "
              << plan.cells.size() << " settings\n";
  }
  return kOk;
}

absl::StatusOr<int> ShowText(const absl::StatusOr<std::string>& text) {
  RETURN_IF_ERROR(text.status());
  std::cout << *text;
  return kOk;
}

// Exactly one of the flags that say what to do.
absl::StatusOr<int> Dispatch(const std::vector<std::string>& overrides) {
  int modes = 0;
  for (const std::string* flag : {&FLAGS_spec, &FLAGS_verify, &FLAGS_resolve,
                                  &FLAGS_plan, &FLAGS_list, &FLAGS_describe}) {
    if (!flag->empty()) ++modes;
  }
  if (modes > 1) {
    return absl::InvalidArgumentError(
        "give one of --spec, --verify, --resolve, --plan, --list, --describe");
  }
  if (FLAGS_out.empty()) {
    return absl::InvalidArgumentError("--out is empty; name a folder");
  }
  if (!FLAGS_list.empty()) return ShowText(ListPlugins(FLAGS_list));
  if (!FLAGS_describe.empty()) return ShowText(DescribePlugin(FLAGS_describe));
  for (const std::string* path : {&FLAGS_verify, &FLAGS_resolve, &FLAGS_plan}) {
    if (!path->empty()) return ShowPlan(*path, overrides);
  }
  if (FLAGS_spec.empty()) {
    return absl::InvalidArgumentError(
        "no study given; name one with --spec=my.yaml, see --help");
  }
  ASSIGN_OR_RETURN(const Plan plan, LoadPlan(FLAGS_spec, overrides));
  return RunStudy(plan);
}

absl::StatusOr<int> Main(int argc, char** argv) {
  std::vector<std::string> overrides;
  const CommandLineRules rules = {__FILE__,
                                  {{"list", "all"}, {"save_weights", "true"}},
                                  {{"set", &overrides}}};
  if (WantsHelp(argc, argv)) {
    std::cout << kUsage << FlagsHelp(rules);
    return kOk;
  }
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  ConfigureCompute();
  return Dispatch(overrides);
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
