// What the plane of two results shows.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/figures/axis_scale.h"

namespace bigstep {

// Configurations with one look: those of an axis, or all that vary several axes
// or none.
struct MarkGroup {
  std::string name;
  std::string color;
  int marker = 0;
  std::vector<size_t> configurations;
  bool connected = false;
};

// The axes of the study, the reference axis first and connected, then the
// configurations that vary none alone.
std::vector<MarkGroup> GroupsOf(const Analysis& analysis);

// Two results, `x` and `y`, of all configurations that have them, but for those
// of which most trials collapsed.
struct Plane {
  const Analysis& analysis;
  size_t x = 0, y = 0;
  std::vector<MarkGroup> groups;

  const Summary& X(size_t i) const {
    return analysis.configurations[i].values[x];
  }
  const Summary& Y(size_t i) const {
    return analysis.configurations[i].values[y];
  }
  bool Has(size_t i) const {
    return X(i).n > 0 && Y(i).n > 0 &&
           !analysis.configurations[i].most_collapsed();
  }
};

// The range of a column: all means, and intervals as far as they do not press
// the means together (with two seeds they can be huge).
ValueRange RangeOf(const Plane& plane, size_t column);

// Whether the interval of a mark ends below (or above) `range`.
bool IsCut(const Plane& plane, size_t column, const ValueRange& range,
           bool below);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLANE_H_
