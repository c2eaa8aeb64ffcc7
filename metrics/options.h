// Options that several metrics have: which split they read and when they are
// computed. A metric's options derive from those it has:
//
//   struct MyOptions : SplitOption, TimingOption {
//     MyOptions() : SplitOption("train") {}  // Only where it is not "test".
//     static void Describe(Schema<MyOptions>& s) {
//       DescribeSplit(s);
//       DescribeTiming(s);
//     }
//   };
//   ... Traits() { return {options.When(), {...}, options.ExtraSplits()}; }
#ifndef BIGSTEP_METRICS_OPTIONS_H_
#define BIGSTEP_METRICS_OPTIONS_H_

#include <string>
#include <utility>
#include <vector>

#include "base/schema.h"
#include "metrics/metric.h"

namespace bigstep {

struct SplitOption {
  SplitOption() = default;
  explicit SplitOption(std::string split) : split(std::move(split)) {}

  template <class Options>
  static void DescribeSplit(Schema<Options>& s) {
    s.Field("split", &SplitOption::split)
        .Doc(
            "split to read: train (a sample of it during training), "
            "validation, test or a further test split of the dataset");
  }

  // For MetricTraits: the split, unless every dataset has it.
  std::vector<std::string> ExtraSplits() const {
    if (split == "train" || split == "validation" || split == "test") return {};
    return {split};
  }

  std::string split = "test";
};

struct TimingOption {
  TimingOption() = default;
  explicit TimingOption(std::string timing) : timing(std::move(timing)) {}

  template <class Options>
  static void DescribeTiming(Schema<Options>& s) {
    s.Field("timing", &TimingOption::timing)
        .OneOf({"by_step", "at_end"})
        .Doc(
            "when to compute it: with every evaluation and at the end, or at "
            "the end only");
  }

  // For MetricTraits.
  Timing When() const {
    return timing == "by_step" ? Timing::kByStep : Timing::kAtEnd;
  }

  std::string timing = "by_step";
};

}  // namespace bigstep

#endif  // BIGSTEP_METRICS_OPTIONS_H_
