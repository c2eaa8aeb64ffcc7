#include "datasets/formats/categories.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/lookalike.h"
#include "base/status.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

// A decimal number, exact: 0.<digits> times 10^point, without zeros at either
// end of the digits. Zero has no digits, point 0 and no sign.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t point = 0;
};

// Takes digits off the front of `text`.
absl::string_view TakeDigits(absl::string_view& text) {
  const auto end =
      std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit);
  const absl::string_view digits = text.substr(0, end - text.begin());
  text.remove_prefix(digits.size());
  return digits;
}

bool TakeSign(absl::string_view& text) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  if (!negative) absl::ConsumePrefix(&text, "+");
  return negative;
}

// Digits with a sign, a point and an exponent; nullopt for anything else.
std::optional<Decimal> ParseDecimal(absl::string_view text) {
  Decimal number;
  number.negative = TakeSign(text);
  const absl::string_view whole = TakeDigits(text);
  absl::string_view fraction;
  if (absl::ConsumePrefix(&text, ".")) fraction = TakeDigits(text);
  if (whole.empty() && fraction.empty()) return std::nullopt;
  int exponent = 0;
  if (absl::ConsumePrefix(&text, "e") || absl::ConsumePrefix(&text, "E")) {
    const bool negative = TakeSign(text);
    const absl::string_view digits = TakeDigits(text);
    // Five digits are beyond every number there is.
    if (digits.empty() || digits.size() > 5) return std::nullopt;
    if (!absl::SimpleAtoi(digits, &exponent)) return std::nullopt;
    if (negative) exponent = -exponent;
  }
  if (!text.empty()) return std::nullopt;
  const std::string digits = absl::StrCat(whole, fraction);
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal();
  number.digits =
      digits.substr(first, digits.find_last_not_of('0') + 1 - first);
  number.point = static_cast<int64_t>(whole.size()) -
                 static_cast<int64_t>(first) + exponent;
  return number;
}

bool Less(const Decimal& a, const Decimal& b) {
  const auto sign = [](const Decimal& x) {
    return x.digits.empty() ? 0 : x.negative ? -1 : 1;
  };
  if (sign(a) != sign(b)) return sign(a) < sign(b);
  const Decimal& nearer = a.negative ? b : a;
  const Decimal& farther = a.negative ? a : b;
  return std::pair(nearer.point, nearer.digits) <
         std::pair(farther.point, farther.digits);
}

std::string ToString(const Decimal& number) {
  if (number.digits.empty()) return "0";
  const auto size = static_cast<int64_t>(number.digits.size());
  const int64_t point = number.point;
  std::string text;
  if (point > 21 || point < -5) {
    text = number.digits.substr(0, 1);
    if (size > 1) absl::StrAppend(&text, ".", number.digits.substr(1));
    absl::StrAppend(&text, "e", point - 1);
  } else if (point <= 0) {
    text = absl::StrCat("0.", std::string(-point, '0'), number.digits);
  } else if (point >= size) {
    text = absl::StrCat(number.digits, std::string(point - size, '0'));
  } else {
    text = absl::StrCat(number.digits.substr(0, point), ".",
                        number.digits.substr(point));
  }
  return absl::StrCat(number.negative ? "-" : "", text);
}

bool IsMissing(absl::string_view name) {
  // The spellings of missing values in pandas and R.
  static const auto* const words = new std::set<std::string>{
      "#n/a", "#na", "-nan", "1.#ind",  "1.#qnan",  "<na>",
      "n/a",  "na",  "nan",  "-1.#ind", "-1.#qnan", "null",
      "none", "nat", "inf",  "-inf",    "#n/a n/a"};
  // In lower case, "none" and "na" may be names.
  if (name == "none" || name == "na" || name == "inf") return false;
  return words->count(absl::AsciiStrToLower(name)) > 0;
}

// Joiners and variants, which belong to the spelling of some scripts.
std::string WithoutJoiners(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"\u200c", ""}, {"\u200d", ""}, {"\ufe0e", ""}, {"\ufe0f", ""}});
}

// Refuses a value that cannot be the name of a category.
absl::Status CheckName(const CsvColumn& column, int64_t row,
                       const std::string& name, absl::string_view what) {
  if (name.empty()) return column.Wrong(row, what);
  const std::string plain = WithoutJoiners(name);
  if (VisibleText(plain) != plain) {
    return column.Wrong(row,
                        absl::StrCat(what, " of visible characters in UTF-8"));
  }
  return absl::OkStatus();
}

// The number of values of one kind, and the row of the first.
struct Kind {
  int64_t count = 0;
  int64_t first = 0;

  void Add(int64_t row) {
    if (count++ == 0) first = row;
  }
};

// Refuses a column of both numbers and names, and missing values.
absl::Status CheckKinds(const CsvColumn& column,
                        const std::vector<std::string>& names,
                        absl::string_view what, bool* numbers) {
  Kind number, word, missing;
  for (size_t i = 0; i < names.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const bool is_number = ParseDecimal(names[i]).has_value();
    (is_number ? number : word).Add(row);
    if (!is_number && IsMissing(names[i])) missing.Add(row);
  }
  *numbers = word.count == 0;
  if (missing.count > 0) {
    return column.Wrong(
        missing.first,
        absl::StrCat(what, " (", missing.count,
                     missing.count == 1 ? " row lacks it; complete the row"
                                        : " rows lack it; complete the rows",
                     " or leave it out)"));
  }
  if (number.count == 0 || word.count == 0) return absl::OkStatus();
  const bool mostly_numbers = number.count >= word.count;
  const Kind& expected = mostly_numbers ? number : word;
  const Kind& odd = mostly_numbers ? word : number;
  return column.Wrong(
      odd.first, absl::StrCat("a ", mostly_numbers ? "number" : "name",
                              " as in line ", column.lines[expected.first]));
}

// The different names in order, with the first row of each.
using FirstRows = std::vector<std::pair<std::string, int64_t>>;

FirstRows Sorted(const std::vector<std::string>& names, bool numbers) {
  std::map<std::string, int64_t> first;
  for (size_t i = 0; i < names.size(); ++i) {
    first.emplace(names[i], static_cast<int64_t>(i));
  }
  FirstRows sorted(first.begin(), first.end());
  if (!numbers) return sorted;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return Less(*ParseDecimal(a.first), *ParseDecimal(b.first));
  });
  return sorted;
}

// Refuses two names that are one in two spellings.
absl::Status CheckSpellings(const CsvColumn& column, const FirstRows& names) {
  std::map<std::string, int64_t> rows;
  for (const auto& [name, row] : names) {
    const auto [known, is_new] = rows.emplace(SpellingKey(name), row);
    if (is_new) continue;
    const int64_t other = std::min(known->second, row);
    return column.Wrong(
        std::max(known->second, row),
        absl::StrCat("the spelling of line ", column.lines[other], ", '",
                     VisibleText(column.values[other]),
                     "', or a name that differs by more than case, blanks "
                     "and look-alike characters"));
  }
  return absl::OkStatus();
}

// "column 'label': '2', '2.0' read as '2'": names written in several ways or
// with blanks around them.
std::vector<std::string> SpellingNotes(const CsvColumn& column,
                                       const std::vector<std::string>& names) {
  std::map<std::string, std::set<std::string>> spellings;
  for (size_t i = 0; i < names.size(); ++i) {
    spellings[names[i]].insert(absl::StrCat("'", column.values[i], "'"));
  }
  constexpr size_t kMaxSpellings = 5;
  std::vector<std::string> notes;
  for (const auto& [name, written] : spellings) {
    const bool plain = written.size() == 1 &&
                       !absl::StrContains(*written.begin(), "' ") &&
                       !absl::StrContains(*written.begin(), " '");
    if (plain) continue;
    std::vector<std::string> shown(written.begin(), written.end());
    if (shown.size() > kMaxSpellings) shown.resize(kMaxSpellings);
    notes.push_back(absl::StrCat("column '", column.name,
                                 "': ", VisibleText(absl::StrJoin(shown, ", ")),
                                 " read as '", name, "'"));
  }
  return notes;
}

}  // namespace

std::vector<int64_t> Categories::Counts() const {
  std::vector<int64_t> counts(names.size(), 0);
  for (const int64_t position : positions) ++counts[position];
  return counts;
}

std::string CategoryName(absl::string_view value) {
  const absl::string_view text = absl::StripAsciiWhitespace(value);
  const std::optional<Decimal> number = ParseDecimal(text);
  return number ? ToString(*number) : std::string(text);
}

absl::StatusOr<Categories> ReadCategories(const CsvColumn& column,
                                          absl::string_view what) {
  std::vector<std::string> names;
  for (const std::string& value : column.values) {
    names.push_back(CategoryName(value));
    RETURN_IF_ERROR(CheckName(column, static_cast<int64_t>(names.size()) - 1,
                              names.back(), what));
  }
  bool numbers = false;
  RETURN_IF_ERROR(CheckKinds(column, names, what, &numbers));
  const FirstRows sorted = Sorted(names, numbers);
  if (!numbers) RETURN_IF_ERROR(CheckSpellings(column, sorted));
  Categories categories;
  std::map<std::string, int64_t> positions;
  for (const auto& [name, row] : sorted) {
    positions.emplace(name, static_cast<int64_t>(categories.names.size()));
    categories.names.push_back(name);
  }
  for (const std::string& name : names) {
    categories.positions.push_back(positions.at(name));
  }
  categories.notes = SpellingNotes(column, names);
  for (const std::string& name : categories.names) {
    const std::string note = MixedAlphabetsNote(name);
    if (note.empty()) continue;
    categories.notes.push_back(
        absl::StrCat("column '", column.name, "': ", note));
  }
  return categories;
}

std::string MixedAlphabetsNote(absl::string_view name) {
  const std::optional<OddCharacter> odd = FindMixedAlphabets(name);
  if (!odd) return "";
  return absl::StrCat("'", name, "' mixes alphabets: character ", odd->position,
                      " is ", odd->Describe());
}

std::string SpellingKey(absl::string_view name) {
  std::string key = absl::AsciiStrToLower(LookKey(WithoutJoiners(name)));
  key.erase(std::remove_if(key.begin(), key.end(),
                           [](char c) { return absl::ascii_isspace(c); }),
            key.end());
  return key;
}

}  // namespace bigstep
