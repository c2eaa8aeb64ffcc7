// Text in pages.
#ifndef BIGSTEP_BASE_HTML_TEXT_H_
#define BIGSTEP_BASE_HTML_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/json.h"

namespace bigstep {

// `text` as content or as the value of an attribute of a page: shown as
// VisibleLines has it. Tabs become spaces.
std::string EscapeHtml(absl::string_view text);

// The same for a sentence: a hyphen before a number is a minus (U+2212).
std::string SentenceHtml(absl::string_view text);

// `json` as a script in a page may hold it: nothing in it ends the script.
std::string ScriptJson(const Json& json);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_HTML_TEXT_H_
