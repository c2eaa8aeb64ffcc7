#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/html_text.h"
#include "base/json.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/tables/aligned_numbers.h"
#include "experiments/report/tables/table.h"

namespace bigstep {
namespace {

constexpr size_t kMaxRows = 200;   // Tables up to this size are written whole.
constexpr size_t kFirstRows = 50;  // Of larger tables.

std::string ArrowInWords(Direction direction) {
  switch (direction) {
    case Direction::kHigher:
      return "↑ higher is better";
    case Direction::kLower:
      return "↓ lower is better";
    case Direction::kNeither:
      break;
  }
  return "";
}

// Empty lines keep their height.
std::string Small(const std::string& html) {
  return absl::StrCat("<small>", html.empty() ? "&#160;" : html, "</small>");
}

// `text` of a column behind its pad, `shown` as HTML or JSON have it. A minus
// is as wide as a digit, a hyphen is not.
std::string Aligned(const NumberPads& pads, size_t column,
                    const std::string& text, std::string shown) {
  if (IntegerPart(text) > 0 && text[0] == '-') shown.replace(0, 1, "\u2212");
  return pads.Before(column, text) + shown;
}

std::string HeadHtml(const Table& table) {
  std::string html = "<thead><tr>";
  for (const Table::Column& column : table.columns) {
    if (column.csv_only) continue;
    const std::string& title =
        column.short_title.empty() ? column.title : column.short_title;
    const std::string arrow = ArrowInWords(column.direction);
    absl::StrAppend(
        &html, "<th scope=\"col\"", column.is_text ? "" : " class=\"number\"",
        column.doc.empty()
            ? ""
            : absl::StrCat(" title=\"", EscapeHtml(column.doc), "\""),
        ">",
        EscapeHtml(column.group.empty() || !column.short_title.empty()
                       ? title
                       : PlainName(absl::StrCat(column.group, ".", title))),
        arrow.empty() ? "" : Small(EscapeHtml(arrow)), "</th>");
  }
  return html + "</tr></thead>\n";
}

std::string RowHtml(const Table& table, const NumberPads& pads,
                    const Table::Row& row, bool sortable) {
  std::string html = "<tr>";
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].csv_only) continue;
    const Table::Entry& entry = row.entries[c];
    const auto html_of = [&pads, c, &table](const std::string& shown) {
      return table.columns[c].is_text
                 ? EscapeHtml(shown)
                 : Aligned(pads, c, shown, EscapeHtml(shown));
    };
    std::string text = html_of(ShortText(entry));
    if (!sortable) {
      if (entry.bold) text = absl::StrCat("<b>", text, "</b>");
      for (const std::string& line : entry.details) {
        text += Small(html_of(line));
      }
    }
    const bool names = c == table.heading;
    absl::StrAppend(&html, names ? "<th scope=\"row\"" : "<td",
                    table.columns[c].is_text ? ">" : " class=\"number\">", text,
                    names ? "</th>" : "</td>");
  }
  return html + "</tr>\n";
}

// The texts of a column; those that repeat by their number in a list of names.
Json ColumnJson(const Table& table, const NumberPads& pads, size_t column) {
  std::map<std::string, size_t> numbers;
  Json texts = Json::array(), names = Json::array(), of = Json::array();
  for (const Table::Row& row : table.rows) {
    const std::string& shown = ShortText(row.entries[column]);
    const std::string text =
        table.columns[column].is_text
            ? VisibleLines(shown)
            : Aligned(pads, column, shown, VisibleLines(shown));
    const auto [it, is_new] = numbers.emplace(text, numbers.size());
    if (is_new) names.push_back(text);
    of.push_back(it->second);
    texts.push_back(text);
  }
  if (names.size() > texts.size() / 2) return texts;
  return {{"names", std::move(names)}, {"of", std::move(of)}};
}

// The data of all rows, and a note that readers without scripts see.
std::string DataHtml(const Table& table, const NumberPads& pads,
                     const HtmlFrame& frame) {
  Json data = Json::array();
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (!table.columns[c].csv_only) data.push_back(ColumnJson(table, pads, c));
  }
  return absl::StrCat("<p class=\"quiet\" data-without-script=\"", frame.id,
                      "\">The first ", kFirstRows, " of ", table.rows.size(),
                      " rows; all of them need JavaScript here, or are in ",
                      EscapeHtml(frame.file),
                      ".</p>\n<script type=\"application/json\" id=\"",
                      frame.id, "-data\">", ScriptJson(data), "</script>\n");
}

}  // namespace

std::string ToHtml(const Table& table, const HtmlFrame& frame) {
  const bool sortable = !frame.id.empty();
  const bool whole = !sortable || table.rows.size() <= kMaxRows;
  // The keyboard reaches the frame, so that it can scroll.
  std::string html = absl::StrCat(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"",
      EscapeHtml(frame.caption), "\">\n<table ",
      sortable ? absl::StrCat("class=\"data\" id=\"", frame.id,
                              "\" data-heading=\"", table.heading, "\"")
               : absl::StrCat("class=\"", frame.style, "\""),
      ">\n<caption>", EscapeHtml(frame.caption), "</caption>\n",
      HeadHtml(table), "<tbody>\n");
  const NumberPads pads(table, /*is_short=*/true);
  const size_t written = whole ? table.rows.size() : kFirstRows;
  for (size_t r = 0; r < written; ++r) {
    absl::StrAppend(&html, RowHtml(table, pads, table.rows[r], sortable));
  }
  absl::StrAppend(&html, "</tbody>\n</table>\n</div>\n");
  return whole ? html : html + DataHtml(table, pads, frame);
}

}  // namespace bigstep
