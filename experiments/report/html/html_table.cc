#include "experiments/report/html/html_table.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "base/html_text.h"
#include "base/json.h"

namespace bigstep {
namespace {

constexpr size_t kAllRows = 200;  // At most so many stand in the page.
constexpr size_t kSomeRows = 50;  // Of larger tables.

std::string HeadHtml(const DataTable& table) {
  std::string html = "<thead><tr>";
  for (const DataTable::Column& column : table.columns) {
    absl::StrAppend(&html, "<th scope=\"col\"",
                    column.number ? " class=\"number\"" : "", ">",
                    EscapeHtml(column.title));
    if (!column.hint.empty()) {
      absl::StrAppend(&html, "<small>", EscapeHtml(column.hint), "</small>");
    }
    absl::StrAppend(&html, "</th>");
  }
  return html + "</tr></thead>\n";
}

std::string RowHtml(const DataTable& table, size_t row) {
  std::string html = "<tr>";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    const DataTable::Column& column = table.columns[c];
    absl::StrAppend(&html, c == 0 ? "<th scope=\"row\"" : "<td",
                    column.number ? " class=\"number\">" : ">",
                    EscapeHtml(column.texts[row]), c == 0 ? "</th>" : "</td>");
  }
  return html + "</tr>\n";
}

// The texts of a column; those that repeat by their number in a list of names.
Json ColumnJson(const std::vector<std::string>& texts) {
  std::map<std::string, size_t> numbers;
  Json names = Json::array(), of = Json::array();
  for (const std::string& text : texts) {
    const auto [it, is_new] = numbers.emplace(text, numbers.size());
    if (is_new) names.push_back(text);
    of.push_back(it->second);
  }
  if (names.size() > texts.size() / 2) return texts;
  return {{"names", std::move(names)}, {"of", std::move(of)}};
}

}  // namespace

std::string ToHtml(const DataTable& table) {
  const size_t rows = table.num_rows();
  const size_t written = rows <= kAllRows ? rows : kSomeRows;
  std::string html = absl::StrCat("<table class=\"data\" id=\"", table.id,
                                  "\">\n<caption>", EscapeHtml(table.caption),
                                  "</caption>\n", HeadHtml(table), "<tbody>\n");
  for (size_t row = 0; row < written; ++row) {
    absl::StrAppend(&html, RowHtml(table, row));
  }
  absl::StrAppend(&html, "</tbody>\n</table>\n");
  html = Scrolling(table.caption, html);
  if (written == rows) return html;
  Json data = Json::array();
  for (const DataTable::Column& column : table.columns) {
    data.push_back(ColumnJson(column.texts));
  }
  return absl::StrCat(html, "<p class=\"quiet\" data-without-script=\"",
                      table.id, "\">The first ", written, " of ", rows,
                      " rows; all of them need JavaScript here, or are in ",
                      EscapeHtml(table.elsewhere),
                      ".</p>\n<script type=\"application/json\" id=\"",
                      table.id, "-data\">", ScriptJson(data), "</script>\n");
}

std::string KeysToHtml(
    const std::string& caption,
    const std::vector<std::pair<std::string, std::string>>& keys) {
  std::string html = absl::StrCat("<table class=\"keys\">\n<caption>",
                                  EscapeHtml(caption), "</caption>\n<tbody>\n");
  for (const auto& [key, value] : keys) {
    absl::StrAppend(&html, "<tr><th scope=\"row\">", EscapeHtml(key),
                    "</th><td>", EscapeHtml(value), "</td></tr>\n");
  }
  return Scrolling(caption, html + "</tbody>\n</table>\n");
}

std::string Scrolling(const std::string& name, const std::string& table) {
  // In reach of the keyboard, for those who scroll by it.
  return absl::StrCat(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"",
      EscapeHtml(name), "\">\n", table, "</div>\n");
}

}  // namespace bigstep
