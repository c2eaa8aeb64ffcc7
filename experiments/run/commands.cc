#include "experiments/run/commands.h"

#include <c10/core/Device.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/cores.h"
#include "base/cuda_graph.h"
#include "base/device.h"
#include "base/exit_code.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/interrupt.h"
#include "base/problems.h"
#include "base/shell_quote.h"
#include "base/status.h"
#include "base/terminal_text.h"
#include "experiments/plan/plan.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/records/data_table.h"
#include "experiments/records/record.h"
#include "experiments/records/study_records.h"
#include "experiments/run/dry_run.h"
#include "experiments/run/progress.h"
#include "experiments/run/recorded_plan.h"
#include "experiments/run/resume.h"
#include "experiments/run/slurm_script.h"
#include "experiments/run/terminal_view.h"
#include "experiments/spec/describe.h"
#include "experiments/spec/spec.h"
#include "experiments/spec/spec_schema.h"
#include "experiments/spec/trial_sections.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {
namespace {

constexpr char kNoCache[] =
    "no home folder is known, so prepared datasets are not kept for later "
    "runs; name a folder for them with --cache";

// The plan of the spec in the file `path`. What ran it is kept with the study.
absl::StatusOr<Plan> LoadPlan(const std::string& path, const Command& command) {
  ASSIGN_OR_RETURN(const std::string file, UserPath(path));
  ASSIGN_OR_RETURN(const std::string text,
                   ReadFileOrPipe(file, /*max_bytes=*/16 << 20));
  Problems problems;
  const Spec spec =
      ReadStudySpec(text, path, command.overrides, problems, file);
  Plan plan = MakePlan(spec, problems);
  RETURN_IF_ERROR(problems.ToStatus());
  const std::string& whole = spec.merged.empty() ? text : spec.merged;
  if (whole.size() <= kMaxSpecBytes) plan.study.spec = whole;
  std::vector<std::string>& arguments = plan.study.arguments;
  for (const std::string& override : command.overrides) {
    arguments.push_back(absl::StrCat("--set=", override));
  }
  if (!command.data_root.empty()) {
    arguments.push_back(absl::StrCat("--data_root=", command.data_root));
  }
  return plan;
}

absl::Status CheckOptions(const StudyOptions& options) {
  const auto at_least = [](const char* name, double value, double least) {
    if (value >= least && std::isfinite(value)) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "--", name, ": must be ", std::isfinite(value) ? "" : "finite and ",
        ">= ", least, ", got ", value));
  };
  const RunOptions& run = options.run;
  RETURN_IF_ERROR(at_least("workers", options.workers, 0));
  if (run.setup.threads < 1 || run.setup.threads > kMostThreads) {
    return absl::InvalidArgumentError(
        absl::StrCat("--threads_per_worker: must lie between 1 and ",
                     kMostThreads, ", got ", run.setup.threads));
  }
  RETURN_IF_ERROR(at_least("trial_timeout", run.trial_timeout_s, 0));
  RETURN_IF_ERROR(at_least("retries", run.retries, 0));
  RETURN_IF_ERROR(at_least("effect", options.effect, 0));
  return at_least("checkpoint_seconds", run.setup.checkpoint_s, 0);
}

// `options.run` for the plan.
absl::StatusOr<RunOptions> MakeRunOptions(const Plan& plan,
                                          const StudyOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const c10::Device device, ParseDevice(options.device));
  RunOptions run = options.run;
  ASSIGN_OR_RETURN(run.other_data, ParseOtherDataRule(options.other_data));
  if (run.setup.cuda_graphs) {
    const absl::Status status = CheckCudaGraphs(device);
    if (!status.ok()) {
      return absl::Status(status.code(),
                          absl::StrCat("--cuda_graphs: ", status.message()));
    }
  }
  run.setup.study = plan.study.name;
  run.setup.study_folder = options.study_folder;
  if (options.study_folder.empty()) {
    ASSIGN_OR_RETURN(const std::string out, UserPath(options.out));
    RETURN_IF_ERROR(Folder(out).CheckNoLink(plan.study.name));
    run.setup.study_folder = absl::StrCat(out, "/", plan.study.name);
  }
  run.setup.device = device.str();
  run.workers = options.workers;
  // Each process takes some hundred megabytes of a GPU for itself.
  if (run.workers == 0) run.workers = device.is_cuda() ? 1 : UsableCores();
  run.interrupted = Interrupted;
  return run;
}

// The table from the records that the plan has now, or why there is none.
std::string TableNow(const Plan& plan, const std::string& study_folder,
                     const StudyReporter& reporter) {
  const auto records = ReadStudyRecords(study_folder, plan.study);
  return records.ok() ? reporter.table(plan.study, *records)
                      : absl::StrCat(records.status().message(), "\n");
}

std::string Summarize(const RunSummary& summary, const std::string& folder,
                      const FolderContent& content, bool has_results) {
  std::string text =
      absl::StrCat(summary.trained, summary.trained == 1 ? " trial" : " trials",
                   " trained, ");
  if (summary.measured > 0) {
    absl::StrAppend(&text, summary.measured, " measured, ");
  }
  absl::StrAppend(&text, summary.reused, " reused, ");
  if (summary.elsewhere > 0) {
    absl::StrAppend(&text, summary.elsewhere, " by another run, ");
  }
  absl::StrAppend(&text, summary.failed, " failed");
  if (summary.attempts_lost > 0) {
    absl::StrAppend(&text, ", ", summary.attempts_lost, " attempts lost");
  }
  if (has_results) {
    absl::StrAppend(&text, "; results in ", VisibleText(folder),
                    DescribeUnused(content));
  }
  absl::StrAppend(&text, "\n");
  // A command that works when it is pasted.
  if (has_results && !summary.interrupted && VisibleText(folder) == folder) {
    absl::StrAppend(
        &text, "look at it: xdg-open ",
        ShellQuote(absl::StrCat(absl::StartsWith(folder, "-") ? "./" : "",
                                folder, "/report.html")),
        "\n");
  }
  if (summary.interrupted) {
    absl::StrAppend(&text,
                    "interrupted; the same command continues where this one "
                    "stopped\n");
  }
  return text;
}

// Reports what the run left, and returns the exit code.
absl::StatusOr<int> Conclude(const RunSummary& summary,
                             const std::string& folder,
                             const FolderContent& content,
                             const StudyReporter& reporter, std::ostream& out) {
  std::vector<std::string> notes;
  const absl::StatusOr<std::string> table = reporter.write(folder, &notes);
  const bool cancelled = absl::IsCancelled(table.status());
  const int trials =
      summary.trained + summary.measured + summary.reused + summary.elsewhere;
  // An early interrupt leaves nothing to report.
  const bool nothing =
      summary.interrupted && trials == 0 && absl::IsNotFound(table.status());
  if (table.ok()) {
    out << *table;
  } else if (cancelled) {
    notes.push_back(absl::StrCat(
        "the report is not that of all records: ", table.status().message(),
        "; make it with the program `report` or the same command"));
  } else if (!nothing) {
    RETURN_IF_ERROR(CheckStudyIsThere(folder));
    return ResultsError(table.status());
  }
  for (const std::string& note : notes) std::cerr << VisibleLines(note) << "\n";
  std::cerr << VisibleLines(
      Summarize(summary, folder, content, /*has_results=*/!nothing));
  if (summary.interrupted || cancelled) return kExitInterrupted;
  return summary.failed > 0 ? kExitDifferent : kExitOk;
}

absl::StatusOr<FolderContent> ReadContent(const Plan& plan,
                                          const std::string& study_folder,
                                          const StudyOptions& options) {
  ASSIGN_OR_RETURN(const KeepWeights keep,
                   ParseKeepWeights(options.keep_weights));
  ASSIGN_OR_RETURN(FolderContent content, ReadFolder(study_folder, plan));
  content.keep_weights = keep;
  return content;
}

// Prints the trials of the plan with their states, and what is left to do.
absl::Status ShowPlan(const Plan& plan, const StudyOptions& options,
                      const StudyReporter& reporter, std::ostream& out) {
  ASSIGN_OR_RETURN(RunOptions run, MakeRunOptions(plan, options));
  const std::string& folder = run.setup.study_folder;
  ASSIGN_OR_RETURN(const FolderContent content,
                   ReadContent(plan, folder, options));
  ASSIGN_OR_RETURN(const std::vector<size_t> trials,
                   ChooseTrials(plan, options.only, options.shard, content));
  CatchInterrupts();
  Progress progress(std::cerr, {ProgressView::Mode::kQuiet});
  DataNotes data;
  run.time_steps = true;
  run.on_data = [&data](const std::string& identity, const Json& notes) {
    data.emplace(identity, notes);
  };
  ASSIGN_OR_RETURN(
      const CheckedTrials checked,
      CheckInWorkers(plan, content, TrialsToRun(plan, content, trials),
                     TrialsToLookAt(plan, trials, run.other_data), run,
                     progress));
  PrintPlan(plan, content, trials, folder, run.workers, checked,
            options.list_trials, out);
  PrintData(plan, content, trials, data, out);
  std::map<std::string, Record> records = content.records;
  for (auto& [id, record] : records) DropOtherMetrics(plan.study, record);
  out << reporter.power(plan.study, records, options.effect);
  const std::string unused = DescribeUnused(content);
  if (!unused.empty()) out << VisibleText(folder) << unused << "\n";
  if (run.other_data == OtherDataRule::kRefuse) {
    return RefuseOtherData(plan, checked.other_data);
  }
  if (!checked.other_data.empty()) {
    out << DescribeOtherData(plan, checked.other_data) << "\n";
  }
  return absl::OkStatus();
}

absl::StatusOr<int> RunStudy(const Plan& plan, const StudyOptions& options,
                             const StudyReporter& reporter, std::ostream& out) {
  ASSIGN_OR_RETURN(RunOptions run, MakeRunOptions(plan, options));
  ASSIGN_OR_RETURN(const ProgressView view,
                   ChooseProgressView(options.progress));
  Progress progress(std::cerr, view);
  const std::string& folder = run.setup.study_folder;
  run.tick = [&] {
    if (TakeRequest()) progress.Print(TableNow(plan, folder, reporter));
  };
  run.on_data = [&progress](const std::string&, const Json& notes) {
    for (const std::string& warning : DataWarnings(notes)) {
      progress.Note(absl::StrCat("data | warning: ", VisibleText(warning)));
    }
  };
  if (run.setup.cache_folder.empty()) progress.Note(kNoCache);
  CatchInterrupts();
  CatchRequests();
  std::signal(SIGXFSZ, SIG_IGN);  // Files that may not grow are an error.
  ASSIGN_OR_RETURN(const FolderContent content,
                   ReadContent(plan, folder, options));
  ASSIGN_OR_RETURN(const std::vector<size_t> trials,
                   ChooseTrials(plan, options.only, options.shard, content));
  ASSIGN_OR_RETURN(const RunSummary summary,
                   RunTrials(plan, trials, content, run, progress));
  return Conclude(summary, folder, content, reporter, out);
}

absl::StatusOr<int> MeasureStudy(const Command& command,
                                 const StudyReporter& reporter,
                                 std::ostream& out) {
  ASSIGN_OR_RETURN(const std::string folder, UserPath(command.study.out));
  std::string note;
  ASSIGN_OR_RETURN(const Plan plan,
                   PlanToMeasure(folder, command.measure, &note));
  if (!note.empty()) std::cerr << VisibleLines(note) << "\n";
  StudyOptions options = command.study;
  options.study_folder = folder;
  ASSIGN_OR_RETURN(const FolderContent content,
                   ReadContent(plan, folder, options));
  ASSIGN_OR_RETURN(const std::vector<size_t> trials,
                   ChooseTrials(plan, options.only, options.shard, content));
  for (const Trial* const trial :
       TrialsWith(TrialWork::Kind::kTrain, plan, content, trials)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--measure: ", TrialLabel(plan, *trial), ": ",
        content.WorkOf(*trial).reason,
        "; run the study's spec with these metrics, which trains it again, or "
        "leave it out with --only"));
  }
  return RunStudy(plan, options, reporter, out);
}

absl::Status CheckSlurm(const Command& command) {
  if (command.spec.empty()) {
    return absl::InvalidArgumentError(
        "--slurm writes a script for a study; name it with --spec=my.yaml");
  }
  if (!command.study.shard.empty()) {
    return absl::InvalidArgumentError(
        "--slurm divides the trials into shards itself; leave out --shard");
  }
  ASSIGN_OR_RETURN(const std::string spec, UserPath(command.spec));
  std::error_code error;
  // /dev/stdin may be a file now, and is another one in the jobs.
  if (absl::StartsWith(spec, "/dev/") || absl::StartsWith(spec, "/proc/") ||
      !std::filesystem::is_regular_file(spec, error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--slurm: the jobs will read the spec, so it must be a file; found ",
        command.spec));
  }
  return absl::OkStatus();
}

// Writes the script of --slurm, for trials that are still to run.
absl::Status WriteSlurmJobs(const Plan& plan, const Command& command,
                            std::ostream& out) {
  constexpr int kWorkers = 4;  // Of a task, unless --workers says otherwise.
  const StudyOptions& options = command.study;
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const std::string folder, UserPath(options.out));
  ASSIGN_OR_RETURN(
      const FolderContent content,
      ReadContent(plan, absl::StrCat(folder, "/", plan.study.name), options));
  ASSIGN_OR_RETURN(const std::vector<size_t> trials,
                   ChooseTrials(plan, options.only, "", content));
  const auto to_run = TrialsToRun(plan, content, trials);
  const int threads = options.run.setup.threads;
  const int64_t workers = options.workers > 0 ? options.workers : kWorkers;
  const SlurmRequest request =
      MakeSlurmRequest(plan, content, to_run, workers, threads);
  const std::string& path = command.slurm;
  RETURN_IF_ERROR(WriteSlurmScript(
      path, SlurmScript({plan.study.name, command.program, command.arguments,
                         options.only, threads, command.folder},
                        request)));
  out << path << ": " << to_run.size()
      << (to_run.size() == 1 ? " trial" : " trials") << " to run in "
      << request.tasks << (request.tasks == 1 ? " array task" : " array tasks")
      << " of " << request.cpus << (request.cpus == 1 ? " CPU" : " CPUs")
      << ", " << request.memory_mb << " MB and " << request.minutes
      << " min, then a report. " << request.basis << "\nSubmit it with: bash "
      << ShellQuote(path) << "\n";
  return absl::OkStatus();
}

absl::Status CheckCommand(const Command& command) {
  int modes = command.schema ? 1 : 0;
  for (const std::string* mode :
       {&command.spec, &command.verify, &command.resolve, &command.plan,
        &command.measure, &command.list, &command.describe}) {
    if (!mode->empty()) ++modes;
  }
  if (modes == 0) {
    return absl::InvalidArgumentError(
        "no study given; name one with --spec=my.yaml, see --help");
  }
  if (modes > 1) {
    return absl::InvalidArgumentError(
        "give one of --spec, --verify, --resolve, --plan, --measure, --list, "
        "--describe, --schema");
  }
  if (command.study.list_trials && command.plan.empty()) {
    return absl::InvalidArgumentError(
        "--trials lists the trials of a plan; use it with --plan=my.yaml");
  }
  return command.slurm.empty() ? absl::OkStatus() : CheckSlurm(command);
}

// The text of the modes without a spec.
absl::StatusOr<std::string> PluginText(const Command& command) {
  if (command.schema) return SpecSchemaText();
  return command.list.empty() ? DescribePlugin(command.describe)
                              : ListPlugins(command.list);
}

}  // namespace

absl::StatusOr<int> Execute(const Command& command,
                            const StudyReporter& reporter, std::ostream& out) {
  RETURN_IF_ERROR(CheckCommand(command));
  const std::string path =
      absl::StrCat(command.spec, command.verify, command.resolve, command.plan);
  if (!command.measure.empty()) return MeasureStudy(command, reporter, out);
  if (path.empty()) {
    ASSIGN_OR_RETURN(const std::string text, PluginText(command));
    out << text;
    return kExitOk;
  }
  ASSIGN_OR_RETURN(const Plan plan, LoadPlan(path, command));
  if (!command.slurm.empty()) {
    RETURN_IF_ERROR(WriteSlurmJobs(plan, command, out));
    return kExitOk;
  }
  if (!command.spec.empty()) {
    return RunStudy(plan, command.study, reporter, out);
  }
  if (!command.plan.empty()) {
    RETURN_IF_ERROR(ShowPlan(plan, command.study, reporter, out));
  } else if (!command.resolve.empty()) {
    out << ToSpecYaml(PlanToSpec(plan));
  } else {
    out << VisibleText(path) << ": ok, "
        << TrialsText(plan.trials.size(), plan.study.configurations.size())
        << "\n";
  }
  return kExitOk;
}

}  // namespace bigstep
