// The frame of a page: its head, its style, its script.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_PAGE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_PAGE_H_

#include <string>
#include <vector>

namespace bigstep {

struct PageSection {
  std::string id;
  std::string title;
  std::string html;  // Left out of the page if it is empty.
};

// A page of `sections` below `lead`, both HTML, with links to the sections. It
// reloads every `refresh_s` seconds; 0: never.
std::string HtmlPage(const std::string& title, const std::string& lead,
                     const std::vector<PageSection>& sections,
                     int refresh_s = 0);

// page/report.css and page/report.js, of which the build makes strings.
extern const char kReportCss[];
extern const char kReportJs[];

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_HTML_PAGE_H_
