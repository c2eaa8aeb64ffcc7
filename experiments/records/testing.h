// Folders of studies without training, for tests and benchmarks of reports.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_TESTING_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_TESTING_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/json.h"
#include "base/testing.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"

namespace bigstep {

// A study of four axes with `seeds` trials for each of `configurations`, the
// axes taking turns.
inline Study SyntheticStudy(int configurations, int seeds) {
  Study study;
  study.name = "synthetic";
  study.question = "How fast is the report?";
  study.reference = "lr";
  study.selection = "accuracy.unbiased_validation";
  study.columns = {{"accuracy", {"unbiased_test", ""}},
                   {"accuracy", {"worst_group_test", ""}},
                   {"prunability", {"auc", ""}},
                   {"activation_sparsity", {"zeros", ""}}};
  const char* const axes[] = {"lr", "momentum", "l2", "batch_size"};
  for (const char* axis : axes) {
    study.axes.push_back({axis, absl::StrCat("optimizer.", axis)});
  }
  for (int i = 0; i < configurations; ++i) {
    const std::string axis = axes[i % 4];
    const double number = 0.01 * (i / 4 + 1);
    const std::string label = Json(number).dump();
    study.configurations.push_back(
        {axis, absl::StrCat(axis, "=", label), {{axis, label, number}}});
    for (int seed = 0; seed < seeds; ++seed) {
      const std::string id = absl::StrCat("trial_", i, "_", seed);
      study.trials.push_back({id, seed, {static_cast<size_t>(i)}});
    }
  }
  return study;
}

// record.json of a completed trial, of the size of those with every metric:
// about 9 KB, with curves. Numbers come from `number`.
inline Json SyntheticRecord(const Study& study, const StudyTrial& trial,
                            uint64_t number) {
  const auto next = [&number] {
    // Knuth's generator; the upper half, as a share of one.
    number = number * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(number >> 32) / 4294967296.0;
  };
  const auto list = [&next](int size) {
    Json values = Json::array();
    for (int i = 0; i < size; ++i) values.push_back(next());
    return values;
  };
  Json metrics = {{"accuracy",
                   {{"unbiased_test", next()},
                    {"unbiased_validation", next()},
                    {"worst_group_test", next()},
                    {"bias_explained_errors_test", nullptr},
                    {"group_test", list(20)}}},
                  {"activation_sparsity", {{"zeros", next()}}}};
  for (const char* name :
       {"prunability", "prunability_filters", "calibration_error",
        "loss_dynamics", "class_separation", "core_utilization"}) {
    metrics[name] = {{"auc", next()},        {"accuracy_at_90", next()},
                     {"retained", next()},   {"above_chance", next()},
                     {"ratios", list(20)},   {"accuracy", list(20)},
                     {"per_class", list(10)}};
  }
  const Configuration& configuration =
      study.configurations[trial.configurations[0]];
  return {{"format", kRecordFormat},
          {"id", trial.id},
          {"study", study.name},
          {"outcome", "completed"},
          {"steps", 3000},
          {"stop", "max_steps"},
          {"collapsed", false},
          {"metrics", metrics},
          {"metric_ids", Json::object()},
          {"trial",
           {{"dataset",
             {{"name", "parity"}, {"core_bits", 10}, {"num_train", 10000}}},
            {"model", {{"name", "fcn"}, {"hidden", {100, 100}}}},
            {"loss", {{"name", "cross_entropy"}, {"label_smoothing", 0.0}}},
            {"optimizer",
             {{"name", "sgd"},
              {configuration.axis_values[0].axis,
               *configuration.axis_values[0].number}}},
            {"regularizers", Json::array()},
            {"training", {{"batch_size", 100}, {"max_steps", 3000}}},
            {"metrics", {{{"name", "accuracy"}}, {{"name", "prunability"}}}},
            {"seed", trial.seed}}},
          {"provenance", {{"commit", "0123456789abcdef"}, {"device", "cpu"}}},
          {"times", {{"started", "2026-01-01T00:00:00Z"}, {"train_s", 2.5}}}};
}

inline void WriteRecordJson(const std::string& study_folder,
                            const std::string& id, const Json& json) {
  WriteTestFile(TrialFolder(study_folder, id) + "/record.json",
                json.dump(2) + "\n");
}

// study.json and a record for each trial.
inline void WriteSyntheticStudy(const std::string& study_folder,
                                const Study& study) {
  ASSERT_OK(WriteStudy(study_folder, study));
  uint64_t number = 0;
  for (const StudyTrial& trial : study.trials) {
    WriteRecordJson(study_folder, trial.id,
                    SyntheticRecord(study, trial, ++number));
  }
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_TESTING_H_
