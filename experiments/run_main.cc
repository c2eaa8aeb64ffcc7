// Runs a study, or says what it would do. See --help and README.md.
#include <gflags/gflags.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/cores.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/files.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/cache/dataset_cache.h"
#include "experiments/build_info.h"
#include "experiments/plan/plan.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/trial_filter.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/tables.h"
#include "experiments/report/write_report.h"
#include "experiments/run/dry_run.h"
#include "experiments/run/preflight.h"
#include "experiments/run/progress.h"
#include "experiments/run/resume.h"
#include "experiments/run/runner.h"
#include "experiments/run/worker.h"
#include "experiments/spec/describe.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/spec_schema.h"
#include "experiments/spec/trial_sections.h"

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
DEFINE_string(only, "",
              "only these trials, as in --only=axis=lr,seed=0..2 or "
              "--only=state=failed: see docs/spec.md");
DEFINE_string(shard, "",
              "i/n: part i of n of the trials, 0/n to (n-1)/n, for job arrays: "
              "--shard=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT");
DEFINE_string(device, "auto", "auto, cpu, cuda or cuda:<number>");
DEFINE_int32(workers, 0,
             "trials trained at the same time, each in a process of its own; "
             "0: as many as there are physical cores, or 1 on CUDA");
DEFINE_int32(threads_per_worker, 1,
             "threads inside an operation; more than one pays for large "
             "networks only, and gives other last digits");
DEFINE_bool(cuda_graphs, false,
            "on CUDA, record the forward and backward pass of a trial once and "
            "replay it: see docs/running.md");
DEFINE_double(trial_timeout, 0,
              "seconds after which an attempt of a trial counts as hung and "
              "its worker is replaced; 0: never");
DEFINE_int32(retries, 1,
             "how often a trial is tried again whose worker died or hung");
DEFINE_double(checkpoint_seconds, 60,
              "seconds between the checkpoints of a trial");
DEFINE_string(progress, "auto",
              "what is shown meanwhile: live (rewritten lines), plain (a line "
              "when a trial starts and ends), quiet (failures), or auto: live "
              "on a terminal, else plain");
DEFINE_string(list, "",
              "list the plugins: --list, or of one family: --list=optimizers");
DEFINE_string(describe, "",
              "describe a plugin, as in --describe=optimizers/sgd, or all");
DEFINE_string(verify, "", "check this spec and stop, without training");
DEFINE_string(resolve, "",
              "print every trial of this spec with all options, as a spec");
DEFINE_string(plan, "",
              "check this spec with its data and models, and print its trials, "
              "which of them are done, and the time and disk the others take");
DEFINE_bool(schema, false,
            "print the JSON Schema of specs, for editors: see docs/spec.md");

namespace bigstep {
namespace {

constexpr int kOk = 0;
constexpr int kSomeTrialFailed = 1;
constexpr int kBadInput = 2;
constexpr int kUnavailable = 3;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells count.

constexpr char kUsage[] =
    "Runs ablation studies of the learning rate.\n"
    "  bazel run //experiments:run -- --spec=my.yaml [flags]\n"
    "  bazel run //experiments:<study> -- [flags]\n"
    "Exit codes: 0 all trials have a result, 1 some trial failed, 2 bad "
    "input,\n"
    "3 results cannot be written or workers do not start, 130 interrupted.\n"
    "The same command continues whatever was broken off.\n";

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
  return absl::StrCat(UserPath(FLAGS_out), "/", plan.study.name);
}

int WorkerCount(c10::Device device) {
  if (FLAGS_workers > 0) return FLAGS_workers;
  // Each process takes some hundred megabytes of a GPU for itself.
  return device.is_cuda() ? 1 : PhysicalCores();
}

// Where to train, as the flags say.
absl::StatusOr<c10::Device> ChosenDevice() {
  ASSIGN_OR_RETURN(const c10::Device device, ParseDevice(FLAGS_device));
  if (!FLAGS_cuda_graphs) return device;
  const absl::Status status = CheckCudaGraphs(device);
  if (status.ok()) return device;
  return absl::Status(status.code(),
                      absl::StrCat("--cuda_graphs: ", status.message()));
}

// Checks all that can be checked without training and prints the trials.
absl::Status ShowTrials(const Plan& plan) {
  const std::string folder = StudyFolder(plan);
  ASSIGN_OR_RETURN(const std::vector<size_t> trials,
                   ChooseTrials(plan, FLAGS_only, FLAGS_shard, folder));
  ASSIGN_OR_RETURN(const std::vector<TrialStatus> statuses,
                   ReadStatuses(plan, folder));
  ASSIGN_OR_RETURN(const c10::Device device, ChosenDevice());
  DatasetCache datasets(
      {DataRoot(FLAGS_data_root), UserPath(FLAGS_cache), device});
  RETURN_IF_ERROR(CheckTrials(plan, TrialsToRun(plan, statuses, trials),
                              datasets, device, Interrupted));
  PrintPlan(plan, statuses, trials, folder,
            static_cast<int>(WorkerCount(device)), std::cout);
  ASSIGN_OR_RETURN(const FolderContent content, ReadFolder(folder, plan));
  const std::string unused = DescribeUnused(content);
  if (!unused.empty()) std::cout << folder << unused << "\n";
  return absl::OkStatus();
}

absl::StatusOr<ProgressView> ChooseView() {
  ProgressView view;
  struct winsize size = {};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    view.columns = size.ws_col;
    view.rows = size.ws_row;
  }
  if (FLAGS_progress == "live" ||
      (FLAGS_progress == "auto" && isatty(STDERR_FILENO) == 1)) {
    view.mode = ProgressView::Mode::kLive;
  } else if (FLAGS_progress == "quiet") {
    view.mode = ProgressView::Mode::kQuiet;
  } else if (FLAGS_progress != "plain" && FLAGS_progress != "auto") {
    return absl::InvalidArgumentError(
        absl::StrCat("--progress: expected auto, live, plain or quiet, got '",
                     FLAGS_progress, "'"));
  }
  return view;
}

absl::Status CheckRunFlags() {
  const auto at_least = [](const char* name, double value, double least) {
    if (value >= least) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("--", name, ": must be >= ", least, ", got ", value));
  };
  RETURN_IF_ERROR(at_least("workers", FLAGS_workers, 0));
  RETURN_IF_ERROR(at_least("threads_per_worker", FLAGS_threads_per_worker, 1));
  RETURN_IF_ERROR(at_least("trial_timeout", FLAGS_trial_timeout, 0));
  RETURN_IF_ERROR(at_least("retries", FLAGS_retries, 0));
  return at_least("checkpoint_seconds", FLAGS_checkpoint_seconds, 0);
}

// How to run `plan`, the whole of it or some of its trials.
absl::StatusOr<RunOptions> MakeRunOptions(const Plan& plan) {
  RETURN_IF_ERROR(CheckRunFlags());
  ASSIGN_OR_RETURN(const c10::Device device, ChosenDevice());
  RunOptions options;
  options.setup.study = plan.study.name;
  options.setup.study_folder = StudyFolder(plan);
  options.setup.data_root = DataRoot(FLAGS_data_root);
  options.setup.cache_folder = UserPath(FLAGS_cache);
  options.setup.device = device.str();
  options.setup.commit = BuildCommit();
  options.setup.save_weights = FLAGS_save_weights;
  options.setup.threads = FLAGS_threads_per_worker;
  options.setup.cuda_graphs = FLAGS_cuda_graphs;
  options.setup.checkpoint_s = FLAGS_checkpoint_seconds;
  options.workers = WorkerCount(device);
  options.trial_timeout_s = FLAGS_trial_timeout;
  options.retries = FLAGS_retries;
  options.interrupted = Interrupted;
  return options;
}

// What the records of the plan say so far.
absl::StatusOr<Analysis> ReadAnalysis(const Plan& plan) {
  std::vector<std::string> ids;
  for (const StudyTrial& trial : plan.study.trials) ids.push_back(trial.id);
  ASSIGN_OR_RETURN(const Records records, ReadRecords(StudyFolder(plan), ids));
  return Analyze(plan.study, records);
}

std::string Summarize(const RunSummary& summary, const std::string& folder) {
  std::string text = absl::StrCat(summary.trained, " trials trained, ",
                                  summary.reused, " reused, ");
  if (summary.elsewhere > 0) {
    absl::StrAppend(&text, summary.elsewhere, " by another run, ");
  }
  absl::StrAppend(&text, summary.failed, " failed");
  if (summary.attempts_lost > 0) {
    absl::StrAppend(&text, ", ", summary.attempts_lost, " attempts lost");
  }
  absl::StrAppend(&text, "; results in ", folder, summary.unused, "\n");
  if (summary.interrupted) {
    absl::StrAppend(&text,
                    "interrupted; the same command continues where this one "
                    "stopped\n");
  }
  return text;
}

absl::StatusOr<int> RunStudy(const Plan& plan) {
  ASSIGN_OR_RETURN(RunOptions options, MakeRunOptions(plan));
  ASSIGN_OR_RETURN(const ProgressView view, ChooseView());
  Progress progress(std::cerr, view);
  options.tick = [&] {
    if (!TakeRequest()) return;
    const absl::StatusOr<Analysis> analysis = ReadAnalysis(plan);
    progress.Print(analysis.ok()
                       ? ToMarkdown(*analysis)
                       : absl::StrCat(analysis.status().message(), "\n"));
  };
  CatchInterrupts();
  CatchRequests();
  std::signal(SIGXFSZ, SIG_IGN);  // Files that may not grow are an error.
  ASSIGN_OR_RETURN(
      const std::vector<size_t> trials,
      ChooseTrials(plan, FLAGS_only, FLAGS_shard, options.setup.study_folder));
  options.whole = &plan;
  ASSIGN_OR_RETURN(const RunSummary summary,
                   RunPlan(WithTrials(plan, trials), options, progress));

  const std::string& folder = options.setup.study_folder;
  std::vector<std::string> notes;
  const absl::StatusOr<Analysis> analysis = WriteReport(folder, &notes);
  if (summary.interrupted && absl::IsNotFound(analysis.status())) {
    // It was stopped before there was anything to report.
    std::cerr << Summarize(summary, folder);
    return kInterrupted;
  }
  RETURN_IF_ERROR(ResultsError(analysis.status()));
  std::cout << ToMarkdown(*analysis);
  for (const std::string& note : notes) std::cerr << note << "\n";
  std::cerr << Summarize(summary, folder);
  if (summary.interrupted) return kInterrupted;
  return summary.failed > 0 ? kSomeTrialFailed : kOk;
}

// Does what --verify, --resolve or --plan asks for with the spec at `path`.
absl::StatusOr<int> ShowPlan(const std::string& path,
                             const std::vector<std::string>& overrides) {
  ASSIGN_OR_RETURN(const Plan plan, LoadPlan(path, overrides));
  if (!FLAGS_plan.empty()) {
    RETURN_IF_ERROR(ShowTrials(plan));
  } else if (!FLAGS_resolve.empty()) {
    std::cout << ToSpecYaml(PlanToSpec(plan));
  } else {
    std::cout << path << ": ok, " << plan.trials.size() << " trials in "
              << plan.study.configurations.size() << " configurations\n";
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
  if (FLAGS_schema) ++modes;
  if (modes > 1) {
    return absl::InvalidArgumentError(
        "give one of --spec, --verify, --resolve, --plan, --list, --describe, "
        "--schema");
  }
  if (FLAGS_out.empty()) {
    return absl::InvalidArgumentError("--out is empty; name a folder");
  }
  if (FLAGS_schema) return ShowText(SpecSchemaText());
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
                                  {{"cuda_graphs", "true"},
                                   {"list", "all"},
                                   {"save_weights", "true"},
                                   {"schema", "true"}},
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
  if (bigstep::IsWorker(argc, argv)) return bigstep::RunWorker();
  const absl::StatusOr<int> code = bigstep::Main(argc, argv);
  if (code.ok()) return *code;
  std::cerr << code.status().message() << "\n";
  return absl::IsUnavailable(code.status()) ? bigstep::kUnavailable
                                            : bigstep::kBadInput;
}
