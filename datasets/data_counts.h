// Counts of a dataset's examples by split, label and bias label.
#ifndef BIGSTEP_DATASETS_DATA_COUNTS_H_
#define BIGSTEP_DATASETS_DATA_COUNTS_H_

#include "base/json.h"
#include "datasets/dataset.h"

namespace bigstep {

// The counts as records hold them (experiments/records/data_table.h shows
// them):
//   {num_labels: K, num_bias_labels: B, labels: [K names],
//    bias_labels: [B names],
//    splits: [{name: train, examples: N, bias_conflicting: C,
//              groups: [K x B counts]}, ...]}
// Label k and bias label k go together. Names are numbers where the dataset has
// none. Beyond a thousand groups, and in a regression, names and groups are
// left out; a regression has num_targets besides.
Json CountExamples(const Dataset& dataset);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_DATA_COUNTS_H_
