// How the results of a page came about: options, data, provenance, commands.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_HTML_FACTS_HTML_H_
#define BIGSTEP_EXPERIMENTS_REPORT_HTML_FACTS_HTML_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/analysis/report_provenance.h"

namespace bigstep {

// The options in which configurations differ, and those that all trials share;
// folded.
std::string OptionsHtml(const Study& study, const Records& records);

// How many examples of each kind the trials saw.
std::string DataHtml(const std::vector<RecordedData>& all);

// Binary, libraries, device and data, folded.
std::string ProvenanceHtml(const Records& records);

// The YAML that the study was run from, folded; empty if it is unknown.
std::string SpecHtml(const Study& study);

// Commands that reproduce the results in `study_folder`.
std::string CommandsHtml(const std::string& study_folder, const Study& study,
                         const Records& records);

// A part of a page that its reader opens.
std::string Folded(const std::string& summary, const std::string& html);

// A paragraph of the class `kind`.
std::string Paragraph(const std::string& text, const std::string& kind);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_HTML_FACTS_HTML_H_
