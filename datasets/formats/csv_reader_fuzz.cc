// Text that nobody meant as a table. The columns "a" and "b" are asked for.
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "base/log.h"
#include "datasets/formats/csv_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto columns = bigstep::ParseCsv(
      absl::string_view(reinterpret_cast<const char*>(data), size), "input",
      {"a", "b"});
  if (!columns.ok()) {
    BIGSTEP_CHECK(absl::IsDataLoss(columns.status())) << columns.status();
    return 0;
  }
  for (const bigstep::CsvColumn& column : *columns) {
    BIGSTEP_CHECK(!column.values.empty());
    BIGSTEP_CHECK(column.values.size() == column.lines.size());
    BIGSTEP_CHECK(column.lines.back() <= static_cast<int64_t>(size));
    (void)column.Integers(0, 9);  // Most texts hold none.
  }
  return 0;
}
