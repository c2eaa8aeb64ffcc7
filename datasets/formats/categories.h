// The values of a column that stand for classes, compared by what they mean.
#ifndef BIGSTEP_DATASETS_FORMATS_CATEGORIES_H_
#define BIGSTEP_DATASETS_FORMATS_CATEGORIES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "datasets/formats/csv_reader.h"

namespace bigstep {

struct Categories {
  std::vector<std::string> names;  // The different values, in order.
  std::vector<int64_t> positions;  // In `names`, one for each row.
  // For the user: values that were written in several ways.
  std::vector<std::string> notes;

  // The number of rows of each category.
  std::vector<int64_t> Counts() const;
};

// The canonical spelling of a category. A decimal number of any size becomes
// its shortest form: 2.0, 02, +2 and 2e0 become "2". Other text loses the ASCII
// blanks around it.
std::string CategoryName(absl::string_view value);

// The categories of a column: numbers in order of size, or names in order of
// their bytes. `what` ("a label") names a value in errors.
// DataLoss, with the row, for a value that is empty, stands for a missing one
// (NaN, NA, null and so on), is not UTF-8 or has invisible characters; for a
// name among numbers or a number among names; and for two names that differ by
// case, blanks or look-alike characters alone. Names that mix alphabets are
// noted.
absl::StatusOr<Categories> ReadCategories(const CsvColumn& column,
                                          absl::string_view what);

// The LookKey of `name` in lower case (of ASCII), without blanks and joiners:
// names with equal keys count as spellings of one name.
std::string SpellingKey(absl::string_view name);

// "'c\u0430t' mixes alphabets: character 2 is U+0430, not the ASCII 'a'", or
// "".
std::string MixedAlphabetsNote(absl::string_view name);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_CATEGORIES_H_
