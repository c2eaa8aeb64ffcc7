#include "base/read_value.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

// Digits, a sign, a point, an exponent: a number as people write it. Leaves
// out what SimpleAtod takes too (hexadecimal, "nan", "infinity").
bool LooksDecimal(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) {
                       return absl::ascii_isdigit(c) ||
                              absl::StrContains("+-.eE", c);
                     }) &&
         std::any_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// "010" or "-00.5", which some readers take for octal; "0.5" is fine.
bool HasLeadingZeros(absl::string_view number) {
  if (!absl::ConsumePrefix(&number, "-")) absl::ConsumePrefix(&number, "+");
  return number.size() > 1 && number[0] == '0' &&
         absl::ascii_isdigit(number[1]);
}

// Whether a number that was read as 0 is another one, such as 1e-400.
bool Underflows(absl::string_view number) {
  const absl::string_view digits = number.substr(0, number.find_first_of("eE"));
  return digits.find_first_of("123456789") != absl::string_view::npos;
}

bool IsNonFiniteWord(absl::string_view text) {
  std::string word = absl::AsciiStrToLower(text);
  word.erase(0, word.find_first_not_of("+-."));
  return word == "nan" || word == "inf" || word == "infinity";
}

// Notes a scalar in quotes where a bare word or number belongs.
bool RefuseNonScalar(const SpecNode& node, absl::string_view path,
                     absl::string_view expected, Problems& problems) {
  if (!node.is_scalar()) {
    AddWrongType(node, path, expected, problems);
    return true;
  }
  if (node.quoted) {
    problems.Add(node.mark, path,
                 absl::StrCat("expected ", expected, ", found ",
                              node.Describe(), "; remove the quotes"));
    return true;
  }
  return false;
}

}  // namespace

void AddWrongType(const SpecNode& node, absl::string_view path,
                  absl::string_view expected, Problems& problems) {
  problems.Add(node.mark, path,
               absl::StrCat("expected ", expected, ", found ", node.Describe(),
                            OddCharacterHint(node.text)));
}

void RefuseBeyondFloat(const SpecNode& node, absl::string_view path,
                       double value, Problems& problems) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  if (std::abs(value) <= kLargest) return;
  problems.Add(node.mark, path,
               absl::StrCat("must lie between -", kLargest, " and ", kLargest,
                            ", the range of float32, got ", node.text));
}

void RefuseVanishing(const SpecNode& node, absl::string_view path, double value,
                     Problems& problems) {
  constexpr double kLeast = std::numeric_limits<float>::min();
  if (value <= 0 || value >= kLeast) return;
  problems.Add(
      node.mark, path,
      absl::StrCat("must be at least ", kLeast,
                   ", as smaller numbers are 0 in float32, got ", node.text));
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               bool* value) {
  constexpr absl::string_view kExpected = "true or false";
  if (RefuseNonScalar(node, path, kExpected, problems)) return;
  if (node.text != "true" && node.text != "false") {
    AddWrongType(node, path, kExpected, problems);
    return;
  }
  *value = node.text == "true";
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               int64_t* value) {
  constexpr absl::string_view kExpected = "an integer";
  if (RefuseNonScalar(node, path, kExpected, problems)) return;
  absl::string_view digits = node.text;
  if (absl::StartsWith(digits, "-") || absl::StartsWith(digits, "+")) {
    digits.remove_prefix(1);
  }
  const bool plain =
      !digits.empty() &&
      std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit);
  if (plain && HasLeadingZeros(node.text)) {
    problems.Add(node.mark, path,
                 absl::StrCat("expected an integer, found ", node.Describe(),
                              "; remove the leading zeros"));
    return;
  }
  int64_t integer;
  if (plain && absl::SimpleAtoi(node.text, &integer)) {
    *value = integer;
    return;
  }
  std::string hint;
  double number;
  if (LooksDecimal(node.text) && absl::SimpleAtod(node.text, &number) &&
      number == std::floor(number) && std::abs(number) < 1e15 &&
      (number != 0 || !Underflows(node.text))) {
    hint = absl::StrCat("; write ", static_cast<int64_t>(number));
  } else if (plain) {
    hint = absl::StrCat("; it must lie between ",
                        std::numeric_limits<int64_t>::min(), " and ",
                        std::numeric_limits<int64_t>::max());
  } else {
    hint = OddCharacterHint(node.text);
  }
  problems.Add(
      node.mark, path,
      absl::StrCat("expected an integer, found ", node.Describe(), hint));
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               double* value) {
  constexpr absl::string_view kExpected = "a number";
  if (RefuseNonScalar(node, path, kExpected, problems)) return;
  double number;
  const bool parsed =
      LooksDecimal(node.text) && absl::SimpleAtod(node.text, &number);
  if (parsed && HasLeadingZeros(node.text)) {
    problems.Add(node.mark, path,
                 absl::StrCat("expected a number, found ", node.Describe(),
                              "; remove the leading zeros"));
  } else if ((parsed && !std::isfinite(number)) || IsNonFiniteWord(node.text)) {
    problems.Add(node.mark, path,
                 absl::StrCat("must be finite, got ", node.text));
  } else if (!parsed) {
    AddWrongType(node, path, kExpected, problems);
  } else if (number == 0 && Underflows(node.text)) {
    problems.Add(node.mark, path,
                 absl::StrCat("rounds to 0 as a double, got ", node.text,
                              "; write 0 if that is meant"));
  } else {
    *value = number;
  }
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               std::string* value) {
  if (!node.is_scalar()) {
    AddWrongType(node, path, "text", problems);
    return;
  }
  *value = node.text;
}

void ReadValue(const SpecNode& node, absl::string_view path, Problems& problems,
               std::map<std::string, std::string>* value) {
  if (!node.is_map()) {
    AddWrongType(node, path, "a map", problems);
    return;
  }
  const int before = problems.count();
  std::map<std::string, std::string> entries;
  for (const auto& [key, entry, key_mark] : node.entries) {
    ReadValue(entry, absl::StrCat(path, ".", key), problems, &entries[key]);
  }
  if (problems.count() == before) *value = std::move(entries);
}

}  // namespace bigstep
