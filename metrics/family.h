// The registry of metrics and what metrics declare about their results, for
// code that reads specs, plans and records and needs no LibTorch.
#ifndef BIGSTEP_METRICS_FAMILY_H_
#define BIGSTEP_METRICS_FAMILY_H_

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/registry.h"
#include "base/task.h"

namespace bigstep {

class Metric;
struct MetricArgs;

// Which way a result is better.
enum class Direction { kHigher, kLower, kNeither };

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One number that a metric gives; in records it is `<metric>.<name>`.
struct ResultSpec {
  std::string name;
  std::string doc;
  double least = 0;  // Range, ends included.
  double most = 1;
  Direction direction = Direction::kHigher;
  // For readers of reports: "unbiased accuracy". Unique among all metrics.
  std::string title = {};
};

inline ResultSpec Titled(std::string title, ResultSpec result) {
  result.title = std::move(title);
  return result;
}

// When a metric is computed: with every evaluation during training and at the
// end, or at the end only (because it costs many forward passes).
enum class Timing { kByStep, kAtEnd };

struct MetricTraits {
  Timing timing = Timing::kByStep;
  std::vector<ResultSpec> results;
  // Splits it reads beyond "train", "validation" and "test".
  std::vector<std::string> extra_splits = {};
  // Whether it asks for Evaluation::Representation.
  bool representation = false;
  // Whether its values during training are what it is for, so that a finished
  // trial must be trained again to have them.
  bool of_training = false;
  // The tasks that it measures networks of.
  Task task = Task::kClassification;
};

struct MetricFamily {
  static constexpr char kPlural[] = "metrics";
  static constexpr char kSingular[] = "metric";
  using Product = Metric;
  using Args = MetricArgs;
  using Traits = MetricTraits;
};
using Metrics = Registry<MetricFamily>;

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_FAMILY_H_
