// Fields of comma-separated files as RFC 4180 has them.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_CSV_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_CSV_TEXT_H_

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/json.h"

namespace bigstep {

// Text, quoted if it must be.
inline std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Every digit that a double has; empty if it is NaN or infinite.
inline std::string CsvNumber(double value) {
  return std::isfinite(value) ? Json(value).dump() : "";
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_CSV_TEXT_H_
