// A table, built once and rendered as Markdown, LaTeX, HTML and CSV.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "metrics/family.h"

namespace bigstep {

// Markdown, LaTeX and HTML show texts for readers. CSV is for programs: a
// column may have several CSV fields, with full precision, or none.
struct Table {
  struct Column {
    // "accuracy" over "unbiased_test". Neighbours of one group share its title
    // in LaTeX; Markdown shows "accuracy.unbiased_test ↑".
    std::string group = {};
    std::string title = {};
    bool is_text = false;  // Otherwise numbers: centred in LaTeX.
    std::vector<std::string> csv_titles = {};  // One for each CSV field.
    bool csv_only = false;
    Direction direction = Direction::kNeither;  // Shown as an arrow.
    std::string doc = {};                       // A tooltip in HTML.
    // Instead of `group` and `title` in LaTeX and HTML.
    std::string short_title = {};
    bool once_a_group = false;  // LaTeX shows a group's first entry only.
  };
  struct Entry {
    std::string text = {};
    std::vector<std::string> csv = {};  // If empty, `text` is the only field.
    bool bold = false;                  // In LaTeX, and HTML without sorting.
    std::string short_text = {};        // Instead of `text` in LaTeX and HTML.
    std::vector<std::string> details = {};  // Smaller lines below `text`.
  };
  struct Row {
    std::vector<Entry> entries = {};  // One for each column.
    bool starts_group = false;        // A little space before it in LaTeX.
    bool in_csv = true;
  };

  std::vector<Column> columns = {};
  std::vector<Row> rows = {};
  size_t heading = 0;  // The column that names a row in HTML.
};

// "accuracy.unbiased_test ↑".
std::string FullTitle(const Table::Column& column);

// Aligned so that it reads well as plain text too.
std::string ToMarkdown(const Table& table);

// A line of titles, then a line for each row, as in RFC 4180.
std::string ToCsv(const Table& table);

// The text around a table in LaTeX.
struct LatexFrame {
  std::string caption;
  std::string notes;  // In small print below.
  std::string name;   // The label is made of it.
};

// Floating tables of the package booktabs, in \footnotesize: over one column if
// that is wide enough, else a `table*`. A table too wide for a page is several,
// one below the other; one too long is continued in further floats.
std::string ToLatex(const Table& table, const LatexFrame& frame);

// The text around a table in HTML, and its id.
struct HtmlFrame {
  std::string caption;
  // The id of the element (letters, digits and '-'). Tables with an id are made
  // sortable, filterable and paged by page/report.js, and show texts alone.
  std::string id = {};
  std::string file = {};           // Where to find all rows without scripts.
  std::string style = "compared";  // The class of tables without an id.
};

// A table in a frame that scrolls sideways on narrow screens. A table with an
// id and more than 200 rows is written as its first 50 rows, the data of all
// rows as JSON, and a note for readers without scripts.
std::string ToHtml(const Table& table, const HtmlFrame& frame);

// Text as Markdown shows it: line breaks become spaces, markup is escaped.
std::string EscapeMarkdown(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_TABLE_H_
