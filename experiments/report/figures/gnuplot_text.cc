#include "experiments/report/figures/gnuplot_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/terminal_text.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {

namespace {

// `text` on one line, without characters that cannot be seen.
std::string Line(absl::string_view text) {
  return VisibleText(
      absl::StrReplaceAll(text, {{"\n", " "}, {"\r", " "}, {"\t", " "}}));
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
  return absl::StrCat(
      "'", absl::StrReplaceAll(Line(text), {{"'", "''"}, {"\"", "''"}}), "'");
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
  // gnuplot knows no doubled quotes in fields.
  const std::string line = absl::StrReplaceAll(Line(text), {{"\"", "'"}});
  return line.find(',') == std::string::npos ? line
                                             : absl::StrCat("\"", line, "\"");
}

double TextWidth(absl::string_view text) {
  constexpr double kPointsPerInch = 72;
  // gnuplot draws text larger than the size it is given, by this factor.
  constexpr double kFontExcess = 1.2;
  // The width of a letter in ems; a little more than the average of Helvetica,
  // so that wider substitutes fit too.
  constexpr double kLetter = 0.56;
  return static_cast<double>(Letters(text)) * kLetter * kFontSize *
         kFontExcess / kPointsPerInch;
}

}  // namespace bigstep
