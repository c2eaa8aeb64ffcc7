// What the verdicts of a report rest on, in words.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTS_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTS_TEXT_H_

#include <string>

#include "experiments/report/analysis/analysis.h"

namespace bigstep {

// How tests are corrected, how many there are, and what a verdict requires, in
// a line; empty if nothing is tested.
std::string TestsText(const Analysis& analysis);

// "2 claims were withdrawn after trials were done: C1, C2."; empty if none was.
std::string WithdrawnText(const Analysis& analysis);

// "Seeds changed after trials were done: 5, 6 added after 10 trials
// (2026-01-31). ..."; empty without changes.
std::string SeedChangesText(const Study& study);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_TESTS_TEXT_H_
