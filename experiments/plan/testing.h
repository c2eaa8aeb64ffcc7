// Small studies for tests.
#ifndef BIGSTEP_EXPERIMENTS_PLAN_TESTING_H_
#define BIGSTEP_EXPERIMENTS_PLAN_TESTING_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/testing.h"
#include "experiments/plan/plan.h"
#include "experiments/spec/spec.h"

namespace bigstep {

// A complete study that trains in milliseconds.
inline constexpr char kTinySpec[] = R"(study: tiny
question: Does it run?
base:
  dataset: {name: parity, num_train: 200, num_validation: 100, num_test: 100}
  model: {name: fcn, hidden: [8]}
  optimizer: {name: sgd, lr: 0.1}
  training: {batch_size: 20, max_steps: 30, eval_every: 10}
metrics: [accuracy, prunability, activation_sparsity]
axes:
  lr: {set: optimizer.lr, values: [0.1, 0.3]}
  l2: {set: regularizers, values: [[], [{name: l2, coefficient: 0.1}]], labels: [none, strong]}
plan:
  one_at_a_time: [lr, l2]
seeds: 2
compare: {metrics: [accuracy.unbiased_test, prunability.auc]}
)";

// The plan of `yaml`; expects no errors.
inline Plan PlanOf(absl::string_view yaml,
                   const std::vector<std::string>& overrides = {}) {
  Problems problems;
  const Spec spec = ReadStudySpec(yaml, "test.yaml", overrides, problems);
  Plan plan = MakePlan(spec, problems);
  EXPECT_EQ(Message(problems), "");
  return plan;
}

// The errors of `yaml`.
inline std::string Mistakes(absl::string_view yaml,
                            const std::vector<std::string>& overrides = {}) {
  Problems problems;
  const Spec spec = ReadStudySpec(yaml, "test.yaml", overrides, problems);
  MakePlan(spec, problems);
  return Message(problems);
}

// "sweep: name" of each configuration.
inline std::vector<std::string> ConfigurationNames(const Plan& plan) {
  std::vector<std::string> names;
  for (const Configuration& configuration : plan.study.configurations) {
    names.push_back(configuration.sweep + ": " + configuration.name);
  }
  return names;
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_PLAN_TESTING_H_
