// A study as its author wrote it: read, but not yet expanded.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_SPEC_H_
#define BIGSTEP_EXPERIMENTS_SPEC_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/axis.h"
#include "experiments/spec/claim.h"
#include "experiments/spec/sweep.h"
#include "experiments/spec/trial_settings.h"

namespace bigstep {

// The name of a result, "accuracy.unbiased_test", or of an axis, in a spec.
struct NameInSpec {
  std::string name;
  Mark mark;
};

struct Spec {
  std::string study;     // Names the results folder.
  std::string question;  // Of the study, for its report.
  std::vector<MetricChoice> metrics;
  std::vector<NameInSpec> compare;      // Columns of the table; empty: all.
  std::optional<NameInSpec> reference;  // As written; none: the default.
  // The results that choose: the first for the report, the others to see
  // whether its conclusions survive. Empty: the default.
  std::vector<NameInSpec> selections;
  std::vector<ClaimInSpec> claims;

  // Either a base configuration that axes vary ...
  SpecNode base;
  std::vector<Axis> axes;
  std::vector<Sweep> sweeps;
  std::vector<SweepRules> rules;
  std::vector<int64_t> seeds = {0};  // In increasing order.
  // ... or trials written out one by one, as --resolve prints them; axes then
  // have only a name and `set`.
  std::vector<SpecNode> trials;
  std::optional<SpecNode> configurations;  // The order of the table's rows.

  // The spec as YAML, with all that it inherits; empty unless it `extends` one.
  std::string merged;
};

// Reads a spec from YAML. `source` names it in messages. `overrides` are
// "path=value" texts whose values are YAML; a path starts below `base` if its
// first word is one of base's sections ("optimizer.lr=0.3"), else at the top
// ("seeds=5", "axes.lr.values[1]=0.1"). The plugins' options are read when the
// spec is expanded. `file` is where the YAML comes from, for a spec that
// extends one beside it (extends.h); empty: it cannot.
Spec ReadStudySpec(absl::string_view yaml, const std::string& source,
                   const std::vector<std::string>& overrides,
                   Problems& problems, const std::string& file = "");

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_SPEC_H_
