#include "experiments/spec/read_map.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

// Names of folders and files are made of names, with more text.
constexpr size_t kMaxName = 100;

}  // namespace

std::string PathBelow(absl::string_view path, absl::string_view key) {
  return absl::StrCat(path, path.empty() ? "" : ".", key);
}

std::string Known(absl::string_view word,
                  const std::vector<std::string>& known) {
  return absl::StrCat(DidYouMean(word, known),
                      " (known: ", absl::StrJoin(known, ", "), ")");
}

void RefuseUnknownKeys(const SpecNode& map, const std::string& path,
                       const std::vector<std::string>& known,
                       Problems& problems) {
  for (const auto& [key, value, key_mark] : map.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    problems.Add(key_mark, path,
                 absl::StrCat("unknown key '", VisibleText(key), "'",
                              Known(key, known)));
  }
}

bool CheckName(absl::string_view text, const Mark& mark,
               const std::string& path, Problems& problems) {
  if (text.size() > kMaxName) {
    problems.Add(mark, path,
                 absl::StrCat("must have at most ", kMaxName,
                              " characters, got ", text.size()));
    return false;
  }
  if (!text.empty() && absl::ascii_islower(text[0]) &&
      std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
      })) {
    return true;
  }
  problems.Add(mark, path,
               absl::StrCat("must be lower-case letters, digits and _, "
                            "beginning with a letter, got '",
                            VisibleText(text), "'", OddCharacterHint(text)));
  return false;
}

bool ReadName(const SpecNode& node, const std::string& path, Problems& problems,
              std::string* name) {
  const int before = problems.count();
  ReadValue(node, path, problems, name);
  return problems.count() == before &&
         CheckName(*name, node.mark, path, problems);
}

}  // namespace bigstep
