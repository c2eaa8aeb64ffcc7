// How good configurations are in all results at once.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TANDEM_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TANDEM_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// Analysis::tandem, from its configurations.
std::vector<Tandem> Tandems(const Analysis& analysis);

// The configuration with the highest score in tandem; nothing if none has one.
// Configurations with lost trials, whose score is that of the survivors, do not
// take part. Nothing while there is one score and others are to come.
std::optional<size_t> HighestScore(const Analysis& analysis,
                                   const std::vector<size_t>& configurations);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TANDEM_H_
