// Tables of a study, made from its records alone.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/analysis.h"
#include "experiments/record.h"
#include "experiments/study.h"

namespace bigstep {

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
