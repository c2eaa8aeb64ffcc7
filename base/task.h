// The task that a dataset sets models and metrics, as plain data: all that
// models know about a dataset.
#ifndef BIGSTEP_BASE_TASK_H_
#define BIGSTEP_BASE_TASK_H_

#include <cstdint>
#include <vector>

namespace bigstep {

// What examples have: a class, or real-valued targets. kEither: of a metric
// that measures networks of both.
enum class Task { kClassification, kRegression, kEither };

struct TaskSpec {
  std::vector<int64_t> input_shape;  // One example: [D] or [C, H, W].
  int64_t num_classes = 0;           // K: labels lie in [0, K).
  // B: bias labels lie in [0, B). 1 if no spurious feature is known.
  int64_t num_biases = 0;
  // Real-valued targets of each example, in a regression: then num_classes and
  // num_biases are 1. 0 in a classification.
  int64_t num_targets = 0;

  bool is_regression() const { return num_targets > 0; }

  // The outputs of a network: a logit for each class, or a prediction of each
  // target.
  int64_t num_outputs() const {
    return is_regression() ? num_targets : num_classes;
  }

  // Whether a metric or loss for `task` can be used.
  bool Fits(Task task) const {
    return task == Task::kEither ||
           (task == Task::kRegression) == is_regression();
  }

  // A group is a pair of label and bias label, numbered
  // label * num_biases + bias label.
  int64_t num_groups() const { return num_classes * num_biases; }
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TASK_H_
