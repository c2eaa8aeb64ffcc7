// Tables of a study, made from its records alone.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/record.h"
#include "experiments/study.h"

namespace bigstep {

// Sample statistics of the values at hand.
struct Summary {
  int n = 0;
  double mean = 0;  // NaN if n = 0.
  double std = 0;   // Sample standard deviation (n - 1); NaN if n < 2.
};

Summary Summarize(const std::vector<double>& values);

// One row of the table: a cell and what its trials gave.
struct TableRow {
  Cell cell;
  int trials = 0;  // Planned, one for each seed.
  int completed = 0, collapsed = 0, diverged = 0, failed = 0, missing = 0;
  std::vector<Summary> values;  // One for each column, completed trials only.
};

struct Table {
  std::string study;
  std::string question;
  std::vector<Column> columns;
  std::vector<TableRow> rows;
};

Table MakeTable(const Study& study,
                const std::map<std::string, Record>& records);

// Markdown, aligned so that it reads well as plain text too.
std::string ToMarkdown(const Table& table);

// Comma-separated, full precision, one row a cell; what is undefined is empty.
std::string ToCsv(const Table& table);

// Writes table.md and table.csv into the study's folder.
absl::Status WriteTables(const std::string& study_folder, const Table& table);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_H_
