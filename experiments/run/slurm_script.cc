#include "experiments/run/slurm_script.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/json.h"
#include "base/shell_quote.h"
#include "base/status.h"
#include "experiments/plan/trial_filter.h"
#include "experiments/run/cost_model.h"
#include "experiments/run/dry_run.h"

namespace bigstep {
namespace {

// The first lines of every script: only files that begin with them are
// overwritten.
constexpr char kHead[] = "#!/bin/bash\n# Written by `run --slurm`: ";

// The time that one task should take.
constexpr double kTaskSeconds = 2 * 3600;
constexpr int64_t kMaxTasks = 256;

// Guesses, for studies without completed trials.
constexpr int64_t kGuessedTrialsPerWorker = 4;
constexpr int64_t kGuessedMinutes = 240;
constexpr int64_t kGuessedWorkerMb = 2048;

int64_t Divide(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The largest peak of the process of a completed trial like those of `to_run`,
// in MB; 0 if no record has one.
double PeakMb(const Plan& plan, const FolderContent& content,
              const std::vector<const Trial*>& to_run) {
  CostModel costs;
  std::set<std::string> kinds;
  for (const Trial* trial : to_run) kinds.insert(costs.KindOf(trial->settings));
  double peak = 0;
  for (const Trial& trial : plan.trials) {
    const Record* record = content.Find(trial.id);
    if (record == nullptr || record->outcome != Outcome::kCompleted ||
        kinds.count(costs.KindOf(trial.settings)) == 0) {
      continue;
    }
    const Json bytes = record->provenance.value("peak_memory_bytes", Json());
    if (bytes.is_number()) peak = std::max(peak, bytes.get<double>() / 1e6);
  }
  return peak;
}

// Words in braces stand for values.
constexpr char kScript[] = R"({head}trains the study {job}.
# `bash THIS_FILE [options of sbatch, such as --partition=...]` submits an array
# of {tasks} jobs, and one that makes the report after them.
# {basis}
#SBATCH --job-name={job}
#SBATCH --array=0-{last}
#SBATCH --cpus-per-task={cpus}
#SBATCH --mem={memory}M
#SBATCH --time={minutes}
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
set -u
run=({run})

if [[ -z ${SLURM_ARRAY_TASK_ID:-} ]]; then
  job=$(sbatch --parsable "$@" "$0") || exit
  job=${job%%;*}
  report=$(sbatch --parsable "$@" --job-name={job}-report --array=0 \
    --dependency="afterany:$job" --cpus-per-task=1 --time=60 "$0" report) ||
    exit
  echo "training: job $job; report: job ${report%%;*}"
  exit
fi

# Relative paths in the spec start here.
cd {folder} || exit
if [[ ${1:-} == report ]]; then
  # With --shard, that no trial is done is not an error.
  exec "${run[@]}" --only={report-only} --shard=0/1 \
    --workers=1 --progress=quiet
fi

# Two minutes before the time limit Slurm sends USR1, and at scancel TERM: the
# trials save their state.
pid=
signalled=
time_is_up=
stop() {
  signalled=1
  [[ -z $pid ]] || kill -TERM "$pid"
}
trap 'time_is_up=1; stop' USR1
trap stop TERM
"${run[@]}"{only} \
  --shard="$SLURM_ARRAY_TASK_ID/{tasks}" \
  --workers="{workers}" --progress=plain &
pid=$!
while :; do
  signalled=
  wait "$pid"
  code=$?
  [[ -n $signalled ]] || break # A signal ends `wait` before the program.
done
# 143: TERM came before the program was ready for it.
if [[ -n $time_is_up && $code =~ ^(130|143)$ && ${SLURM_RESTART_COUNT:-0} -lt 100 ]]; then
  # Ends this job as requeued, not as failed.
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && exit 0
fi
exit "$code"
)";

// The name of the study as the name of a job, which Slurm shows in lists, names
// of files and mails.
std::string JobName(const std::string& study) {
  std::string name = study.substr(0, 64);
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        !absl::StrContains("._-", absl::string_view(&c, 1))) {
      c = '_';
    }
  }
  return name;
}

}  // namespace

SlurmRequest MakeSlurmRequest(const Plan& plan, const FolderContent& content,
                              const std::vector<const Trial*>& to_run,
                              int64_t workers, int64_t threads) {
  const auto trials = std::max<int64_t>(1, std::ssize(to_run));
  const TimeEstimate time = EstimateTime(plan, content, to_run);
  const double peak_mb = PeakMb(plan, content, to_run);
  SlurmRequest request;
  request.cpus = workers * threads;
  const int64_t most = std::min(kMaxTasks, Divide(trials, workers));
  if (time.known == 0) {
    request.tasks = std::clamp<int64_t>(
        Divide(trials, workers * kGuessedTrialsPerWorker), 1, most);
    request.minutes = kGuessedMinutes;
    request.basis =
        "No trial like these was completed yet: tasks, time and memory are "
        "guesses.";
  } else {
    const double seconds = time.seconds * static_cast<double>(trials) /
                           static_cast<double>(time.known);
    const double worker_seconds = seconds / static_cast<double>(workers);
    request.tasks = static_cast<int64_t>(
        std::clamp(std::ceil(worker_seconds / kTaskSeconds), 1.0,
                   static_cast<double>(most)));
    const double task_seconds = std::max(
        time.longest, worker_seconds / static_cast<double>(request.tasks));
    // To start, to save states and to write the report: ten minutes.
    request.minutes =
        static_cast<int64_t>(10 * std::ceil((1.5 * task_seconds + 600) / 600));
    request.basis =
        "Time and memory are from completed trials of the same dataset, model "
        "and training.";
  }
  const double worker_mb = peak_mb > 0 ? 1.5 * peak_mb : kGuessedWorkerMb;
  request.memory_mb = static_cast<int64_t>(
      256 * std::ceil((worker_mb * static_cast<double>(workers) + 256) / 256));
  return request;
}

std::string SlurmScript(const SlurmStudy& study, const SlurmRequest& request) {
  std::string run = ShellQuote(study.program);
  for (const std::string& argument : study.arguments) {
    absl::StrAppend(&run, " \\\n  ", ShellQuote(argument));
  }
  std::string done = WithoutStates(study.only);
  absl::StrAppend(&done, done.empty() ? "" : ",", "state=done");
  const std::string workers =
      study.threads == 1
          ? "$SLURM_CPUS_PER_TASK"
          : absl::StrCat("$((SLURM_CPUS_PER_TASK / ", study.threads, "))");
  return absl::StrReplaceAll(
      kScript,
      {{"{head}", kHead},
       {"{job}", JobName(study.name)},
       {"{basis}", request.basis},
       {"{last}", absl::StrCat(request.tasks - 1)},
       {"{tasks}", absl::StrCat(request.tasks)},
       {"{cpus}", absl::StrCat(request.cpus)},
       {"{memory}", absl::StrCat(request.memory_mb)},
       {"{minutes}", absl::StrCat(request.minutes)},
       {"{run}", run},
       {"{folder}", ShellQuote(study.folder)},
       {"{only}", study.only.empty()
                      ? ""
                      : absl::StrCat(" --only=", ShellQuote(study.only))},
       {"{report-only}", ShellQuote(done)},
       {"{workers}", workers}});
}

absl::Status WriteSlurmScript(const std::string& path,
                              const std::string& script) {
  const absl::StatusOr<ScopedFd> old = OpenFile(path);
  if (absl::IsNotFound(old.status())) return WriteFileAtomically(path, script);
  RETURN_IF_ERROR(old.status());
  std::string head(sizeof(kHead) - 1, '\0');
  if (pread(old->get(), head.data(), head.size(), 0) != std::ssize(head) ||
      head != kHead) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " exists and is not a script of --slurm; name another file"));
  }
  return WriteFileAtomically(path, script);
}

}  // namespace bigstep
