#include "experiments/plan/trial_filter.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

// word=text|text.
struct Term {
  std::string source;  // As typed.
  std::string word;
  std::vector<std::string> texts;
  std::vector<std::pair<int64_t, int64_t>> seeds;  // Ranges, ends included.
};

// Splits at `separator`, but not inside brackets.
std::vector<std::string> SplitOutside(absl::string_view text, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    if (absl::StrContains("[{(", c)) ++depth;
    if (absl::StrContains("]})", c)) --depth;
    if (c == separator && depth <= 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (std::string& part : parts) absl::StripAsciiWhitespace(&part);
  return parts;
}

// Whether `text` matches `pattern`, in which * is anything and ? a character.
bool Matches(absl::string_view pattern, absl::string_view text) {
  // On a mismatch, the last * takes one character more.
  size_t p = 0, t = 0;
  size_t star = absl::string_view::npos, taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool MatchesAny(const Term& term, const std::string& text) {
  return std::any_of(
      term.texts.begin(), term.texts.end(),
      [&text](const std::string& pattern) { return Matches(pattern, text); });
}

// Whether a term is about the configuration, not the trial.
bool IsOfConfigurations(const Term& term) {
  return term.word != "seed" && term.word != "id" && term.word != "state";
}

bool ConfigurationMatches(const Configuration& configuration,
                          const Term& term) {
  if (term.word == "block") return MatchesAny(term, configuration.sweep);
  if (term.word == "setting") return MatchesAny(term, configuration.name);
  for (const AxisValue& axis_value : configuration.axis_values) {
    if (term.word == "axis") {
      if (MatchesAny(term, axis_value.axis)) return true;
    } else if (axis_value.axis == term.word) {
      double number = 0;
      return MatchesAny(term, axis_value.label) ||
             std::any_of(term.texts.begin(), term.texts.end(),
                         [&](const std::string& text) {
                           return absl::SimpleAtod(text, &number) &&
                                  axis_value.number == number;
                         });
    }
  }
  return false;
}

bool TrialMatches(const Trial& trial, const Term& term, const StateOf& state) {
  if (term.word == "id") {
    return std::any_of(term.texts.begin(), term.texts.end(),
                       [&trial](const std::string& text) {
                         return Matches(absl::StrCat(text, "*"), trial.id);
                       });
  }
  if (term.word == "seed") {
    return std::any_of(term.seeds.begin(), term.seeds.end(),
                       [seed = trial.settings.seed](const auto& range) {
                         return range.first <= seed && seed <= range.second;
                       });
  }
  const TrialState found = state(trial);
  const bool done =
      found == TrialState::kCompleted || found == TrialState::kDiverged;
  return MatchesAny(term, StateName(found)) ||
         (done && MatchesAny(term, "done"));
}

// Whether all terms hold for a trial, those about configurations for one of its
// configurations.
bool Keeps(const Plan& plan, const std::vector<Term>& terms,
           const StateOf& state, const Trial& trial) {
  const bool configuration_found = std::any_of(
      trial.configurations.begin(), trial.configurations.end(),
      [&](size_t position) {
        return std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
          return !IsOfConfigurations(term) ||
                 ConfigurationMatches(plan.study.configurations[position],
                                      term);
        });
      });
  return configuration_found &&
         std::all_of(terms.begin(), terms.end(), [&](const Term& term) {
           return IsOfConfigurations(term) || TrialMatches(trial, term, state);
         });
}

// Those of `trials` for which all terms hold.
std::vector<size_t> FilterAmong(const std::vector<size_t>& trials,
                                const Plan& plan,
                                const std::vector<Term>& terms,
                                const StateOf& state) {
  std::vector<size_t> kept;
  for (const size_t i : trials) {
    if (Keeps(plan, terms, state, plan.trials[i])) kept.push_back(i);
  }
  return kept;
}

std::vector<size_t> Filter(const Plan& plan, const std::vector<Term>& terms,
                           const StateOf& state) {
  std::vector<size_t> all(plan.trials.size());
  std::iota(all.begin(), all.end(), 0);
  return FilterAmong(all, plan, terms, state);
}

// "known: a, b, c", at most a line of them.
std::string Listed(const std::vector<std::string>& words) {
  constexpr size_t kMost = 20;
  const std::vector<std::string> first(
      words.begin(), words.begin() + static_cast<std::ptrdiff_t>(
                                         std::min(words.size(), kMost)));
  return absl::StrCat(absl::StrJoin(first, ", "),
                      words.size() > kMost
                          ? absl::StrCat(", ... (", words.size(), " in all)")
                          : "");
}

const std::vector<std::string>& StateNames() {
  static const auto* const names = new std::vector<std::string>{
      "missing", "completed", "diverged", "done", "failed"};
  return *names;
}

// The distinct texts of a term's word in this plan.
std::vector<std::string> KnownTexts(const Plan& plan, const std::string& word) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  const auto add = [&](const std::string& text) {
    if (seen.insert(text).second) texts.push_back(text);
  };
  for (const Configuration& configuration : plan.study.configurations) {
    if (word == "block") add(configuration.sweep);
    if (word == "setting") add(configuration.name);
    for (const AxisValue& axis_value : configuration.axis_values) {
      if (word == "axis") add(axis_value.axis);
      if (word == axis_value.axis) add(axis_value.label);
    }
  }
  if (word == "state") texts = StateNames();
  if (word != "seed" && word != "id") return texts;
  for (const Trial& trial : plan.trials) {
    add(word == "id" ? trial.id : absl::StrCat(trial.settings.seed));
  }
  return texts;
}

std::vector<std::string> KnownWords(const Plan& plan) {
  std::vector<std::string> words = {"axis", "block", "setting",
                                    "seed", "id",    "state"};
  for (const StudyAxis& axis : plan.study.axes) words.push_back(axis.name);
  return words;
}

// Reads "2" or "0..2".
std::optional<std::pair<int64_t, int64_t>> ParseSeeds(const std::string& text) {
  const std::vector<std::string> ends =
      absl::StrSplit(text, absl::MaxSplits("..", 1));
  std::pair<int64_t, int64_t> range;
  if (!absl::SimpleAtoi(ends.front(), &range.first) ||
      !absl::SimpleAtoi(ends.back(), &range.second)) {
    return std::nullopt;
  }
  return range;
}

// The word of a term.
std::string WordOf(const std::string& source) {
  return std::string(
      absl::StripAsciiWhitespace(source.substr(0, source.find('='))));
}

absl::StatusOr<Term> ParseTerm(const Plan& plan, const std::string& source) {
  const auto wrong = [&source](const std::string& message) {
    return absl::InvalidArgumentError(
        absl::StrCat("--only: '", VisibleText(source), "': ", message));
  };
  Term term;
  term.source = source;
  const size_t equals = source.find('=');
  term.word = WordOf(source);
  const std::vector<std::string> words = KnownWords(plan);
  if (equals == std::string::npos || term.word.empty()) {
    return wrong(absl::StrCat("expected word=text, as in lr=0.1 (words: ",
                              absl::StrJoin(words, ", "), ")"));
  }
  if (std::find(words.begin(), words.end(), term.word) == words.end()) {
    return wrong(absl::StrCat("no word '", VisibleText(term.word), "'",
                              DidYouMean(term.word, words),
                              " (words: ", absl::StrJoin(words, ", "), ")"));
  }
  term.texts = SplitOutside(source.substr(equals + 1), '|');
  // An id matches by its beginning, so that nothing would match all of them. A
  // label may be empty.
  const bool empty =
      std::find(term.texts.begin(), term.texts.end(), "") != term.texts.end();
  const std::vector<std::string> known = KnownTexts(plan, term.word);
  if (empty && std::find(known.begin(), known.end(), "") == known.end()) {
    return wrong(
        "expected text after = and |, found nothing; is a variable not set?");
  }
  if (term.word != "seed") return term;
  for (const std::string& text : term.texts) {
    const auto range = ParseSeeds(text);
    if (!range) {
      return wrong(
          absl::StrCat("expected a seed or a range such as 0..2, found "
                       "'",
                       VisibleText(text), "'", OddCharacterHint(text)));
    }
    term.seeds.push_back(*range);
  }
  return term;
}

// Whether trials can be in a state that the term names.
bool NamesAState(const Term& term) {
  return std::any_of(
      StateNames().begin(), StateNames().end(),
      [&term](const std::string& name) { return MatchesAny(term, name); });
}

// The error of a term that matches no trial.
absl::Status MatchesNothing(const Plan& plan, const Term& term) {
  const std::vector<std::string> known = KnownTexts(plan, term.word);
  const std::string& text = term.texts[0];
  if (std::find(known.begin(), known.end(), text) != known.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--only: '", VisibleText(term.source),
                     "': no trial of this plan is ", text));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--only: '", VisibleText(term.source), "' matches no trial of this plan",
      DidYouMean(text, known), " (known: ", Listed(known), ")"));
}

}  // namespace

std::string StateName(TrialState state) {
  switch (state) {
    case TrialState::kMissing:
      return "missing";
    case TrialState::kCompleted:
      return "completed";
    case TrialState::kDiverged:
      return "diverged";
    case TrialState::kFailed:
      return "failed";
  }
  return "";
}

absl::StatusOr<std::vector<size_t>> SelectTrials(
    const Plan& plan, absl::string_view filter, const StateOf& state,
    const std::optional<Shard>& shard) {
  std::vector<Term> terms, states;
  for (const std::string& source : SplitOutside(filter, ',')) {
    ASSIGN_OR_RETURN(Term term, ParseTerm(plan, source));
    const bool later = shard && term.word == "state";
    (later ? states : terms).push_back(std::move(term));
  }
  for (const Term& term : states) {
    if (!NamesAState(term)) return MatchesNothing(plan, term);
  }
  std::vector<size_t> kept = Filter(plan, terms, state);
  if (!kept.empty()) {
    if (!shard) return kept;
    return FilterAmong(TakeShard(kept, *shard), plan, states, state);
  }
  for (const Term& term : terms) {
    if (Filter(plan, {term}, state).empty()) return MatchesNothing(plan, term);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--only: no trial of this plan matches all of: ", filter));
}

std::string WithoutStates(absl::string_view filter) {
  std::vector<std::string> terms = SplitOutside(filter, ',');
  terms.erase(std::remove_if(terms.begin(), terms.end(),
                             [](const std::string& term) {
                               return WordOf(term) == "state";
                             }),
              terms.end());
  return absl::StrJoin(terms, ",");
}

absl::StatusOr<Shard> ParseShard(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  Shard shard;
  const auto is_number = [](const std::string& part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), absl::ascii_isdigit);
  };
  if (parts.size() != 2 || !is_number(parts[0]) || !is_number(parts[1]) ||
      !absl::SimpleAtoi(parts[0], &shard.index) ||
      !absl::SimpleAtoi(parts[1], &shard.count)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard: expected index/count, as in 0/4, found '",
                     VisibleText(text), "'; is a variable not set?"));
  }
  if (shard.count == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--shard: '", text,
                     "': there must be at least one part, as in 0/1; the "
                     "number after / is that of the parts"));
  }
  if (shard.index >= shard.count) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--shard: '", text, "': the last part is ", shard.count - 1, "/",
        shard.count, "; parts are numbered from 0, as in sbatch --array=0-",
        shard.count - 1));
  }
  return shard;
}

std::vector<size_t> TakeShard(const std::vector<size_t>& trials, Shard shard) {
  std::vector<size_t> part;
  for (size_t i = static_cast<size_t>(shard.index); i < trials.size();
       i += static_cast<size_t>(shard.count)) {
    part.push_back(trials[i]);
  }
  return part;
}

}  // namespace bigstep
