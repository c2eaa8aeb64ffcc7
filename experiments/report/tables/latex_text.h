// Text in LaTeX.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_LATEX_TEXT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_LATEX_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// Text as pdflatex shows it without further packages: Greek letters and common
// signs as mathematics, western European letters unchanged, other letters as
// their number, "[U+4E2D]".
std::string EscapeLatex(absl::string_view text);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_LATEX_TEXT_H_
