// What training shows at one of its evaluations.
#ifndef BIGSTEP_EXPERIMENTS_HISTORY_ROW_H_
#define BIGSTEP_EXPERIMENTS_HISTORY_ROW_H_

#include <cstdint>

#include "base/json.h"

namespace bigstep {

// The metrics at one step of training.
struct HistoryRow {
  int64_t step = 0;
  double train_loss = 0;  // Mean since the last row, penalties included.
  Json metrics;           // {metric: {result: value}}, the by-step metrics.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_HISTORY_ROW_H_
