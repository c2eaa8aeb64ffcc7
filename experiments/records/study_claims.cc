#include "experiments/records/study_claims.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/json_fields.h"
#include "base/status.h"

namespace bigstep {
namespace {

constexpr size_t kMaxId = 128;
constexpr size_t kMaxAxes = 100;  // Of a claim.

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= kMaxId &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '_';
         });
}

std::string OptionalText(JsonFields& fields, const char* key) {
  return fields.Has(key) ? fields.Text(key) : "";
}

std::optional<double> OptionalNumber(JsonFields& fields, const char* key) {
  if (!fields.Has(key)) return std::nullopt;
  return fields.Number(key);
}

void ReadAxes(JsonFields& fields, Claim& claim) {
  if (fields.Has("against")) {
    const Json& against = fields.List("against");
    if (against.size() > kMaxAxes) fields.Refuse("against", "fewer axes");
    for (const Json& axis : against) {
      if (!axis.is_string() || claim.against.size() == kMaxAxes) {
        fields.Refuse("against", "a list of texts");
        break;
      }
      claim.against.push_back(axis.get<std::string>());
    }
  }
  if (!fields.Has("at")) return;
  for (const auto& [axis, label] : fields.Object("at").items()) {
    if (!label.is_string() || claim.at.size() == kMaxAxes) {
      fields.Refuse("at", "a map of texts");
      break;
    }
    claim.at[axis] = label.get<std::string>();
  }
}

// Whether the claim has what its expectation needs, so that it can be judged.
bool IsComplete(const Claim& claim) {
  switch (claim.expect) {
    case Expectation::kRises:
    case Expectation::kFalls:
      return !claim.along.empty();
    case Expectation::kCorrelates:
      return !claim.with.empty();
    case Expectation::kBetter:
      return !claim.compare.empty() && !claim.against.empty();
    case Expectation::kNotWorse:
      return !claim.compare.empty() && !claim.against.empty() &&
             claim.margin.has_value();
    case Expectation::kAtLeast:
    case Expectation::kAtMost:
      return !claim.at.empty() && claim.value.has_value();
  }
  return false;
}

StudyClaim ReadClaim(JsonFields& fields) {
  StudyClaim read;
  Claim& claim = read.claim;
  claim.id = fields.Text("id");
  if (!IsId(claim.id)) fields.Refuse("id", "letters, digits and _");
  claim.says = fields.Text("says");
  claim.result = fields.Text("result");
  const auto expect = FindExpectation(fields.Text("expect"));
  if (!expect) {
    fields.Refuse("expect", "a known expectation");
    return read;
  }
  claim.expect = *expect;
  claim.along = OptionalText(fields, "along");
  claim.with = OptionalText(fields, "with");
  claim.compare = OptionalText(fields, "compare");
  claim.negative = OptionalText(fields, "sign") == "negative";
  claim.margin = OptionalNumber(fields, "margin");
  claim.value = OptionalNumber(fields, "value");
  ReadAxes(fields, claim);
  read.lower_is_better = fields.Bool("lower_is_better");
  read.first_recorded = fields.Text("first_recorded");
  read.post_hoc = fields.Bool("post_hoc");
  if (!IsComplete(claim)) fields.Refuse("expect", "its other fields too");
  return read;
}

Json ToJson(const StudyClaim& claim) {
  Json json = ClaimToJson(claim.claim);
  json["lower_is_better"] = claim.lower_is_better;
  json["first_recorded"] = claim.first_recorded;
  json["post_hoc"] = claim.post_hoc;
  return json;
}

template <typename Item>
absl::StatusOr<std::vector<Item>> ReadList(
    const Json& list, const std::string& where,
    const std::function<Item(JsonFields&)>& read) {
  if (list.size() > kMaxClaims) {
    return absl::DataLossError(absl::StrCat(
        "expected at most ", kMaxClaims, " ", where, ", found ", list.size()));
  }
  std::vector<Item> items;
  for (size_t i = 0; i < list.size(); ++i) {
    JsonFields fields(list[i], absl::StrCat(where, "[", i, "]"));
    items.push_back(read(fields));
    RETURN_IF_ERROR(fields.status());
  }
  return items;
}

int TrialsDone(JsonFields& fields) {
  const int64_t trials = fields.Integer("trials_done");
  if (trials < 1 || trials > std::numeric_limits<int>::max()) {
    fields.Refuse("trials_done", "a positive number");
    return 1;
  }
  return static_cast<int>(trials);
}

// The claim of `history` that is `claim` in every word; null: none.
const StudyClaim* Find(const ClaimHistory& history, const Claim& claim) {
  for (const StudyClaim& known : history.claims) {
    if (known.claim == claim) return &known;
  }
  for (const WithdrawnClaim& known : history.withdrawn) {
    if (known.claim.claim == claim) return &known.claim;
  }
  return nullptr;
}

}  // namespace

Json StudyClaimsToJson(const std::vector<StudyClaim>& claims) {
  Json list = Json::array();
  for (const StudyClaim& claim : claims) list.push_back(ToJson(claim));
  return list;
}

absl::StatusOr<std::vector<StudyClaim>> StudyClaimsFromJson(const Json& list) {
  return ReadList<StudyClaim>(list, "claims", ReadClaim);
}

Json WithdrawnClaimsToJson(const std::vector<WithdrawnClaim>& claims) {
  Json list = Json::array();
  for (const WithdrawnClaim& claim : claims) {
    list.push_back(ToJson(claim.claim));
    list.back()["withdrawn"] = claim.withdrawn;
    list.back()["trials_done"] = claim.trials_done;
  }
  return list;
}

absl::StatusOr<std::vector<WithdrawnClaim>> WithdrawnClaimsFromJson(
    const Json& list) {
  return ReadList<WithdrawnClaim>(
      list, "withdrawn_claims", [](JsonFields& fields) {
        return WithdrawnClaim{ReadClaim(fields), fields.Text("withdrawn"),
                              TrialsDone(fields)};
      });
}

ClaimHistory ContinueHistory(const ClaimHistory& before,
                             std::vector<StudyClaim> claims,
                             const std::string& now, int trials_done) {
  ClaimHistory after;
  for (StudyClaim& claim : claims) {
    const StudyClaim* known = Find(before, claim.claim);
    claim.first_recorded = known == nullptr ? now : known->first_recorded;
    claim.post_hoc = known == nullptr ? trials_done > 0 : known->post_hoc;
  }
  after.claims = std::move(claims);
  const auto withdraw = [&after](WithdrawnClaim claim) {
    if (Find(after, claim.claim.claim) != nullptr ||
        after.withdrawn.size() == kMaxClaims) {
      return;
    }
    after.withdrawn.push_back(std::move(claim));
  };
  for (const WithdrawnClaim& claim : before.withdrawn) withdraw(claim);
  if (trials_done == 0) return after;
  for (const StudyClaim& claim : before.claims) {
    withdraw({claim, now, trials_done});
  }
  return after;
}

}  // namespace bigstep
