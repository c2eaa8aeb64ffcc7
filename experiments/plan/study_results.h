// The results that a study's metrics give, by the names that specs use.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_STUDY_RESULTS_H_
#define BIGSTEP_EXPERIMENTS_PLAN_STUDY_RESULTS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/records/study.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

class StudyResults {
 public:
  // `milestones` are those of TrainingOptions that a trial of the study has;
  // nullopt if they are not known.
  StudyResults(const std::vector<MetricChoice>& metrics,
               std::optional<std::set<double>> milestones);

  // Every declared result, in order.
  const std::vector<Column>& all() const { return all_; }
  std::vector<std::string> names() const;

  // The result "metric.result" or, of a metric by step, one about its course:
  // "metric.result.peak", ".mean" or ".at_0.1" (see course.h).
  std::optional<Column> Find(const std::string& name) const;

  // "the study's metrics have no result 'x' (known: ...)".
  std::string Unknown(const std::string& name) const;

 private:
  // The result `suffix` of the course of `column`; nullopt if there is none.
  std::optional<Column> OfCourse(Column column, absl::string_view suffix) const;

  std::vector<Column> all_;
  std::set<std::string> by_step_;  // Labels of metrics.
  std::optional<std::set<double>> milestones_;
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_STUDY_RESULTS_H_
