#include "experiments/report/tables/latex_text.h"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

namespace bigstep {
namespace {

// The code point at `text[*at]`, which is moved behind it; 0xFFFD, one byte on,
// if it is not UTF-8.
uint32_t NextCodePoint(absl::string_view text, size_t* at) {
  constexpr uint32_t kReplacement = 0xFFFD;
  const auto first = static_cast<unsigned char>(text[*at]);
  const size_t length = first < 0x80   ? 1
                        : first < 0xC0 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF8 ? 4
                                       : 0;
  if (length == 0 || *at + length > text.size()) {
    ++*at;
    return kReplacement;
  }
  uint32_t point = length == 1 ? first : first & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[*at + i]);
    if ((next & 0xC0) != 0x80) {
      ++*at;
      return kReplacement;
    }
    point = point << 6 | (next & 0x3Fu);
  }
  *at += length;
  return point;
}

const std::map<uint32_t, std::string>& LatexSigns() {
  static const auto* const signs = new std::map<uint32_t, std::string>{
      {'&', "\\&"},
      {'%', "\\%"},
      // \$ in bold takes a font that small installations lack.
      {'$', "$\\mathdollar$"},
      {'#', "\\#"},
      {'_', "\\_"},
      {'{', "\\{"},
      {'}', "\\}"},
      {'~', "\\textasciitilde{}"},
      {'^', "\\textasciicircum{}"},
      {'\\', "\\textbackslash{}"},
      {'<', "$<$"},
      {'>', "$>$"},
      {'|', "$|$"},
      {'"', "''"},
      // After the end of a row, these would be read as part of it.
      {'[', "{[}"},
      {'*', "{*}"},
      {0xA0, "~"},
      {0xB0, "${}^\\circ$"},
      {0xB1, "$\\pm$"},
      {0xB2, "${}^2$"},
      {0xB3, "${}^3$"},
      {0xB5, "$\\mu$"},
      {0xB7, "$\\cdot$"},
      {0xD7, "$\\times$"},
      {0xF7, "$\\div$"},
      {0x391, "A"},
      {0x392, "B"},
      {0x393, "$\\Gamma$"},
      {0x394, "$\\Delta$"},
      {0x398, "$\\Theta$"},
      {0x39B, "$\\Lambda$"},
      {0x39E, "$\\Xi$"},
      {0x3A0, "$\\Pi$"},
      {0x3A3, "$\\Sigma$"},
      {0x3A6, "$\\Phi$"},
      {0x3A8, "$\\Psi$"},
      {0x3A9, "$\\Omega$"},
      {0x3B1, "$\\alpha$"},
      {0x3B2, "$\\beta$"},
      {0x3B3, "$\\gamma$"},
      {0x3B4, "$\\delta$"},
      {0x3B5, "$\\varepsilon$"},
      {0x3B6, "$\\zeta$"},
      {0x3B7, "$\\eta$"},
      {0x3B8, "$\\theta$"},
      {0x3B9, "$\\iota$"},
      {0x3BA, "$\\kappa$"},
      {0x3BB, "$\\lambda$"},
      {0x3BC, "$\\mu$"},
      {0x3BD, "$\\nu$"},
      {0x3BE, "$\\xi$"},
      {0x3C0, "$\\pi$"},
      {0x3C1, "$\\rho$"},
      {0x3C3, "$\\sigma$"},
      {0x3C4, "$\\tau$"},
      {0x3C6, "$\\varphi$"},
      {0x3C7, "$\\chi$"},
      {0x3C8, "$\\psi$"},
      {0x3C9, "$\\omega$"},
      {0x2013, "--"},
      {0x2014, "---"},
      {0x2018, "`"},
      {0x2019, "'"},
      {0x201C, "``"},
      {0x201D, "''"},
      {0x2026, "\\ldots{}"},
      {0x2190, "$\\leftarrow$"},
      {0x2191, "$\\uparrow$"},
      {0x2192, "$\\rightarrow$"},
      {0x2193, "$\\downarrow$"},
      {0x2208, "$\\in$"},
      {0x2212, "$-$"},
      {0x221A, "$\\surd$"},
      {0x221E, "$\\infty$"},
      {0x2248, "$\\approx$"},
      {0x2260, "$\\neq$"},
      {0x2264, "$\\leq$"},
      {0x2265, "$\\geq$"},
  };
  return *signs;
}

// Letters of Latin-1 that LaTeX's first encoding has: all but Eth and Thorn.
bool IsPlainLetter(uint32_t point) {
  return point >= 0xC0 && point <= 0xFF && point != 0xD0 && point != 0xDE &&
         point != 0xF0 && point != 0xFE;
}

bool IsDigit(absl::string_view text, size_t at) {
  return at < text.size() &&
         std::isdigit(static_cast<unsigned char>(text[at])) != 0;
}

// One code point of `text`, which begins at `at` and ends before `next`.
std::string LatexOf(uint32_t point, absl::string_view text, size_t at,
                    size_t next) {
  const auto sign = LatexSigns().find(point);
  if (sign != LatexSigns().end()) return sign->second;
  if (point == '-') {
    if (text.size() == 1) return "--";
    // A minus, unless it joins two words.
    const bool starts = at == 0 || text[at - 1] == ' ' || text[at - 1] == '[' ||
                        text[at - 1] == '=';
    const bool precedes_number =
        IsDigit(text, next) || absl::StartsWith(text.substr(next), " ");
    return starts && precedes_number ? "$-$" : "{-}";
  }
  if (point < 0x20 || point == 0x7F) return " ";
  if (point < 0x7F || IsPlainLetter(point)) {
    return std::string(text.substr(at, next - at));
  }
  return absl::StrFormat("{[}U+%04X]", point);
}

}  // namespace

std::string EscapeLatex(absl::string_view text) {
  std::string escaped;
  for (size_t at = 0; at < text.size();) {
    size_t next = at;
    const uint32_t point = NextCodePoint(text, &next);
    escaped += LatexOf(point, text, at, next);
    at = next;
  }
  return escaped;
}

}  // namespace bigstep
