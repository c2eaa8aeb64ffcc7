#include "datasets/formats/csv_reader.h"

#include <csv.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// Bounds that no table of labels comes near: a file that exceeds them is not
// one, or a quote is missing.
constexpr int64_t kMaxCsvBytes = int64_t{1} << 30;
constexpr size_t kMaxValueBytes = 64 << 10;
constexpr size_t kMaxColumns = 16384;

// The most bytes that are passed to libcsv at a time.
constexpr size_t kMaxPiece = 16 << 10;

// `text` for an error: on one line, cut if it is long.
std::string Shown(absl::string_view text) {
  constexpr size_t kMaxShown = 200;
  if (text.size() <= kMaxShown) return VisibleText(text);
  return absl::StrCat(VisibleText(text.substr(0, kMaxShown)), "... (",
                      text.size(), " bytes)");
}

// The names of the columns that a table has.
std::string ShownNames(const std::vector<std::string>& names) {
  constexpr size_t kMaxNames = 50;
  std::vector<std::string> shown;
  for (const std::string& name : names) {
    if (shown.size() == kMaxNames) {
      shown.push_back(absl::StrCat("and ", names.size() - kMaxNames, " more"));
      break;
    }
    shown.push_back(Shown(name));
  }
  return absl::StrJoin(shown, ", ");
}

std::string Stripped(absl::string_view text) {
  return std::string(absl::StripAsciiWhitespace(text));
}

// Takes the fields and rows that libcsv finds.
class TableBuilder {
 public:
  TableBuilder(std::string path, const std::vector<std::string>& names)
      : path_(std::move(path)) {
    for (const std::string& name : names) {
      columns_.push_back({Stripped(name), {}, {}, path_});
    }
  }

  void AddField(absl::string_view field) {
    if (!CheckSize(field.size())) return;
    if (fields_.size() == kMaxColumns) {
      status_ = Wrong(absl::StrCat("expected at most ", kMaxColumns,
                                   " columns, found more"));
      return;
    }
    fields_.emplace_back(field);
    // A quoted value may span lines.
    line_ += std::count(field.begin(), field.end(), '\n');
  }

  // At the end of a line, or of the text (`end` < 0).
  void EndLine(int end) {
    if (!fields_.empty() && status_.ok()) status_ = EndRow();
    fields_.clear();
    // CRLF ends one line, and libcsv reports both characters.
    if (end != '\r') ++line_;
    row_line_ = line_;
  }

  // Refuses a value that is, or has already become, too long. Whether it was
  // accepted.
  bool CheckSize(size_t bytes) {
    if (bytes > kMaxValueBytes && status_.ok()) {
      status_ =
          Wrong(absl::StrCat("expected values of at most ", kMaxValueBytes,
                             " bytes, found a longer one; is a quote or "
                             "the end of a line missing?"));
    }
    return status_.ok();
  }

  absl::Status Wrong(absl::string_view what) const {
    return absl::DataLossError(absl::StrCat(path_, ":", row_line_, ": ", what));
  }

  const absl::Status& status() const { return status_; }

  absl::StatusOr<std::vector<CsvColumn>> Finish() && {
    RETURN_IF_ERROR(status_);
    if (header_.empty()) return Wrong("expected a row that names the columns");
    if (rows_ == 0) return Wrong("expected a row of values after the names");
    return std::move(columns_);
  }

 private:
  absl::Status EndRow() {
    if (header_.empty()) {
      for (const std::string& field : fields_) {
        header_.push_back(Stripped(field));
      }
      return FindColumns();
    }
    if (fields_.size() != header_.size()) {
      return Wrong(absl::StrCat("expected ", header_.size(),
                                " values, one for each column, found ",
                                fields_.size()));
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      // Two columns asked for may be the same.
      columns_[i].values.push_back(fields_[positions_[i]]);
      columns_[i].lines.push_back(row_line_);
    }
    ++rows_;
    return absl::OkStatus();
  }

  absl::Status FindColumns() {
    for (const CsvColumn& column : columns_) {
      const auto found = std::find(header_.begin(), header_.end(), column.name);
      if (found == header_.end()) {
        return Wrong(absl::StrCat("no column '", Shown(column.name), "'",
                                  DidYouMean(column.name, header_), " (found: ",
                                  ShownNames(header_), ")", SeparatorHint()));
      }
      if (std::find(found + 1, header_.end(), column.name) != header_.end()) {
        return Wrong(absl::StrCat("two columns '", Shown(column.name), "'"));
      }
      positions_.push_back(found - header_.begin());
    }
    return absl::OkStatus();
  }

  // Spreadsheets of some languages separate values with semicolons.
  std::string SeparatorHint() const {
    const bool one = header_.size() == 1;
    if (!one || header_[0].find_first_of(";\t") == std::string::npos) return "";
    return "; separate the values with commas";
  }

  const std::string path_;
  std::vector<CsvColumn> columns_;
  std::vector<size_t> positions_;  // Of the columns in a row.
  std::vector<std::string> header_;
  std::vector<std::string> fields_;  // Of the row being read.
  int64_t rows_ = 0;
  int64_t line_ = 1;
  int64_t row_line_ = 1;  // Where the row being read begins.
  absl::Status status_;
};

// libcsv calls these through C, so they take untyped pointers.
void OnField(void* field, size_t size, void* builder) {
  static_cast<TableBuilder*>(builder)->AddField(
      absl::string_view(static_cast<const char*>(field), size));
}

void OnRow(int end, void* builder) {
  static_cast<TableBuilder*>(builder)->EndLine(end);
}

// Frees a parser at the end of a scope.
struct Parser : csv_parser {
  // Quotes must be where RFC 4180 allows them and closed; the end of every line
  // is reported, so that lines can be counted.
  Parser() { csv_init(this, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { csv_free(this); }
};

}  // namespace

absl::Status CsvColumn::Wrong(int64_t row, absl::string_view expected) const {
  return absl::DataLossError(absl::StrCat(
      path, ":", lines[row], ": column '", Shown(name), "': expected ",
      expected, ", found '", Shown(values[row]), "'"));
}

absl::StatusOr<std::vector<int64_t>> CsvColumn::Integers(int64_t low,
                                                         int64_t high) const {
  std::vector<int64_t> integers(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (!absl::SimpleAtoi(values[i], &integers[i]) || integers[i] < low ||
        integers[i] > high) {
      return Wrong(i, absl::StrCat("an integer from ", low, " to ", high));
    }
  }
  return integers;
}

absl::StatusOr<std::vector<CsvColumn>> ParseCsv(
    absl::string_view text, const std::string& path,
    const std::vector<std::string>& names) {
  TableBuilder builder(path, names);
  if (absl::StartsWith(text, "\xff\xfe") ||
      absl::StartsWith(text, "\xfe\xff")) {
    return builder.Wrong("expected UTF-8, found UTF-16; save it as UTF-8");
  }
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  Parser parser;
  csv_set_space_func(&parser, [](unsigned char) { return 0; });
  // Line by line, to stop at the first wrong one; long lines in pieces.
  while (!text.empty() && builder.CheckSize(parser.entry_pos)) {
    const absl::string_view piece = text.substr(0, kMaxPiece);
    const absl::string_view part =
        piece.substr(0, std::min(piece.find('\n'), piece.size() - 1) + 1);
    if (csv_parse(&parser, part.data(), part.size(), OnField, OnRow,
                  &builder) != part.size()) {
      return builder.Wrong(
          "expected quotes around whole values only, doubled inside of them");
    }
    text.remove_prefix(part.size());
  }
  RETURN_IF_ERROR(builder.status());
  if (csv_fini(&parser, OnField, OnRow, &builder) != 0) {
    return builder.Wrong(
        "expected the end of a quoted value before the end of "
        "the file");
  }
  return std::move(builder).Finish();
}

absl::StatusOr<std::vector<CsvColumn>> ReadCsv(
    const std::string& path, const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxCsvBytes));
  return ParseCsv(text, path, names);
}

}  // namespace bigstep
