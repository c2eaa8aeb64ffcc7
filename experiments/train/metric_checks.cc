#include "experiments/train/metric_checks.h"

#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "experiments/records/study_records.h"

namespace bigstep {

absl::Status CheckMetricData(const std::string& name,
                             const MetricTraits& traits,
                             const Dataset& dataset) {
  if (!dataset.task.Fits(traits.task)) {
    return absl::InvalidArgumentError(
        dataset.task.is_regression()
            ? absl::StrCat("metric '", name,
                           "' needs classes, but the dataset is a regression; "
                           "its error is measured by squared_error")
            : absl::StrCat("metric '", name,
                           "' needs a regression, but the dataset has classes; "
                           "leave it out"));
  }
  for (const std::string& split : traits.extra_splits) {
    if (dataset.Find(split) != nullptr) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("metric '", name, "' needs split '", split,
                     "', which the dataset does not have (it has ",
                     absl::StrJoin(dataset.SplitNames(), ", "), ")"));
  }
  return absl::OkStatus();
}

absl::Status CheckMetricValues(const std::string& name,
                               const MetricTraits& traits, const Json& values) {
  std::set<std::string> declared;
  for (const ResultSpec& result : traits.results) {
    declared.insert(result.name);
    const auto found = values.find(result.name);
    if (found == values.end()) {
      return absl::InternalError(absl::StrCat(
          "metric '", name, "': Compute() returned no '", result.name, "'"));
    }
    const Json& value = *found;
    const bool good =
        value.is_number() && std::abs(value.get<double>()) <= kMostResult;
    if (!good && !value.is_null()) {
      const bool finite =
          !value.is_number_float() || std::isfinite(value.get<double>());
      return absl::InternalError(
          absl::StrCat("metric '", name, "': result '", result.name,
                       "' must be a finite number (up to 1e150) or null, got ",
                       finite ? value.dump() : "NaN or infinity"));
    }
    if (good && !IsInRange(value.get<double>(), result)) {
      return absl::InternalError(absl::StrCat(
          "metric '", name, "': result '", result.name, "' is ", value.dump(),
          ", outside of its declared range of ", result.least, " to ",
          result.most, "; correct the metric, or the range in its Traits()"));
    }
  }
  for (const auto& [key, value] : values.items()) {
    if (declared.count(key) == 0 && !value.is_array()) {
      return absl::InternalError(
          absl::StrCat("metric '", name, "': '", key,
                       "' is neither a declared result nor a "
                       "list"));
    }
  }
  return absl::OkStatus();
}

}  // namespace bigstep
