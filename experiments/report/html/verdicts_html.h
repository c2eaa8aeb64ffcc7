// What a report says first: how the study's claims came out.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_VERDICTS_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_VERDICTS_HTML_H_

#include <string>
#include <vector>

namespace bigstep {

// One claim and how it came out, in words.
struct VerdictLine {
  std::string id;         // "C1".
  std::string says;       // The claim.
  std::string outcome;    // ClaimOutcomeName.
  std::string evidence;   // Effect, interval, n and p, in one line.
  std::string figure;     // The name of one that shows it; empty: none.
  bool post_hoc = false;  // Stated after trials were done.
};

// One line for each; empty if there are none. `figures` are the names of those
// on the page, to which alone lines link.
std::string VerdictsHtml(const std::vector<VerdictLine>& verdicts,
                         const std::vector<std::string>& figures);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_VERDICTS_HTML_H_
