// The verdicts on the claims of studies.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_TABLES_CLAIMS_TABLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_TABLES_CLAIMS_TABLE_H_

#include <string>
#include <vector>

#include "experiments/report/analysis/analysis.h"
#include "experiments/report/tables/table.h"

namespace bigstep {

// A row for each claim, with its verdict and all its numbers. No rows without
// claims.
Table ClaimsTable(const Analysis& analysis);

// The table with the sentences of the verdicts, and the rules they follow;
// empty without claims.
std::string ClaimsMarkdown(const Analysis& analysis);
std::string ClaimsLatex(const Analysis& analysis);

// A row for each claim that any of `studies` has, by id and wording, and a
// column for each study: outcome, effect and seeds. In CSV, the numbers, too.
Table ClaimsMatrix(const std::vector<Analysis>& studies,
                   const std::vector<std::string>& names);

// How claims are judged, in a few sentences.
extern const char kClaimsRule[];

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_TABLES_CLAIMS_TABLE_H_
