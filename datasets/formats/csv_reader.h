// Tables in files of comma-separated values (RFC 4180).
#ifndef BIGSTEP_DATASETS_FORMATS_CSV_READER_H_
#define BIGSTEP_DATASETS_FORMATS_CSV_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// One column of a table and where its values come from.
struct CsvColumn {
  std::string name;
  std::vector<std::string> values;
  std::vector<int64_t> lines;  // Of each value, from 1.
  std::string path;

  // An error about value `row`: DataLoss "<path>:<line>: column '<name>':
  // expected <expected>, found '<value>'". Long values are truncated.
  absl::Status Wrong(int64_t row, absl::string_view expected) const;

  // Every value as an integer from `low` to `high`; DataLoss names the first
  // that is not.
  absl::StatusOr<std::vector<int64_t>> Integers(int64_t low,
                                                int64_t high) const;
};

// The columns of these names, in the order given, of a table whose first row
// names its columns. Rows end in LF or CRLF; empty lines are skipped, and so is
// a byte order mark. Spaces are part of values; around names they are ignored.
// Errors begin with "<path>:<line>: ". NotFound if there is no such file;
// DataLoss for a table without a row, a column that is missing (similar names
// are suggested) or duplicate, a row of another length than the first, a quote
// that is not closed or is inside a value, a value of more than 64 KiB, more
// than 16384 columns, and UTF-16.
absl::StatusOr<std::vector<CsvColumn>> ReadCsv(
    const std::string& path, const std::vector<std::string>& names);

// The same for text in memory; `path` stands for it in errors.
absl::StatusOr<std::vector<CsvColumn>> ParseCsv(
    absl::string_view text, const std::string& path,
    const std::vector<std::string>& names);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_CSV_READER_H_
