// A table of text, and how it is written in Markdown and LaTeX.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TEXT_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TEXT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bigstep {

struct TextTable {
  struct Column {
    // "accuracy" over "unbiased_test ↑". Neighbours of one group share its
    // title in LaTeX; Markdown shows "accuracy.unbiased_test ↑".
    std::string group;
    std::string title;
    bool is_text = false;  // Else numbers, in LaTeX centred.
  };
  struct Entry {
    std::string text;
    bool bold = false;  // In LaTeX.
  };
  struct Row {
    std::vector<Entry> entries;  // One for each column.
    bool starts_group = false;   // A little space before it in LaTeX.
  };

  std::vector<Column> columns;
  std::vector<Row> rows;
};

// Aligned so that it reads well as plain text too.
std::string ToMarkdown(const TextTable& table);

// What stands around a table in LaTeX.
struct LatexFrame {
  std::string caption;
  std::string notes;  // In small print below.
  std::string name;   // The label is made of it.
};

// A floating table of the package booktabs, shrunk to the width of the line if
// it is wider; a `longtable` over several pages if it has many rows.
std::string ToLatex(const TextTable& table, const LatexFrame& frame);

// Text as Markdown shows it: line breaks become spaces, what would be markup
// is escaped.
std::string EscapeMarkdown(absl::string_view text);

// Text as pdflatex shows it without further packages: Greek letters and common
// signs as mathematics, western European letters as they are, other letters as
// their number, "[U+4E2D]".
std::string EscapeLatex(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TEXT_TABLE_H_
