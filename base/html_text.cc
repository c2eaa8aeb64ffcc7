#include "base/html_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "base/terminal_text.h"

namespace bigstep {

std::string EscapeHtml(absl::string_view text) {
  const std::string visible =
      VisibleLines(absl::StrReplaceAll(text, {{"\t", " "}, {"\r", " "}}));
  return absl::StrReplaceAll(visible, {{"&", "&amp;"},
                                       {"<", "&lt;"},
                                       {">", "&gt;"},
                                       {"\"", "&quot;"},
                                       {"'", "&#39;"}});
}

std::string SentenceHtml(absl::string_view text) {
  std::string signs;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts =
        i == 0 || absl::StrContains(" [(=", text.substr(i - 1, 1));
    const bool number = i + 1 < text.size() && absl::ascii_isdigit(text[i + 1]);
    if (text[i] == '-' && starts && number) {
      signs += "\u2212";
    } else {
      signs += text[i];
    }
  }
  return EscapeHtml(signs);
}

std::string ScriptJson(const Json& json) {
  // In JSON these occur in strings only.
  return absl::StrReplaceAll(
      json.dump(-1, ' ', false, Json::error_handler_t::replace),
      {{"<", "\\u003c"},
       {">", "\\u003e"},
       {"&", "\\u0026"},
       {"\xE2\x80\xA8", "\\u2028"},
       {"\xE2\x80\xA9", "\\u2029"}});
}

}  // namespace bigstep
