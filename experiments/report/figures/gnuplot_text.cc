#include "experiments/report/figures/gnuplot_text.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/terminal_text.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {

namespace {

// Widths of the letters from ' ' to '~' in thousandths of the font's size, from
// the metrics of Helvetica, which its substitutes share.
constexpr std::array<int, 95> kHelvetica = {
    278, 278, 355, 556, 556,  889, 667, 191, 333, 333, 389, 584, 278, 333,
    278, 278, 556, 556, 556,  556, 556, 556, 556, 556, 556, 556, 278, 278,
    584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722,  778, 667, 778, 722, 667, 611, 722, 667, 944,
    667, 667, 611, 278, 278,  278, 469, 556, 333, 556, 556, 500, 556, 556,
    278, 556, 556, 222, 222,  500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500,  500, 500, 334, 260, 334, 584};

// `text` on one line, without characters that cannot be seen.
std::string Line(absl::string_view text) {
  return VisibleText(
      absl::StrReplaceAll(text, {{"\n", " "}, {"\r", " "}, {"\t", " "}}));
}

// What a field of a data file holds, unquoted: gnuplot knows no doubled quotes,
// and a spreadsheet must not take it for a formula.
std::string CellText(absl::string_view text) {
  const std::string line = absl::StrReplaceAll(Line(text), {{"\"", "'"}});
  return IsFormula(line) ? absl::StrCat("'", line) : line;
}

}  // namespace

size_t Letters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Shortened(absl::string_view text, size_t most) {
  std::string shortened;
  size_t letters = 0;
  for (const char c : text) {
    const bool starts = (c & 0xC0) != 0x80;  // A code point of UTF-8.
    if (starts && letters == most) {
      while ((shortened.back() & 0xC0) == 0x80) shortened.pop_back();
      shortened.pop_back();
      return shortened + "…";
    }
    if (starts) ++letters;
    shortened += c;
  }
  return shortened;
}

std::string PlotText(absl::string_view text) {
  std::string quoted = "'";
  for (const char c : Line(text)) {
    if (c == '{') {
      quoted += '(';
    } else if (c == '}') {
      quoted += ')';
    } else if (c == '\'') {
      quoted += "''";
    } else {
      if (absl::StrContains("\\^_@&~", absl::string_view(&c, 1))) {
        quoted += '\\';
      }
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string PlotWord(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(CellText(text), {{"'", "''"}}),
                      "'");
}

std::string FileStem(absl::string_view name) {
  std::string stem(name);
  for (char& c : stem) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') {
      c = '-';
    }
  }
  return stem;
}

std::string DataField(absl::string_view text) {
  const std::string line = CellText(text);
  return line.find(',') == std::string::npos ? line
                                             : absl::StrCat("\"", line, "\"");
}

double TextWidth(absl::string_view text) {
  constexpr double kPointsPerInch = 72;
  // Of other letters than ASCII, and the space that substitutes need beyond.
  constexpr int kOther = 640;
  constexpr double kSlack = 1.04;
  int width = 0;
  for (const char c : text) {
    if ((c & 0xC0) == 0x80) continue;
    const bool known = c >= ' ' && c <= '~';
    width += known ? kHelvetica[static_cast<size_t>(c - ' ')] : kOther;
  }
  return width * kSlack * kFontSize / (1000 * kPointsPerInch);
}

std::vector<std::string> Wrapped(absl::string_view text, double width,
                                 size_t most_lines) {
  std::vector<std::string> lines(1);
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    std::string& line = lines.back();
    const std::string longer =
        absl::StrCat(line, line.empty() ? "" : " ", word);
    if (line.empty() || lines.size() == most_lines ||
        TextWidth(longer) <= width) {
      line = longer;
    } else {
      lines.push_back(std::string(word));
    }
  }
  return lines;
}

std::string PlotLines(const std::vector<std::string>& lines) {
  return absl::StrJoin(lines, ".\"\\n\".",
                       [](std::string* out, const std::string& line) {
                         out->append(PlotText(line));
                       });
}

}  // namespace bigstep
