#include "experiments/report/tables/tandem_table.h"

#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/tandem.h"
#include "experiments/report/tables/result_columns.h"

namespace bigstep {
namespace {

std::vector<size_t> ConfigurationsToShow(const Analysis& analysis) {
  std::vector<size_t> shown;
  std::set<size_t> known;
  const auto add = [&](const std::optional<size_t>& i) {
    if (i && analysis.tandem[*i].score && known.insert(*i).second) {
      shown.push_back(*i);
    }
  };
  add(HighestScore(analysis, AllConfigurations(analysis.study)));
  for (const Best& best : analysis.best) add(best.configuration);
  if (!analysis.study.selection.empty()) return shown;
  // Without a rule of selection, the highest score of each axis.
  for (const std::string& axis : AxesInOrder(analysis.study)) {
    add(HighestScore(analysis, ConfigurationsOf(analysis.study, axis)));
  }
  return shown;
}

}  // namespace

Table TandemTable(const Analysis& analysis) {
  Table table;
  table.columns = {{.title = "setting", .is_text = true},
                   {.title = "in tandem"}};
  std::vector<size_t> ranked;
  for (size_t c = 0; c < analysis.study.columns.size(); ++c) {
    const Column& column = analysis.study.columns[c];
    if (column.result.direction == Direction::kNeither) continue;
    ranked.push_back(c);
    table.columns.push_back(ResultColumn(column));
  }
  for (const size_t i : ConfigurationsToShow(analysis)) {
    const Tandem& tandem = analysis.tandem[i];
    table.rows.push_back(
        {{{.text = analysis.configurations[i].configuration.name},
          {.text = ShareText(tandem.score), .bold = true}}});
    for (const size_t c : ranked) {
      table.rows.back().entries.push_back({ShareText(tandem.parts[c])});
    }
  }
  return table;
}

}  // namespace bigstep
