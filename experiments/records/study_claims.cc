#include "experiments/records/study_claims.h"

#include <algorithm>
#include <cstddef>
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

}  // namespace

Json StudyClaimsToJson(const std::vector<StudyClaim>& claims) {
  Json list = Json::array();
  for (const StudyClaim& claim : claims) {
    list.push_back(ClaimToJson(claim.claim));
    list.back()["lower_is_better"] = claim.lower_is_better;
    list.back()["first_recorded"] = claim.first_recorded;
    list.back()["post_hoc"] = claim.post_hoc;
  }
  return list;
}

absl::StatusOr<std::vector<StudyClaim>> StudyClaimsFromJson(const Json& list) {
  if (list.size() > kMaxClaims) {
    return absl::DataLossError(absl::StrCat("expected at most ", kMaxClaims,
                                            " claims, found ", list.size()));
  }
  std::vector<StudyClaim> claims;
  for (size_t i = 0; i < list.size(); ++i) {
    JsonFields fields(list[i], absl::StrCat("claims[", i, "]"));
    claims.push_back(ReadClaim(fields));
    RETURN_IF_ERROR(fields.status());
  }
  return claims;
}

void DateClaims(const std::vector<StudyClaim>& before, const std::string& now,
                bool trials_done, std::vector<StudyClaim>& claims) {
  for (StudyClaim& claim : claims) {
    const auto old = std::find_if(
        before.begin(), before.end(),
        [&claim](const StudyClaim& c) { return c.claim == claim.claim; });
    claim.first_recorded = old == before.end() ? now : old->first_recorded;
    claim.post_hoc = old == before.end() ? trials_done : old->post_hoc;
  }
}

}  // namespace bigstep
