#include "experiments/report/html/verdicts_html.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/html_text.h"

namespace bigstep {

std::string VerdictsHtml(const std::vector<VerdictLine>& verdicts,
                         const std::vector<std::string>& figures) {
  if (verdicts.empty()) return "";
  std::string html = "<ul class=\"verdicts\">\n";
  for (const VerdictLine& verdict : verdicts) {
    // Classes are words of ours, whatever the outcome is called.
    const char* kind = verdict.outcome == "supported"      ? "supported"
                       : verdict.outcome == "contradicted" ? "contradicted"
                       : verdict.outcome == "withdrawn"    ? "withdrawn"
                                                           : "undecided";
    const bool shown = std::find(figures.begin(), figures.end(),
                                 verdict.figure) != figures.end();
    absl::StrAppend(
        &html, "<li><b class=\"", kind, "\">", EscapeHtml(verdict.outcome),
        "</b> <span class=\"claim\">", EscapeHtml(verdict.id), " ",
        EscapeHtml(verdict.says), verdict.post_hoc ? " <em>post hoc</em>" : "",
        "</span> <span class=\"evidence\">", SentenceHtml(verdict.evidence),
        shown ? absl::StrCat(" <a href=\"#figure-", EscapeHtml(verdict.figure),
                             "\">figure</a>")
              : "",
        "</span></li>\n");
  }
  return html + "</ul>\n";
}

}  // namespace bigstep
