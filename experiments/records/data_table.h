// The `data` of a record for people: a table of counts, and warnings.
#ifndef BIGSTEP_EXPERIMENTS_RECORDS_DATA_TABLE_H_
#define BIGSTEP_EXPERIMENTS_RECORDS_DATA_TABLE_H_

#include <string>
#include <vector>

#include "base/json.h"

namespace bigstep {

// Examples by label, bias label and split. A row for each pair of label and
// bias label, or for each label (bias-aligned + bias-conflicting examples) if
// the pairs are many, or for the rarest and the most frequent label if these
// are many too; then the totals.
struct DataTable {
  std::vector<std::string> columns;  // Texts, then one for each split.
  size_t text_columns = 0;
  std::vector<std::vector<std::string>> rows;
};

// `data` is the notes of a dataset (Dataset::notes, Record::data), of any
// origin. Empty if they have no counts.
DataTable MakeDataTable(const Json& data);

// The warnings in `data`, and the numbers of corrupt images left out.
std::vector<std::string> DataWarnings(const Json& data);

// Both for a terminal, below `title`, in lines of at most 100 characters but
// for warnings. Ends with a newline; "" if there is neither.
std::string DataText(const std::string& title, const Json& data);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_RECORDS_DATA_TABLE_H_
