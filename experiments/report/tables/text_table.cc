#include "experiments/report/tables/text_table.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace bigstep {
namespace {

// More rows do not fit on one page.
constexpr size_t kRowsOfAFloat = 40;

// Columns on a screen: the code points of UTF-8 text.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// The code point at `text[*at]`, which is moved behind it; 0xFFFD, one byte on,
// if it is no UTF-8.
uint32_t NextCodePoint(absl::string_view text, size_t* at) {
  constexpr uint32_t kReplacement = 0xFFFD;
  const auto first = static_cast<unsigned char>(text[*at]);
  const size_t length = first < 0x80   ? 1
                        : first < 0xC0 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF8 ? 4
                                       : 0;
  if (length == 0 || *at + length > text.size()) {
    ++*at;
    return kReplacement;
  }
  uint32_t point = length == 1 ? first : first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[*at + i]);
    if ((next & 0xC0) != 0x80) {
      ++*at;
      return kReplacement;
    }
    point = point << 6 | (next & 0x3Fu);
  }
  *at += length;
  return point;
}

const std::map<uint32_t, std::string>& LatexSigns() {
  static const auto* const signs = new std::map<uint32_t, std::string>{
      {'&', "\\&"},
      {'%', "\\%"},
      // \$ in bold takes a font that small installations lack.
      {'$', "$\\mathdollar$"},
      {'#', "\\#"},
      {'_', "\\_"},
      {'{', "\\{"},
      {'}', "\\}"},
      {'~', "\\textasciitilde{}"},
      {'^', "\\textasciicircum{}"},
      {'\\', "\\textbackslash{}"},
      {'<', "$<$"},
      {'>', "$>$"},
      {'|', "$|$"},
      {'"', "''"},
      // After the end of a row, these would be read as part of it.
      {'[', "{[}"},
      {'*', "{*}"},
      {0xA0, "~"},
      {0xB0, "${}^\\circ$"},
      {0xB1, "$\\pm$"},
      {0xB2, "${}^2$"},
      {0xB3, "${}^3$"},
      {0xB5, "$\\mu$"},
      {0xB7, "$\\cdot$"},
      {0xD7, "$\\times$"},
      {0xF7, "$\\div$"},
      {0x391, "A"},
      {0x392, "B"},
      {0x393, "$\\Gamma$"},
      {0x394, "$\\Delta$"},
      {0x398, "$\\Theta$"},
      {0x39B, "$\\Lambda$"},
      {0x39E, "$\\Xi$"},
      {0x3A0, "$\\Pi$"},
      {0x3A3, "$\\Sigma$"},
      {0x3A6, "$\\Phi$"},
      {0x3A8, "$\\Psi$"},
      {0x3A9, "$\\Omega$"},
      {0x3B1, "$\\alpha$"},
      {0x3B2, "$\\beta$"},
      {0x3B3, "$\\gamma$"},
      {0x3B4, "$\\delta$"},
      {0x3B5, "$\\varepsilon$"},
      {0x3B6, "$\\zeta$"},
      {0x3B7, "$\\eta$"},
      {0x3B8, "$\\theta$"},
      {0x3B9, "$\\iota$"},
      {0x3BA, "$\\kappa$"},
      {0x3BB, "$\\lambda$"},
      {0x3BC, "$\\mu$"},
      {0x3BD, "$\\nu$"},
      {0x3BE, "$\\xi$"},
      {0x3C0, "$\\pi$"},
      {0x3C1, "$\\rho$"},
      {0x3C3, "$\\sigma$"},
      {0x3C4, "$\\tau$"},
      {0x3C6, "$\\varphi$"},
      {0x3C7, "$\\chi$"},
      {0x3C8, "$\\psi$"},
      {0x3C9, "$\\omega$"},
      {0x2013, "--"},
      {0x2014, "---"},
      {0x2018, "`"},
      {0x2019, "'"},
      {0x201C, "``"},
      {0x201D, "''"},
      {0x2026, "\\ldots{}"},
      {0x2190, "$\\leftarrow$"},
      {0x2191, "$\\uparrow$"},
      {0x2192, "$\\rightarrow$"},
      {0x2193, "$\\downarrow$"},
      {0x2208, "$\\in$"},
      {0x2212, "$-$"},
      {0x221A, "$\\surd$"},
      {0x221E, "$\\infty$"},
      {0x2248, "$\\approx$"},
      {0x2260, "$\\neq$"},
      {0x2264, "$\\leq$"},
      {0x2265, "$\\geq$"},
  };
  return *signs;
}

// Letters of Latin-1 that LaTeX's first encoding has: all but Eth and Thorn.
bool IsPlainLetter(uint32_t point) {
  return point >= 0xC0 && point <= 0xFF && point != 0xD0 && point != 0xDE &&
         point != 0xF0 && point != 0xFE;
}

bool IsDigit(absl::string_view text, size_t at) {
  return at < text.size() &&
         std::isdigit(static_cast<unsigned char>(text[at])) != 0;
}

// One code point of `text`, which begins at `at` and ends before `next`.
std::string LatexOf(uint32_t point, absl::string_view text, size_t at,
                    size_t next) {
  const auto sign = LatexSigns().find(point);
  if (sign != LatexSigns().end()) return sign->second;
  if (point == '-') {
    if (text.size() == 1) return "--";
    // A minus, unless it joins two words.
    const bool starts = at == 0 || text[at - 1] == ' ' || text[at - 1] == '[' ||
                        text[at - 1] == '=';
    const bool goes_on =
        IsDigit(text, next) || absl::StartsWith(text.substr(next), " ");
    return starts && goes_on ? "$-$" : "{-}";
  }
  if (point < 0x20 || point == 0x7F) return " ";
  if (point < 0x7F || IsPlainLetter(point)) {
    return std::string(text.substr(at, next - at));
  }
  return absl::StrFormat("{[}U+%04X]", point);
}

std::string MarkdownTitle(const TextTable::Column& column) {
  return column.group.empty() ? column.title
                              : absl::StrCat(column.group, ".", column.title);
}

std::string LatexEntry(const TextTable::Entry& entry) {
  const std::string text = EscapeLatex(entry.text);
  return entry.bold ? absl::StrCat("\\textbf{\\boldmath ", text, "}") : text;
}

// The titles of groups over their columns, with rules below; empty without
// groups.
std::string LatexGroups(const TextTable& table) {
  std::vector<std::string> titles;
  std::string rules;
  bool any = false;
  for (size_t first = 0; first < table.columns.size();) {
    const std::string& group = table.columns[first].group;
    size_t end = first + 1;
    if (group.empty()) {
      titles.emplace_back();
    } else {
      while (end < table.columns.size() && table.columns[end].group == group) {
        ++end;
      }
      titles.push_back(absl::StrCat("\\multicolumn{", end - first, "}{c}{",
                                    EscapeLatex(group), "}"));
      absl::StrAppend(&rules, "\\cmidrule(lr){", first + 1, "-", end, "}");
      any = true;
    }
    first = end;
  }
  if (!any) return "";
  return absl::StrCat(absl::StrJoin(titles, " & "), " \\\\\n", rules, "\n");
}

std::string LatexHead(const TextTable& table) {
  std::vector<std::string> titles;
  for (const TextTable::Column& column : table.columns) {
    titles.push_back(EscapeLatex(column.title));
  }
  return absl::StrCat("\\toprule\n", LatexGroups(table),
                      absl::StrJoin(titles, " & "), " \\\\\n\\midrule\n");
}

std::string LatexRows(const TextTable& table) {
  std::string text;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    if (r > 0 && table.rows[r].starts_group) text += "\\addlinespace\n";
    std::vector<std::string> entries;
    for (const TextTable::Entry& entry : table.rows[r].entries) {
      entries.push_back(LatexEntry(entry));
    }
    absl::StrAppend(&text, absl::StrJoin(entries, " & "), " \\\\\n");
  }
  return text;
}

// A label may hold letters, digits and hyphens.
std::string LatexLabel(const std::string& name) {
  std::string label = "tab:";
  for (const char c : name) {
    label += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return label;
}

}  // namespace

std::string EscapeMarkdown(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                    {"|", "\\|"},
                                    {"&", "&amp;"},
                                    {"<", "&lt;"},
                                    {"[", "\\["},
                                    {"*", "\\*"},
                                    {"`", "\\`"},
                                    {"\n", " "},
                                    {"\r", " "}});
}

std::string EscapeLatex(absl::string_view text) {
  std::string escaped;
  for (size_t at = 0; at < text.size();) {
    size_t next = at;
    const uint32_t point = NextCodePoint(text, &next);
    escaped += LatexOf(point, text, at, next);
    at = next;
  }
  return escaped;
}

std::string ToMarkdown(const TextTable& table) {
  std::vector<std::vector<std::string>> rows(1);
  for (const TextTable::Column& column : table.columns) {
    rows[0].push_back(EscapeMarkdown(MarkdownTitle(column)));
  }
  for (const TextTable::Row& row : table.rows) {
    rows.emplace_back();
    for (const TextTable::Entry& entry : row.entries) {
      rows.back().push_back(EscapeMarkdown(entry.text));
    }
  }
  std::vector<size_t> widths(table.columns.size(), 3);
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); ++c) {
      widths[c] = std::max(widths[c], Width(row[c]));
    }
  }
  std::string text;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < widths.size(); ++c) {
      absl::StrAppend(&text, c == 0 ? "| " : " | ", rows[r][c],
                      std::string(widths[c] - Width(rows[r][c]), ' '));
    }
    absl::StrAppend(&text, " |\n");
    if (r > 0) continue;
    for (const size_t width : widths) {
      absl::StrAppend(&text, "|", std::string(width + 2, '-'));
    }
    absl::StrAppend(&text, "|\n");
  }
  return text;
}

std::string ToLatex(const TextTable& table, const LatexFrame& frame) {
  std::string alignment;
  for (const TextTable::Column& column : table.columns) {
    alignment += column.is_text ? 'l' : 'c';
  }
  const std::string title =
      absl::StrCat("\\caption{", EscapeLatex(frame.caption), "}\n\\label{",
                   LatexLabel(frame.name), "}");
  const std::string notes = EscapeLatex(frame.notes);
  if (table.rows.size() > kRowsOfAFloat) {
    return absl::StrCat(
        "% Needs \\usepackage{booktabs} and \\usepackage{longtable}.\n"
        "\\begingroup\\small\\setlength{\\tabcolsep}{3pt}\n"
        "\\begin{longtable}{",
        alignment, "}\n", title, " \\\\\n", LatexHead(table), "\\endhead\n",
        LatexRows(table), "\\bottomrule\n\\end{longtable}\n\\noindent\n", notes,
        "\\par\n\\endgroup\n");
  }
  return absl::StrCat(
      "% Needs \\usepackage{booktabs} and \\usepackage{graphicx}.\n"
      "\\begin{table}\n\\centering\n"
      "\\setlength{\\belowcaptionskip}{6pt}\n",
      title,
      "\n\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}"
      "{!}{%\n\\begin{tabular}{",
      alignment, "}\n", LatexHead(table), LatexRows(table),
      "\\bottomrule\n\\end{tabular}%\n}\n\n\\smallskip\n"
      "\\parbox{\\linewidth}{\\footnotesize\n",
      notes, "}\n\\end{table}\n");
}

}  // namespace bigstep
