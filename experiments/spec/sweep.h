// The sweeps of a plan: which axes vary together, and how.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_SWEEP_H_
#define BIGSTEP_EXPERIMENTS_SPEC_SWEEP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/problems.h"
#include "base/spec_node.h"
#include "experiments/spec/axis.h"
#include "experiments/spec/condition.h"

namespace bigstep {

// Axes that vary together.
struct Sweep {
  enum class Kind {
    kGrid,    // All combinations. one_at_a_time is a grid of one axis.
    kZip,     // First values, second values, ...
    kRandom,  // Values drawn at random, independently for each axis.
  };

  Kind kind = Kind::kGrid;
  std::vector<size_t> axes;  // Positions in Spec::axes, in the order to set.
  std::vector<Mark> marks;   // Where the axes are named.
  Mark mark;
  std::string path;    // "plan.grid[0]".
  int64_t draws = 0;   // kRandom.
  int64_t seed = 0;    // kRandom.
  size_t rules = 0;    // Position in Spec::rules.
  bool wrong = false;  // It has an error and cannot be expanded.
};

// The conditions for the sweeps of one map of the plan.
struct SweepRules {
  std::vector<Condition> exclude;
  std::optional<Condition> when;
  bool wrong = false;  // They have an error and cannot be judged.
};

struct Sweeps {
  std::vector<Sweep> sweeps;
  std::vector<SweepRules> rules;
};

// Reads `plan`: a map of sweeps, or a list of such maps. `declared` is the map
// that `axes` were read from.
Sweeps ReadPlan(const SpecNode& plan, const std::vector<Axis>& axes,
                const SpecNode& declared, Problems& problems);

// The name in tables: "lr", "lr x l2", "zip lr x l2", "random lr x l2".
std::string SweepName(const Sweep& sweep, const std::vector<Axis>& axes);

// Why `later` cannot be set after `earlier` in one sweep: it would undo what
// that does, and configurations would be named after values that their trials
// do not have. "" if it can.
std::string Conflict(const Axis& later, const Axis& earlier);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_SWEEP_H_
