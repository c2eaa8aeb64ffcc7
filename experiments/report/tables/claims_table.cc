#include "experiments/report/tables/claims_table.h"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/verdict.h"

namespace bigstep {

const char kClaimsRule[] =
    "Effects are means over seeds. Intervals are Student's at 95 % (99 % for "
    "means against a fixed value), corrected by Holm over all comparisons of "
    "the claims (p of means against a fixed value count five times); exact p: "
    "by sign flips. A verdict takes five seeds, and both must agree; with "
    "five, "
    "exact p is at least 0.062, where all seeds agree in sign. Post hoc: "
    "recorded after trials were done.";

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::string Field(const std::optional<double>& value) {
  return ExactText(value.value_or(kNan));
}

std::string EffectText(const Verdict& verdict) {
  return verdict.effect ? verdict.style.Signed(*verdict.effect) : "-";
}

std::string IntervalText(const Verdict& verdict) {
  return verdict.interval ? verdict.style.Signed(*verdict.interval) : "-";
}

// "0.062", "< 0.001".
std::string PNumber(const std::optional<double>& p) {
  if (!p) return "-";
  const std::string text = PText(*p).substr(2);  // Without "p ".
  return std::string(absl::StripPrefix(text, "= "));
}

std::string OutcomeText(const Verdict& verdict) {
  return absl::StrCat(ClaimOutcomeName(verdict.outcome),
                      verdict.post_hoc ? " (post hoc)" : "");
}

// The CSV fields of a verdict, for VerdictTitles.
std::vector<std::string> VerdictFields(const Verdict& verdict) {
  const Interval interval = verdict.interval.value_or(Interval{kNan, kNan});
  return {ClaimOutcomeName(verdict.outcome),
          verdict.post_hoc ? "true" : "false",
          verdict.first_recorded,
          verdict.measure,
          Field(verdict.effect),
          ExactText(interval.low),
          ExactText(interval.high),
          absl::StrCat(verdict.n),
          Field(verdict.p_corrected),
          Field(verdict.p),
          absl::StrCat(verdict.comparisons)};
}

std::vector<std::string> VerdictTitles(const std::string& prefix) {
  std::vector<std::string> titles;
  for (const char* title :
       {"verdict", "post_hoc", "first_recorded", "measure", "effect", "low",
        "high", "n", "corrected_p", "exact_p", "comparisons"}) {
    titles.push_back(absl::StrCat(prefix, title));
  }
  return titles;
}

Table::Column ClaimColumn() {
  return {.title = "claim",
          .is_text = true,
          .csv_titles = {"id", "claim", "bound"}};
}

// What makes two verdicts of different studies those of one claim. A withdrawn
// claim has a row of its own.
using ClaimKey = std::tuple<std::string, std::string, std::string, bool>;

ClaimKey KeyOf(const Verdict& verdict) {
  return {verdict.id, verdict.says, verdict.bound,
          verdict.outcome == ClaimOutcome::kWithdrawn};
}

Table::Entry ClaimEntry(const ClaimKey& key) {
  const auto& [id, says, bound, withdrawn] = key;
  return {absl::StrCat(id, ": ", says, bound.empty() ? "" : " (", bound,
                       bound.empty() ? "" : ")"),
          {id, says, bound}};
}

}  // namespace

Table ClaimsTable(const Analysis& analysis) {
  Table table;
  table.columns = {
      ClaimColumn(),
      {.title = "verdict", .is_text = true, .csv_titles = VerdictTitles("")},
      {.title = "measure", .is_text = true},
      {.title = "effect"},
      {.title = "interval"},
      {.title = "n"},
      {.title = "corrected p"},
      {.title = "exact p"}};
  for (const Verdict& verdict : analysis.verdicts) {
    table.rows.push_back({{ClaimEntry(KeyOf(verdict)),
                           {OutcomeText(verdict), VerdictFields(verdict)},
                           {verdict.measure},
                           {EffectText(verdict)},
                           {IntervalText(verdict)},
                           {absl::StrCat(verdict.n)},
                           {PNumber(verdict.p_corrected)},
                           {PNumber(verdict.p)}}});
  }
  return table;
}

std::string ClaimsMarkdown(const Analysis& analysis) {
  if (analysis.verdicts.empty()) return "";
  std::string text =
      absl::StrCat("# ", EscapeMarkdown(analysis.study.name), ": claims\n\n",
                   ToMarkdown(ClaimsTable(analysis)), "\n");
  for (const Verdict& verdict : analysis.verdicts) {
    absl::StrAppend(&text, "- ", EscapeMarkdown(verdict.id), ": ",
                    EscapeMarkdown(verdict.sentence),
                    verdict.first_recorded.empty()
                        ? ""
                        : EscapeMarkdown(absl::StrCat(
                              " First recorded ", verdict.first_recorded, ".")),
                    "\n");
  }
  return absl::StrCat(text, "\n", EscapeMarkdown(kClaimsRule), "\n");
}

std::string ClaimsLatex(const Analysis& analysis) {
  if (analysis.verdicts.empty()) return "";
  return ToLatex(ClaimsTable(analysis),
                 {"Claims and verdicts: effects over n seeds with corrected "
                  "95 % intervals.",
                  kClaimsRule, absl::StrCat(analysis.study.name, "-claims")});
}

Table ClaimsMatrix(const std::vector<Analysis>& studies,
                   const std::vector<std::string>& names) {
  std::vector<ClaimKey> claims;
  std::map<ClaimKey, std::vector<const Verdict*>> verdicts;
  for (size_t s = 0; s < studies.size(); ++s) {
    for (const Verdict& verdict : studies[s].verdicts) {
      const ClaimKey key = KeyOf(verdict);
      const auto [it, is_new] = verdicts.try_emplace(key, studies.size());
      if (is_new) claims.push_back(key);
      it->second[s] = &verdict;
    }
  }
  Table table;
  table.columns = {ClaimColumn()};
  for (const std::string& name : names) {
    table.columns.push_back(
        {.title = name, .csv_titles = VerdictTitles(name + ".")});
  }
  for (const ClaimKey& key : claims) {
    Table::Row row{{ClaimEntry(key)}};
    for (const Verdict* verdict : verdicts[key]) {
      if (verdict == nullptr) {
        row.entries.push_back(
            {"", std::vector<std::string>(VerdictTitles("").size())});
        continue;
      }
      row.entries.push_back(
          {absl::StrCat(OutcomeText(*verdict), ", ", EffectText(*verdict),
                        " (n = ", verdict->n, ")"),
           VerdictFields(*verdict)});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace bigstep
