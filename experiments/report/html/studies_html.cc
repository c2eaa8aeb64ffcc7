#include "experiments/report/html/studies_html.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/html_text.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/html/html_table.h"

namespace bigstep {
namespace {

DataTable ToDataTable(const TextTable& table, const std::string& id,
                      const std::string& caption) {
  DataTable data{id, caption, {}, "studies.csv"};
  for (const TextTable::Column& column : table.columns) {
    // Columns of one result stand together and differ in their studies.
    data.columns.push_back({column.group.empty() ? column.title : column.group,
                            column.group.empty() ? "" : column.title,
                            !column.is_text,
                            {}});
  }
  for (const TextTable::Row& row : table.rows) {
    for (size_t c = 0; c < data.columns.size(); ++c) {
      data.columns[c].texts.push_back(row.entries[c].text);
    }
  }
  return data;
}

std::string AllFindingsHtml(const StudySet& set) {
  std::string html;
  for (size_t s = 0; s < set.studies.size(); ++s) {
    absl::StrAppend(&html, "<h3>", EscapeHtml(set.names[s]),
                    "</h3>\n<p class=\"question\">",
                    EscapeHtml(set.studies[s].study.question),
                    "</p>\n<ul class=\"answer\">\n");
    for (const std::string& sentence : Findings(set.studies[s])) {
      absl::StrAppend(&html, "<li>", EscapeHtml(sentence), "</li>\n");
    }
    absl::StrAppend(&html, "</ul>\n");
  }
  return html;
}

}  // namespace

std::string StudiesHtml(const StudySet& set) {
  const StudiesTables tables = MakeStudiesTables(set);
  const std::string title = absl::StrJoin(set.names, ", ");
  const std::string rules =
      absl::StrCat("<p class=\"quiet\">", EscapeHtml(tables.rules), "</p>\n");
  const auto section = [&rules](const TextTable& table, const std::string& id,
                                const std::string& caption) {
    return table.rows.empty() ? ""
                              : ToHtml(ToDataTable(table, id, caption)) + rules;
  };
  return HtmlPage(
      title, absl::StrCat("<h1>", EscapeHtml(title), "</h1>\n"),
      {{"comparison", "The axes compared",
        section(tables.axes, "axes", "Each axis at its best value.")},
       {"every-setting", "Every setting",
        section(tables.settings, "settings",
                "Every setting that a study has.")},
       {"answers", "Questions and answers", AllFindingsHtml(set)}});
}

}  // namespace bigstep
