// Reports on files from another person, for tests and fuzz targets.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FOREIGN_TESTING_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FOREIGN_TESTING_H_

#include <string>
#include <utility>

#include "base/log.h"
#include "base/testing.h"
#include "experiments/records/history.h"
#include "experiments/records/record.h"
#include "experiments/records/study.h"
#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/findings.h"
#include "experiments/report/figures/figures.h"
#include "experiments/report/html/report_html.h"
#include "experiments/report/tables/axes_table.h"
#include "experiments/report/tables/tables.h"
#include "experiments/report/tables/trials_table.h"
#include "experiments/report/tensorboard.h"

namespace bigstep {

// Files of a trial as a run of the quickstart study left them.
inline std::string ForeignExample(const std::string& name) {
  std::string text =
      ReadTestFile("experiments/report/testdata/foreign/" + name);
  BIGSTEP_CHECK(!text.empty()) << name;
  return text;
}

// Everything that a report writes. Returns its size.
inline size_t UseAll(const Study& study, const Records& records,
                     const Histories& histories) {
  const Analysis analysis = Analyze(study, records);
  size_t size = 0;
  for (const std::string& text :
       {ToMarkdown(analysis), ToLatex(analysis), AxesMarkdown(analysis),
        ToCsv(ConfigurationsTable(analysis)),
        ToCsv(TrialsTable(study, records)),
        ReportHtml("/nonexistent", analysis, records, {})}) {
    size += text.size();
  }
  for (const Figure& figure : MakeFigures(analysis, records, histories)) {
    size += figure.script.size();
  }
  for (const std::string& sentence : Findings(analysis)) {
    size += sentence.size();
  }
  return size;
}

// These read `text` as the file of that kind and report it together with the
// other files of the example. They return whether the file was accepted.

inline bool UseRecord(const std::string& text) {
  const auto record = ParseRecord(text);
  if (!record.ok()) return false;
  const Study study = ParseStudy(ForeignExample("study.json")).value();
  Records records;
  // Under the ids of two trials, so that means are taken.
  records[study.trials[0].id] = *record;
  records[study.trials[1].id] = *record;
  return UseAll(study, records, {}) > 0;
}

inline bool UseStudy(const std::string& text) {
  const auto study = ParseStudy(text);
  if (!study.ok()) return false;
  Records records;
  const Record record = ParseRecord(ForeignExample("record.json")).value();
  for (const StudyTrial& trial : study->trials) records[trial.id] = record;
  return UseAll(*study, records, {}) > 0;
}

inline bool UseHistory(const std::string& text) {
  const auto history = ParseHistory(text, "history.csv");
  if (!history.ok()) return false;
  const Study study = ParseStudy(ForeignExample("study.json")).value();
  Histories histories;
  for (const std::string& id : DynamicsTrials(study)) histories[id] = *history;
  return DynamicsFigure(study, histories).size() +
             EventFile(*history, 0, 1).size() >
         0;
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FOREIGN_TESTING_H_
