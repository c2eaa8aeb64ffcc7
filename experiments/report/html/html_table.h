// Tables of pages, and their data for scripts.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_TABLE_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace bigstep {

// A table that page/report.js makes sortable, filterable and paged. Its first
// column names the rows.
struct DataTable {
  struct Column {
    std::string title;
    std::string hint;  // Below the title, smaller.
    bool number = false;
    std::vector<std::string> texts;  // One for each row.
  };

  std::string id;  // Of the element: letters, digits and '-'.
  std::string caption;
  std::vector<Column> columns;
  // What can be read without scripts if there are too many rows for the page.
  std::string elsewhere;

  size_t num_rows() const {
    return columns.empty() ? 0 : columns[0].texts.size();
  }
};

// All rows if there are at most 200 of them; else the first 50, with the data
// of all as JSON and a note for those without scripts.
std::string ToHtml(const DataTable& table);

// A table of names and what they stand for.
std::string KeysToHtml(
    const std::string& caption,
    const std::vector<std::pair<std::string, std::string>>& keys);

// `table`, already HTML, in a frame that scrolls sideways on narrow screens.
std::string Scrolling(const std::string& name, const std::string& table);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_TABLE_H_
