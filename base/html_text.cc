#include "base/html_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"

namespace bigstep {

std::string EscapeHtml(absl::string_view text) {
  std::string escaped = absl::StrReplaceAll(text, {{"&", "&amp;"},
                                                   {"<", "&lt;"},
                                                   {">", "&gt;"},
                                                   {"\"", "&quot;"},
                                                   {"'", "&#39;"}});
  for (char& c : escaped) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_iscntrl(byte) && c != '\n') c = ' ';
  }
  return escaped;
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
