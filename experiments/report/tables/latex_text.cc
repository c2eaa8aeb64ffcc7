#include "experiments/report/tables/latex_text.h"

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

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

// Signs and what LaTeX writes for them: \$ in bold takes a font that small
// installations lack; [ and * after the end of a row would be part of it.
constexpr char kSigns[] =
    "\u00A0 ~"
    R"tex(
& \&  % \%  $ $\mathdollar$  # \#  _ \_  { \{  } \}  ~ \textasciitilde{}
^ \textasciicircum{}  \ \textbackslash{}  < $<$  > $>$  | $|$  " ''  [ {[}
* {*}  ° ${}^\circ$  ± $\pm$  ² ${}^2$  ³ ${}^3$  µ $\mu$  · $\cdot$
× $\times$  ÷ $\div$  Α A  Β B  Γ $\Gamma$  Δ $\Delta$  Θ $\Theta$
Λ $\Lambda$  Ξ $\Xi$  Π $\Pi$  Σ $\Sigma$  Φ $\Phi$  Ψ $\Psi$  Ω $\Omega$
α $\alpha$  β $\beta$  γ $\gamma$  δ $\delta$  ε $\varepsilon$  ζ $\zeta$
η $\eta$  θ $\theta$  ι $\iota$  κ $\kappa$  λ $\lambda$  μ $\mu$  ν $\nu$
ξ $\xi$  π $\pi$  ρ $\rho$  σ $\sigma$  τ $\tau$  φ $\varphi$  χ $\chi$
ψ $\psi$  ω $\omega$  – --  — ---  ‘ `  ’ '  “ ``  ” ''  … \ldots{}
← $\leftarrow$  ↑ $\uparrow$  → $\rightarrow$  ↓ $\downarrow$  ∈ $\in$  − $-$
√ $\surd$  ∞ $\infty$  ≈ $\approx$  ≠ $\neq$  ≤ $\leq$  ≥ $\geq$
)tex";

const std::map<absl::string_view, absl::string_view>& LatexSigns() {
  static const auto* const signs = [] {
    const std::vector<absl::string_view> words =
        absl::StrSplit(kSigns, absl::ByAnyChar(" \n"), absl::SkipEmpty());
    auto* map = new std::map<absl::string_view, absl::string_view>;
    for (size_t i = 0; i < words.size(); i += 2) {
      map->emplace(words[i], words[i + 1]);
    }
    return map;
  }();
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
  const auto sign = LatexSigns().find(text.substr(at, next - at));
  if (sign != LatexSigns().end()) return std::string(sign->second);
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
