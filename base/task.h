// The task that a dataset sets models and metrics, as plain data: all that
// models know about a dataset.
#ifndef BIGSTEP_BASE_TASK_H_
#define BIGSTEP_BASE_TASK_H_

#include <cstdint>
#include <vector>

namespace bigstep {

// What networks predict of an example: its class, or numbers (a regression).
enum class Targets { kClasses, kNumbers, kEither };

struct TaskSpec {
  std::vector<int64_t> input_shape;  // One example: [D] or [C, H, W].
  int64_t num_classes = 0;           // K: labels lie in [0, K).
  // B: bias labels lie in [0, B). 1 if no spurious feature is known.
  int64_t num_biases = 0;
  // Numbers to predict of each example. 0: its class. If not 0, num_classes and
  // num_biases are 1.
  int64_t num_numbers = 0;

  // Of a network: a logit for each class, or a prediction of each number.
  int64_t num_outputs() const {
    return num_numbers > 0 ? num_numbers : num_classes;
  }

  // Whether what is made for `targets` fits the task.
  bool Fits(Targets targets) const {
    return targets == Targets::kEither ||
           (targets == Targets::kNumbers) == (num_numbers > 0);
  }

  // A group is a pair of label and bias label, numbered
  // label * num_biases + bias label.
  int64_t num_groups() const { return num_classes * num_biases; }
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TASK_H_
