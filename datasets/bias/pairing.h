// Pairs labels with bias labels: an example is bias-aligned if its bias label
// is the partner of its label.
#ifndef BIGSTEP_DATASETS_BIAS_PAIRING_H_
#define BIGSTEP_DATASETS_BIAS_PAIRING_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace bigstep {

// The labels and bias labels of a dataset before they are paired.
struct UnpairedLabels {
  std::vector<std::string> labels;       // K different names.
  std::vector<std::string> bias_labels;  // B different names.
  // The positions of each training example in the two lists.
  std::vector<std::pair<int64_t, int64_t>> train;
};

// An order of the bias labels in which number k goes with label k.
struct Pairing {
  // The names of the bias labels in this order. In the place of a missing
  // partner is a bias label that no example has, unless no bias label follows.
  std::vector<std::string> bias_labels;
  std::vector<int64_t> positions;  // [B]: the place of each bias label.
  // Labels without a partner: all their examples are bias-conflicting.
  std::vector<std::string> alone;
};

// Pairs labels and bias labels as `aligned` says (label to bias label; labels
// that it leaves out have no partner). If that is empty, those of equal names
// are paired, provided that every label or every bias label has a partner then.
// InvalidArgument if `aligned` has an unknown name or one bias label twice, or
// if it is empty and the names do not decide: the message then proposes, as a
// line for the spec, the pairs that most training examples agree with.
absl::StatusOr<Pairing> PairLabels(
    const UnpairedLabels& unpaired,
    const std::map<std::string, std::string>& aligned);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_BIAS_PAIRING_H_
