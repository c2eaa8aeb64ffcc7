#include "experiments/run_flags.h"

#include <gflags/gflags.h>

#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/command_line.h"
#include "base/files.h"
#include "base/status.h"
#include "experiments/build_info.h"

DEFINE_string(spec, "", "the study to run, a YAML file");
DEFINE_string(set, "",
              "path=value: changes the spec, as in --set=optimizer.lr=0.3 or "
              "--set=seeds=5; may be given several times");
DEFINE_string(out, "results",
              "folder for results; those of a study go to <out>/<study>");
DEFINE_string(data_root, "",
              "folder that holds the datasets' files (default "
              "$BIGSTEP_DATA_ROOT, else ~/.cache/bigstep/data)");
DEFINE_string(cache, "",
              "folder in which datasets with `cache: true` keep their prepared "
              "images (default ~/.cache/bigstep/prepared); may be deleted");
DEFINE_string(keep_weights, "auto",
              "whether trained networks leave their weights in the folders of "
              "their trials, so that metrics can be measured later without "
              "training: all, none, or auto: all, while those of the study "
              "need less than 2 GB. With all, finished trials without weights "
              "are trained again");
DEFINE_bool(save_weights, false, "the same as --keep_weights=all");
DEFINE_string(only, "",
              "only these trials, as in --only=axis=lr,seed=0..2 or "
              "--only=state=failed: see docs/spec.md");
DEFINE_string(shard, "",
              "i/n: part i of n of the trials, 0/n to (n-1)/n, for job arrays: "
              "--shard=$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT");
DEFINE_string(device, "auto", "auto, cpu, cuda or cuda:<number>");
DEFINE_string(other_data, "refuse",
              "if done trials saw other data than are there now: refuse to "
              "train more; retrain them (their records stay as "
              "record.json.old); or keep them, and the report warns");
DEFINE_int32(workers, 0,
             "trials trained at the same time, each in a process of its own; "
             "0: as many as there are physical cores that the process may use "
             "(CPU mask, control group, batch system), or 1 on CUDA");
DEFINE_int32(threads_per_worker, 1,
             "threads inside an operation; more than one pays for large "
             "networks only, and gives other last digits");
DEFINE_bool(cuda_graphs, false,
            "on CUDA, record the forward and backward pass of a trial once and "
            "replay it: see docs/gpu.md");
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
DEFINE_string(
    plan, "",
    "check this spec with its data and models, and say how many trials "
    "it has, which of them are done, and the time and disk that the "
    "others take");
DEFINE_bool(trials, false, "with --plan: list the trials with their states");
DEFINE_string(
    measure, "",
    "without a spec: measure the finished trials in --out, the folder "
    "of a study, by more metrics, as in --measure=prunability; trains "
    "nothing: see docs/running.md");
DEFINE_double(effect, 0,
              "with --plan: the effect, in standard deviations over seeds, for "
              "which the seeds of claims are counted; 0: that of the records");
DEFINE_string(slurm, "",
              "do not run --spec but write a script to this file that runs it "
              "as an array of Slurm jobs with --workers (default 4) CPUs each, "
              "and makes the report after them: see docs/clusters.md");
DEFINE_bool(schema, false,
            "print the JSON Schema of specs, for editors: see docs/spec.md");

namespace bigstep {
namespace {

constexpr char kUsage[] =
    "Runs ablation studies of the learning rate.\n"
    "  bazel run //experiments:run -- --plan=my.yaml            what it costs\n"
    "  bazel run //experiments:run -- --spec=my.yaml [flags]\n"
    "  bazel run //experiments:<study> -- [flags]               a shipped one\n"
    "The same command continues a study that was interrupted.\n"
    "--help or -h shows this, --version the versions of the program and its "
    "libraries.\n"
    "Exit codes: 0 all trials have a result, 1 some trial failed, 2 bad "
    "input,\n"
    "3 results or standard output cannot be written or workers do not start,\n"
    "70 a defect of this program, 130 interrupted.\n";

// `overrides` collects the values of --set; may be null.
CommandLineRules Rules(std::vector<std::string>* overrides) {
  return {__FILE__,
          {{"cuda_graphs", "true"},
           {"list", "all"},
           {"save_weights", "true"},
           {"schema", "true"},
           {"trials", "true"}},
          {{"set", overrides}},
          /*arguments=*/nullptr,
          {{"Run:", {"spec", "set", "data_root", "slurm"}},
           {"Look, without training:",
            {"plan", "trials", "effect", "verify", "resolve", "list",
             "describe", "schema"}},
           {"Choose trials:", {"only", "shard"}},
           {"Results:",
            {"out", "measure", "keep_weights", "save_weights", "other_data"}},
           {"Machine:",
            {"workers", "threads_per_worker", "device", "cuda_graphs",
             "trial_timeout", "retries", "checkpoint_seconds", "cache",
             "progress"}}}};
}

absl::StatusOr<Command> CommandFromFlags() {
  Command command;
  command.spec = FLAGS_spec;
  command.verify = FLAGS_verify;
  command.resolve = FLAGS_resolve;
  command.plan = FLAGS_plan;
  command.measure = FLAGS_measure;
  command.list = FLAGS_list;
  command.describe = FLAGS_describe;
  command.schema = FLAGS_schema;
  command.data_root = FLAGS_data_root;
  command.study = {.out = FLAGS_out,
                   .only = FLAGS_only,
                   .shard = FLAGS_shard,
                   .progress = FLAGS_progress,
                   .device = FLAGS_device,
                   .other_data = FLAGS_other_data,
                   .keep_weights = FLAGS_keep_weights,
                   .workers = FLAGS_workers,
                   .list_trials = FLAGS_trials,
                   .effect = FLAGS_effect,
                   .run = {}};
  if (FLAGS_save_weights) command.study.keep_weights = "all";
  RunOptions& run = command.study.run;
  run.trial_timeout_s = FLAGS_trial_timeout;
  run.retries = FLAGS_retries;
  ASSIGN_OR_RETURN(run.setup.data_root, DataRootOrNone(FLAGS_data_root));
  ASSIGN_OR_RETURN(run.setup.cache_folder, PreparedDataFolder(FLAGS_cache));
  run.setup.commit = BuildCommit();
  run.setup.workspace_commit = WorkspaceCommit();
  run.setup.threads = FLAGS_threads_per_worker;
  run.setup.cuda_graphs = FLAGS_cuda_graphs;
  run.setup.checkpoint_s = FLAGS_checkpoint_seconds;
  return command;
}

absl::StatusOr<std::string> AbsolutePath(const std::string& typed) {
  ASSIGN_OR_RETURN(const std::string path, UserPath(typed));
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  if (error) return ErrnoStatus(error.value(), "find", path);
  return absolute.lexically_normal().string();
}

// The flags that each job of --slurm needs. They may run elsewhere: paths are
// absolute.
absl::StatusOr<std::vector<std::string>> JobArguments(
    const CommandLineRules& rules) {
  const std::set<std::string> paths = {"cache", "data_root", "spec"};
  const std::set<std::string> own = {"only", "progress", "shard", "slurm",
                                     "workers"};
  ASSIGN_OR_RETURN(const std::string out, AbsolutePath(FLAGS_out));
  std::vector<std::string> arguments = {"--out=" + out};
  for (const auto& [name, value] : GivenFlags(rules)) {
    if (name == "out" || own.count(name) > 0) continue;
    std::string absolute = value;
    if (paths.count(name) > 0) {
      ASSIGN_OR_RETURN(absolute, AbsolutePath(value));
    }
    arguments.push_back(absl::StrCat("--", name, "=", absolute));
  }
  return arguments;
}

absl::Status AddSlurm(const CommandLineRules& rules, Command* command) {
  ASSIGN_OR_RETURN(command->slurm, AbsolutePath(FLAGS_slurm));
  ASSIGN_OR_RETURN(command->folder, AbsolutePath("."));
  constexpr char kSelf[] = "/proc/self/exe";
  std::error_code error;
  command->program = std::filesystem::read_symlink(kSelf, error).string();
  if (error) return ErrnoStatus(error.value(), "read", kSelf);
  ASSIGN_OR_RETURN(command->arguments, JobArguments(rules));
  return absl::OkStatus();
}

}  // namespace

std::string RunHelp() { return HelpText(kUsage, Rules(nullptr)); }

absl::StatusOr<Command> CommandFromArguments(int argc, char** argv) {
  std::vector<std::string> overrides;
  const CommandLineRules rules = Rules(&overrides);
  RETURN_IF_ERROR(ParseCommandLine(argc, argv, rules)) << "see --help";
  ASSIGN_OR_RETURN(Command command, CommandFromFlags());
  command.overrides = overrides;
  if (!FLAGS_slurm.empty()) RETURN_IF_ERROR(AddSlurm(rules, &command));
  return command;
}

}  // namespace bigstep
