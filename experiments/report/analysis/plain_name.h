// Names for readers.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_
#define BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_

#include <string>

#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// "accuracy: unbiased test" for "accuracy.unbiased_test".
inline std::string PlainName(absl::string_view column) {
  return absl::StrReplaceAll(column, {{".", ": "}, {"_", " "}});
}

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_ANALYSIS_PLAIN_NAME_H_
