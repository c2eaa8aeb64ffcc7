#include "experiments/report/analysis/tandem.h"

#include <set>

namespace bigstep {

std::vector<Tandem> Tandems(const Analysis& analysis) {
  const std::vector<ConfigurationResults>& all = analysis.configurations;
  const size_t columns = analysis.study.columns.size();
  std::vector<Tandem> tandems(all.size());
  for (Tandem& tandem : tandems) tandem.parts.resize(columns);
  std::set<size_t> ranked;  // Columns that some configuration has a part of.
  for (size_t c = 0; c < columns; ++c) {
    const Direction direction = analysis.study.columns[c].result.direction;
    const std::optional<Interval> range =
        RangeOfMeans(analysis, AllConfigurations(analysis.study), c);
    if (direction == Direction::kNeither || !range) continue;
    const double span = range->high - range->low;
    if (!(span > 0)) continue;
    ranked.insert(c);
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].values[c].n == 0 || all[i].most_collapsed()) continue;
      const double mean = all[i].values[c].mean;
      tandems[i].parts[c] = direction == Direction::kHigher
                                ? (mean - range->low) / span
                                : (range->high - mean) / span;
    }
  }
  for (Tandem& tandem : tandems) {
    double sum = 0;
    size_t count = 0;
    for (const size_t c : ranked) {
      if (!tandem.parts[c]) continue;
      sum += *tandem.parts[c];
      ++count;
    }
    if (count == 0 || count < ranked.size()) continue;
    tandem.score = sum / static_cast<double>(count);
  }
  return tandems;
}

std::optional<size_t> HighestScore(const Analysis& analysis,
                                   const std::vector<size_t>& configurations) {
  std::optional<size_t> highest;
  int scored = 0;
  bool unfinished = false;
  for (const size_t i : configurations) {
    const ConfigurationResults& results = analysis.configurations[i];
    unfinished = unfinished || results.missing > 0 || results.failed > 0;
    const std::optional<double>& score = analysis.tandem[i].score;
    if (!score || !results.complete()) continue;
    ++scored;
    if (!highest || *score > *analysis.tandem[*highest].score) highest = i;
  }
  return unfinished && scored < 2 ? std::nullopt : highest;
}

}  // namespace bigstep
