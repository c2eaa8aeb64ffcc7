// What a study expects to find, stated before it runs.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_CLAIM_H_
#define BIGSTEP_EXPERIMENTS_SPEC_CLAIM_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/problems.h"
#include "base/spec_node.h"

namespace bigstep {

// What a claim expects of its result. See docs/statistics.md.
enum class Expectation {
  kRises,       // With the values of the axis `along`.
  kFalls,       // With them.
  kCorrelates,  // With the result `with`, across the trials of each seed.
  kBetter,      // The best of `compare` than that of each of `against`.
  kNotWorse,    // The same, by more than `margin`.
  kAtLeast,     // The mean of the configuration `at`, than `value`.
  kAtMost,
};

// "not_worse".
std::string ExpectationName(Expectation expectation);
std::optional<Expectation> FindExpectation(const std::string& name);

struct Claim {
  std::string id;      // Letters, digits and _: "C1".
  std::string says;    // The claim in a sentence.
  std::string result;  // "accuracy.unbiased_test".
  Expectation expect = Expectation::kRises;
  std::string along = {};                 // An axis.
  std::string with = {};                  // A result.
  bool negative = false;                  // `sign: negative`, of kCorrelates.
  std::string compare = {};               // An axis.
  std::vector<std::string> against = {};  // Axes.
  // Axes and labels of their values, or "best": by Study::selection.
  std::map<std::string, std::string> at = {};
  std::optional<double> margin = {};  // In units of the result, >= 0.
  std::optional<double> value = {};

  bool operator==(const Claim&) const = default;
};

// A claim with the positions of what it names, for errors that only the plan
// can find.
struct ClaimInSpec {
  Claim claim;
  std::string path;                   // "claims[0]".
  std::map<std::string, Mark> marks;  // By key: "result", "at.lr".
  Mark mark;
};

// The largest number of claims of a study.
inline constexpr size_t kMaxClaims = 1000;

// Reads the list of claims. Those with errors are left out.
std::vector<ClaimInSpec> ReadClaims(const SpecNode& claims, Problems& problems);

// As in a spec: {id, says, result, expect, ...}.
Json ClaimToJson(const Claim& claim);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_CLAIM_H_
