#include "experiments/run/dry_run.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/terminal_text.h"
#include "base/yaml_writer.h"
#include "experiments/plan/trial_filter.h"
#include "experiments/records/data_table.h"
#include "experiments/records/record.h"
#include "experiments/run/cost_model.h"
#include "experiments/run/identity_cache.h"
#include "experiments/run/terminal_view.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// Bytes of the files in a folder.
double FolderBytes(const std::string& folder) {
  double bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    std::error_code no_file;
    if (it->is_symlink(no_file)) continue;
    const auto size = fs::file_size(it->path(), no_file);
    if (!no_file) bytes += static_cast<double>(size);
  }
  return bytes;
}

std::string BytesText(double bytes) {
  if (bytes < 1e6) return absl::StrFormat("%.0f kB", bytes / 1e3);
  if (bytes < 1e9) return absl::StrFormat("%.0f MB", bytes / 1e6);
  return absl::StrFormat("%.1f GB", bytes / 1e9);
}

// "about 12 min with 2 workers, from completed trials ...; and unknown for 4 of
// 9 trials".
std::string TimeText(const TimeEstimate& time, int64_t workers) {
  const int64_t trials = time.known + time.timed + time.unknown;
  if (trials == 0) return "none";
  if (time.unknown == trials) {
    return "unknown: no trial like these was completed or could be timed";
  }
  std::string text = absl::StrCat(
      "about ", FormatDuration(time.SecondsWith(workers)), " with ", workers,
      workers == 1 ? " worker, from " : " workers, from ",
      time.known > 0
          ? "completed trials of the same dataset, model and training"
          : "");
  if (time.timed > 0) {
    absl::StrAppend(&text, time.known > 0 ? "; " : "",
                    "timing a few steps of each kind of trial, without "
                    "evaluations");
    if (time.known > 0) {
      absl::StrAppend(&text, ", for ", time.timed, " of ", trials, " trials");
    }
  }
  if (time.unknown > 0) {
    absl::StrAppend(&text, "; and unknown for ", time.unknown, " of ", trials,
                    trials == 1 ? " trial" : " trials");
  }
  return text;
}

std::string DiskText(double trial_bytes, size_t to_run) {
  if (to_run == 0) return "none";
  if (trial_bytes == 0) return "unknown: no trial is done yet";
  return absl::StrCat("about ",
                      BytesText(trial_bytes * static_cast<double>(to_run)),
                      ", ", BytesText(trial_bytes), " a trial");
}

// "data: {folder: my_birds, name: image_groups, size: 64}".
std::string DataTitle(const PluginConfig& dataset) {
  Json options = dataset.Identity().at("options");
  options["name"] = dataset.name();
  return absl::StrCat("data: ", ToFlowYaml(options));
}

// What is left to do for a finished trial, or "".
std::string WorkText(const TrialWork& work) {
  std::vector<std::string> labels;
  for (const MetricChoice& metric : work.missing) {
    labels.push_back(metric.label);
  }
  if (work.kind == TrialWork::Kind::kMeasure) {
    return absl::StrCat(" (to measure: ", absl::StrJoin(labels, ", "), ")");
  }
  if (work.reason.empty()) return "";
  return absl::StrCat(" (to train again: ", work.reason, ")");
}

// Seconds that measuring `trials` takes, by what was measured before: the mean
// of the same metrics; nothing if one was never measured after a training.
std::optional<double> MeasureSeconds(const FolderContent& content,
                                     const std::vector<const Trial*>& trials) {
  std::map<std::string, std::pair<double, int>> known;  // By metrics.
  for (const auto& [id, record] : content.records) {
    for (const Json& measured : record.measured) {
      auto& [seconds, n] = known[CanonicalJson(measured.at("metrics"))];
      seconds += measured.at("seconds").get<double>();
      ++n;
    }
  }
  double sum = 0;
  for (const Trial* trial : trials) {
    Json labels = Json::array();
    for (const MetricChoice& metric : content.WorkOf(*trial).missing) {
      labels.push_back(metric.label);
    }
    const auto found = known.find(CanonicalJson(labels));
    if (found == known.end()) return std::nullopt;
    sum += found->second.first / found->second.second;
  }
  return sum;
}

// "34 to measure (9 s), ", or "" if there are none.
std::string MeasureText(const FolderContent& content,
                        const std::vector<const Trial*>& trials) {
  if (trials.empty()) return "";
  const auto seconds = MeasureSeconds(content, trials);
  return absl::StrCat(
      trials.size(), " to measure",
      seconds ? absl::StrCat(" (", FormatDuration(*seconds), ")") : "", ", ");
}

std::string WeightsText(KeepWeights rule, double bytes) {
  const bool kept = KeepsWeights(rule, bytes);
  const std::string size = BytesText(bytes);
  switch (rule) {
    case KeepWeights::kAll:
      return absl::StrCat("kept, ", size, " for the whole study");
    case KeepWeights::kNone:
      return "not kept: metrics added later need training again";
    case KeepWeights::kAuto:
      break;
  }
  return absl::StrCat(kept ? "kept, " : "not kept, ", size,
                      " for the whole study (--keep_weights=auto: kept below ",
                      BytesText(kMostWeightsBytes), ")");
}

// "  steps: 16 to 625, from training.epochs\n"; "" if no trial has epochs.
std::string EpochsText(const std::vector<const Trial*>& trials,
                       const CheckedTrials& checked) {
  IdentityCache identities;
  std::set<int64_t> steps;
  for (const Trial* trial : trials) {
    if (trial->settings.training.epochs > 0) {
      steps.insert(MaxSteps(*trial, checked, identities));
    }
  }
  if (steps.empty()) return "";
  const std::string most =
      steps.size() > 1 ? absl::StrCat(" to ", *steps.rbegin()) : "";
  return absl::StrCat("  steps: ", *steps.begin(), most,
                      ", from training.epochs\n");
}

// A line for each configuration of the trial.
std::string TrialLines(const Plan& plan, const FolderContent& content,
                       const Trial& trial) {
  std::string text;
  const Record* record = content.Find(trial.id);
  for (const size_t position : trial.configurations) {
    const Configuration& configuration = plan.study.configurations[position];
    absl::StrAppend(
        &text, trial.id, "  ", StateName(content.StateOfTrial(trial.id)), "  ",
        VisibleText(configuration.sweep), ": ", VisibleText(configuration.name),
        ", seed ", trial.settings.seed);
    if (record != nullptr && !record->reason.empty()) {
      absl::StrAppend(&text, " (", VisibleText(record->reason), ")");
    }
    absl::StrAppend(&text, WorkText(content.WorkOf(trial)));
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace

std::string TrialsText(size_t trials, size_t configurations) {
  return absl::StrCat(
      trials, trials == 1 ? " trial" : " trials", " in ", configurations,
      configurations == 1 ? " configuration" : " configurations");
}

std::vector<const Trial*> TrialsToRun(const Plan& plan,
                                      const FolderContent& content,
                                      const std::vector<size_t>& trials) {
  std::vector<const Trial*> to_run;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    if (content.WorkOf(trial).kind != TrialWork::Kind::kNone) {
      to_run.push_back(&trial);
    }
  }
  return to_run;
}

std::vector<const Trial*> TrialsWith(TrialWork::Kind work, const Plan& plan,
                                     const FolderContent& content,
                                     const std::vector<size_t>& trials) {
  std::vector<const Trial*> found;
  for (const Trial* trial : TrialsToRun(plan, content, trials)) {
    if (content.WorkOf(*trial).kind == work) found.push_back(trial);
  }
  return found;
}

double TimeEstimate::SecondsWith(int64_t workers) const {
  return std::max(longest,
                  seconds / static_cast<double>(std::max<int64_t>(workers, 1)));
}

TimeEstimate EstimateTime(const Plan& plan, const FolderContent& content,
                          const std::vector<const Trial*>& to_run,
                          const CheckedTrials& checked) {
  CostModel costs = LearnCosts(plan, content);
  for (const auto& [trial, step_s] : checked.timed) {
    costs.AddStep(trial->settings, step_s);
  }
  IdentityCache identities;
  TimeEstimate estimate;
  for (const Trial* trial : to_run) {
    const CostModel::Estimate cost =
        costs.Of(trial->settings, MaxSteps(*trial, checked, identities));
    if (!cost.known && !cost.timed) {
      ++estimate.unknown;
      continue;
    }
    ++(cost.known ? estimate.known : estimate.timed);
    estimate.seconds += cost.seconds;
    estimate.longest = std::max(estimate.longest, cost.seconds);
  }
  return estimate;
}

double MeanTrialBytes(const FolderContent& content,
                      const std::string& study_folder) {
  constexpr int kMostFolders = 100;
  double bytes = 0;
  int folders = 0;
  for (const auto& [id, record] : content.records) {
    if (record.outcome == Outcome::kFailed) continue;
    if (folders == kMostFolders) break;
    bytes += FolderBytes(TrialFolder(study_folder, id));
    ++folders;
  }
  return folders == 0 ? 0 : bytes / folders;
}

void PrintPlan(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials,
               const std::string& study_folder, int64_t workers,
               const CheckedTrials& checked, bool list, std::ostream& out) {
  std::map<TrialState, int64_t> counts;
  std::set<size_t> configurations;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    ++counts[content.StateOfTrial(trial.id)];
    configurations.insert(trial.configurations.begin(),
                          trial.configurations.end());
    if (list) out << TrialLines(plan, content, trial);
  }
  using Kind = TrialWork::Kind;
  const auto to_train = TrialsWith(Kind::kTrain, plan, content, trials);
  const auto to_measure = TrialsWith(Kind::kMeasure, plan, content, trials);
  out << TrialsText(trials.size(), configurations.size()) << ": "
      << trials.size() - to_train.size() - to_measure.size() << " done, "
      << MeasureText(content, to_measure) << to_train.size()
      << " to train (records in " << VisibleText(study_folder) << ")\n"
      << "  states: " << counts[TrialState::kCompleted] << " completed, "
      << counts[TrialState::kDiverged] << " diverged, "
      << counts[TrialState::kFailed] << " failed, "
      << counts[TrialState::kMissing] << " missing\n"
      << "  time to train: "
      << TimeText(EstimateTime(plan, content, to_train, checked), workers)
      << "\n"
      << "  disk: "
      << DiskText(MeanTrialBytes(content, study_folder), to_train.size())
      << "\n"
      << "  weights: "
      << WeightsText(content.keep_weights,
                     StudyWeightsBytes(plan, content, checked))
      << "\n"
      << EpochsText(to_train, checked);
}

void PrintData(const Plan& plan, const FolderContent& content,
               const std::vector<size_t>& trials, const DataNotes& notes,
               std::ostream& out) {
  constexpr int kMaxDatasets = 5;
  IdentityCache identities;
  std::set<std::string> printed;
  int more = 0;
  for (const size_t i : trials) {
    const Trial& trial = plan.trials[i];
    const PluginConfig& dataset = trial.settings.dataset;
    const std::string& identity = identities.Of(dataset);
    if (printed.count(identity) > 0) continue;
    const auto known = notes.find(identity);
    const Record* record = content.Find(trial.id);
    if (known == notes.end() && record == nullptr) continue;
    printed.insert(identity);
    const std::string text =
        DataText(DataTitle(dataset),
                 known != notes.end() ? known->second : record->data);
    if (static_cast<int>(printed.size()) <= kMaxDatasets) {
      out << text;
    } else {
      ++more;
    }
  }
  if (more > 0) out << "and " << more << " more datasets\n";
}

}  // namespace bigstep
