// Text in the scripts and data of figures.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_TEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bigstep {

// `text` as a quoted string for gnuplot, shown unchanged: nothing in it is
// markup or a command. Braces become parentheses (gnuplot counts them even in
// strings), line ends spaces; the rest is as VisibleText has it.
std::string PlotText(absl::string_view text);

// `text` as a quoted string for gnuplot that is not shown but compared with
// fields of data: strcol(1) equals it where DataField(text) was written.
std::string PlotWord(absl::string_view text);

// A field of a data file: quoted if it must be, on one line; an apostrophe
// keeps a spreadsheet from taking it for a formula.
std::string DataField(absl::string_view text);

// `name` as part of a file's name: all but letters, digits and _ become '-'.
std::string FileStem(absl::string_view name);

// How many letters (code points of UTF-8) `text` has.
size_t Letters(absl::string_view text);

// The first letters of `text`, at most `most`, the last of them dots if there
// were more.
std::string Shortened(absl::string_view text, size_t most);

// How wide `text` is drawn, in inches; rather too much than too little.
double TextWidth(absl::string_view text);

// `text` broken at spaces into lines at most `width` inches wide; what is left
// after `most_lines` stays on the last.
std::vector<std::string> Wrapped(absl::string_view text, double width,
                                 size_t most_lines);

// Lines as one string for gnuplot, see PlotText.
std::string PlotLines(const std::vector<std::string>& lines);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_GNUPLOT_TEXT_H_
