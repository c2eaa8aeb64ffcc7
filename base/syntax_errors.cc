#include "base/syntax_errors.h"

#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

struct Cause {
  absl::string_view error;  // The beginning of yaml-cpp's message.
  absl::string_view words;
  bool indentation = false;  // A tab in the indentation may be the cause.
};

constexpr absl::string_view kTooDeep = "bad file";
constexpr absl::string_view kUnclosedQuote = "a quoted text is not closed";
constexpr absl::string_view kMisplaced =
    "this does not continue what stands above: keys of a map, and items of a "
    "list, begin in the same column, and nothing may follow a closing quote or "
    "bracket";
constexpr absl::string_view kAlias =
    "text that begins with '*' or '&' must stand in quotes (aliases and "
    "anchors "
    "are not supported)";
constexpr absl::string_view kTag =
    "text that begins with '!' must stand in quotes (tags are not supported)";
constexpr absl::string_view kBlock =
    "after '|' or '>' the text begins on the next line, indented; text that "
    "itself begins with '|' or '>' must stand in quotes";
constexpr absl::string_view kDirective =
    "a line that begins with '%' is a directive: only '%YAML 1.2' may stand "
    "there";

// The messages of yaml-cpp 0.7 to 0.9 that a text can cause.
constexpr Cause kCauses[] = {
    {"end of map not found", kMisplaced, true},
    {"end of sequence not found", kMisplaced, true},
    {"unexpected scalar", kMisplaced},
    {"end of map flow not found",
     "expected ',' or '}' before this, for the '{' that is open; a key with "
     "'[' in it, such as regularizers[0].coefficient, needs quotes there"},
    {"end of sequence flow not found",
     "expected ',' or ']' before this, for the '[' that is open"},
    {"illegal flow end",
     "this bracket does not match the one that is open, or none is open"},
    {"illegal block entry",
     "a list item ('- ') cannot stand here; begin the list on a line of its "
     "own",
     true},
    {"illegal map value",
     "a ':' cannot stand here: check the indentation of this line; text that "
     "contains ': ' must stand in quotes",
     true},
    {"illegal map key", "a key cannot stand here; check the indentation", true},
    {"illegal tab when looking for indentation", "", true},
    {"unknown token",
     "text cannot begin with this character; put it in quotes"},
    {"illegal document indicator in scalar", kUnclosedQuote},
    {"illegal EOF in scalar", kUnclosedQuote},
    {"bad character found while scanning hex number",
     "in double quotes, \\x, \\u and \\U are followed by 2, 4 and 8 "
     "hexadecimal "
     "digits; write a backslash as \\\\ or use single quotes"},
    {"invalid unicode", "the escape after \\ names no character"},
    {kTooDeep, "lists and maps are nested too deeply"},
    {"the referenced anchor", kAlias},
    {"anchor not found", kAlias},
    {"alias not found", kAlias},
    {"illegal character found while scanning alias", kAlias},
    {"illegal character found while scanning anchor", kAlias},
    {"aliases can't have", kAlias},
    {"cannot assign multiple anchors", kAlias},
    {"cannot assign multiple aliases", kAlias},
    {"cannot assign multiple tags", kTag},
    {"illegal character found while scanning tag", kTag},
    {"tag handle with no suffix", kTag},
    {"end of verbatim tag", kTag},
    {"cannot set zero indentation", kBlock},
    {"unexpected character in block scalar", kBlock},
    {"YAML directives must", kDirective},
    {"bad YAML version", kDirective},
    {"YAML major version", kDirective},
    {"repeated YAML directive", kDirective},
    {"TAG directives must", kDirective},
    {"repeated TAG directive", kDirective},
};

// The column of a tab in the indentation of `line`.
std::optional<int> TabInIndentation(absl::string_view line) {
  const size_t tab = line.find('\t');
  if (tab == absl::string_view::npos) return std::nullopt;
  const absl::string_view before = line.substr(0, tab);
  if (before.find_first_not_of(' ') != absl::string_view::npos) {
    return std::nullopt;
  }
  return static_cast<int>(tab) + 1;
}

// Names a character of `line` that may be taken for a blank, for a sign of YAML
// or for nothing.
std::string OddSign(absl::string_view line, int number) {
  const std::optional<OddCharacter> odd = FindOddCharacter(line);
  if (!odd ||
      absl::ascii_isalnum(static_cast<unsigned char>(odd->looks_like))) {
    return "";
  }
  return absl::StrCat("; character ", odd->position, " of line ", number,
                      " is ", odd->Describe());
}

// Moves `mark` to a bracket that lies deeper than any study needs; yaml-cpp
// reports a later position.
void MoveToBracket(const std::vector<absl::string_view>& lines, Mark& mark) {
  constexpr int kDeep = 50;
  int depth = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    for (size_t j = 0; j < lines[i].size(); ++j) {
      if (absl::StrContains("[{", lines[i][j])) ++depth;
      if (absl::StrContains("]}", lines[i][j])) --depth;
      if (depth < kDeep) continue;
      mark.line = static_cast<int>(i) + 1;
      mark.column = static_cast<int>(j) + 1;
      return;
    }
  }
}

std::string Words(absl::string_view error, absl::string_view words) {
  if (!words.empty()) return std::string(words);
  absl::string_view escape = error;
  if (absl::ConsumePrefix(&escape, "unknown escape character: ")) {
    return absl::StrCat("unknown escape '\\", escape,
                        "' in double quotes; write a backslash as \\\\ or use "
                        "single quotes");
  }
  return std::string(error);
}

}  // namespace

std::string ExplainSyntaxError(absl::string_view text, absl::string_view error,
                               Mark& mark) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  // Numbers begin at 1; a mark may lie beyond the end.
  const auto line = [&lines](int number) {
    const auto index = static_cast<size_t>(number) - 1;
    return index < lines.size() ? lines[index] : absl::string_view();
  };
  Cause cause = {error, ""};
  for (const Cause& known : kCauses) {
    if (absl::StartsWith(error, known.error)) cause = known;
  }
  for (const int number : {mark.line, mark.line - 1}) {
    const std::optional<int> tab = TabInIndentation(line(number));
    if (!cause.indentation || !tab) continue;
    mark.line = number;
    mark.column = *tab;
    return "a tab cannot indent; use spaces";
  }
  if (error == kTooDeep) MoveToBracket(lines, mark);
  std::string odd = OddSign(line(mark.line), mark.line);
  if (odd.empty()) odd = OddSign(line(mark.line - 1), mark.line - 1);
  return absl::StrCat(Words(error, cause.words), odd);
}

}  // namespace bigstep
