// Numbers of a column below each other, aligned at the decimal point.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_ALIGNED_NUMBERS_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_ALIGNED_NUMBERS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// How many characters of `text` stand before the decimal point, or where it
// would be, with the sign: 3 of "-12.5 ± 0.1"; 0 if it does not begin with a
// number.
size_t IntegerPart(absl::string_view text);

// What an entry shows where space is short.
const std::string& ShortText(const Table::Entry& entry);

// What to put before the entries of a table's columns of numbers.
class NumberPads {
 public:
  // Looks at ShortText if `is_short`, else at Entry::text, and at details.
  NumberPads(const Table& table, bool is_short);

  // Figure spaces, which are as wide as digits, before `text`, which is in the
  // column; empty for texts that do not begin with a number.
  std::string Before(size_t column, absl::string_view text) const;

 private:
  std::vector<size_t> widths_;  // The longest IntegerPart; 0 for texts.
};

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_ALIGNED_NUMBERS_H_
