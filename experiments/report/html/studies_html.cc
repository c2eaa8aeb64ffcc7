#include "experiments/report/html/studies_html.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/html_text.h"
#include "experiments/report/analysis/findings.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/tables/claims_table.h"

namespace bigstep {
namespace {

std::string AllFindingsHtml(const StudySet& set) {
  std::string html;
  for (size_t s = 0; s < set.studies.size(); ++s) {
    absl::StrAppend(&html, "<h3>", EscapeHtml(set.names[s]),
                    "</h3>\n<p class=\"question\">",
                    EscapeHtml(set.studies[s].study.question),
                    "</p>\n<ul class=\"findings\">\n");
    for (const std::string& warning : set.studies[s].warnings) {
      absl::StrAppend(&html, "<li>", EscapeHtml(warning), "</li>\n");
    }
    for (const std::string& sentence : Findings(set.studies[s])) {
      absl::StrAppend(&html, "<li>", SentenceHtml(sentence), "</li>\n");
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
  const auto section = [&rules](const Table& table, const std::string& id,
                                const std::string& caption) {
    return table.rows.empty()
               ? ""
               : ToHtml(table, {caption, id, "studies.csv"}) + rules;
  };
  return HtmlPage(
      title, absl::StrCat("<h1>", EscapeHtml(title), "</h1>\n"),
      {{"claims", "Claims",
        tables.claims.rows.empty()
            ? ""
            : absl::StrCat(
                  ToHtml(tables.claims, {"The claims, study by study."}),
                  "<p class=\"quiet\">", EscapeHtml(kClaimsRule), "</p>\n")},
       {"comparison", "The axes compared",
        section(tables.axes, "axes", "Each axis at its best value.")},
       {"every-configuration", "Every configuration",
        section(tables.configurations, "configurations",
                "Every configuration of the studies.")},
       {"findings", "Questions and findings", AllFindingsHtml(set)}});
}

}  // namespace bigstep
