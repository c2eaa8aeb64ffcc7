#include "experiments/report/html/html_page.h"

#include "absl/strings/str_cat.h"
#include "base/html_text.h"

namespace bigstep {

std::string HtmlPage(const std::string& title, const std::string& lead,
                     const std::vector<PageSection>& sections, int refresh_s) {
  std::string links, bodies;
  for (const PageSection& section : sections) {
    if (section.html.empty()) continue;
    absl::StrAppend(&links, "<li><a href=\"#", section.id, "\">",
                    EscapeHtml(section.title), "</a></li>\n");
    absl::StrAppend(&bodies, "<section aria-labelledby=\"", section.id,
                    "\">\n<h2 id=\"", section.id, "\">",
                    EscapeHtml(section.title), "</h2>\n", section.html,
                    "</section>\n");
  }
  // XML parsers read CDATA verbatim, HTML parsers see comments around it.
  return absl::StrCat(
      "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
      "lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta "
      "name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\"/>\n",
      refresh_s > 0 ? absl::StrCat("<meta http-equiv=\"refresh\" content=\"",
                                   refresh_s, "\"/>\n")
                    : "",
      "<title>", EscapeHtml(title), "</title>\n<style>\n/*<![CDATA[*/\n",
      kReportCss,
      "/*]]>*/\n</style>\n</head>\n<body>\n<a class=\"skip\" "
      "href=\"#main\">Skip to the content</a>\n<header>\n",
      lead, "<nav aria-label=\"Contents\"><ul>\n", links,
      "</ul></nav>\n</header>\n<main id=\"main\">\n", bodies,
      "</main>\n<script>\n//<![CDATA[\n", kReportJs,
      "//]]>\n</script>\n</body>\n</html>\n");
}

}  // namespace bigstep
