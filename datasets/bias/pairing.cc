#include "datasets/bias/pairing.h"

#include <algorithm>
#include <tuple>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/suggest.h"
#include "base/terminal_text.h"
#include "base/yaml_writer.h"

namespace bigstep {
namespace {

constexpr int64_t kNone = -1;

// The position of `name`, or kNone.
int64_t Find(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? kNone : found - names.begin();
}

// The first names, for a message.
std::string Shown(const std::vector<std::string>& names) {
  constexpr size_t kMaxNames = 20;
  std::vector<std::string> shown(names.begin(), names.end());
  if (names.size() > kMaxNames) {
    shown.resize(kMaxNames);
    shown.push_back(absl::StrCat("and ", names.size() - kMaxNames, " more"));
  }
  return VisibleText(absl::StrJoin(shown, ", "));
}

absl::Status Unknown(const char* what, const std::string& name,
                     const std::vector<std::string>& known) {
  return absl::InvalidArgumentError(
      absl::StrCat("dataset.aligned: no ", what, " '", VisibleText(name), "'",
                   DidYouMean(name, known), " (found: ", Shown(known), ")"));
}

// The partner of each label, kNone where there is none.
using Partners = std::vector<int64_t>;

absl::StatusOr<Partners> Given(
    const UnpairedLabels& unpaired,
    const std::map<std::string, std::string>& aligned) {
  Partners partners(unpaired.labels.size(), kNone);
  for (const auto& [label, bias_label] : aligned) {
    const int64_t from = Find(unpaired.labels, label);
    if (from == kNone) return Unknown("label", label, unpaired.labels);
    const int64_t to = Find(unpaired.bias_labels, bias_label);
    if (to == kNone) {
      return Unknown("bias label", bias_label, unpaired.bias_labels);
    }
    if (std::find(partners.begin(), partners.end(), to) != partners.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "dataset.aligned: a bias label belongs to one label only, found '",
          VisibleText(bias_label), "' twice"));
    }
    partners[from] = to;
  }
  return partners;
}

// Pairs equal names; empty if labels and bias labels are left over.
Partners OfEqualNames(const UnpairedLabels& unpaired) {
  Partners partners;
  size_t paired = 0;
  for (const std::string& label : unpaired.labels) {
    partners.push_back(Find(unpaired.bias_labels, label));
    if (partners.back() != kNone) ++paired;
  }
  if (paired < unpaired.labels.size() && paired < unpaired.bias_labels.size()) {
    return {};
  }
  return partners;
}

// Pairs each label and bias label once, the pairs with the most training
// examples first.
Partners OfTheMajority(const UnpairedLabels& unpaired) {
  std::map<std::pair<int64_t, int64_t>, int64_t> counts;
  for (const auto& pair : unpaired.train) ++counts[pair];
  std::vector<std::tuple<int64_t, int64_t, int64_t>> by_count;
  for (const auto& [pair, count] : counts) {
    by_count.emplace_back(-count, pair.first, pair.second);
  }
  std::sort(by_count.begin(), by_count.end());
  Partners partners(unpaired.labels.size(), kNone);
  std::vector<bool> taken(unpaired.bias_labels.size(), false);
  for (const auto& [count, label, bias_label] : by_count) {
    if (partners[label] != kNone || taken[bias_label]) continue;
    partners[label] = bias_label;
    taken[bias_label] = true;
  }
  return partners;
}

absl::Status Propose(const UnpairedLabels& unpaired) {
  const Partners partners = OfTheMajority(unpaired);
  int64_t agreeing = 0;
  for (const auto& [label, bias_label] : unpaired.train) {
    if (partners[label] == bias_label) ++agreeing;
  }
  Json aligned = Json::object();
  for (size_t label = 0; label < partners.size(); ++label) {
    if (partners[label] == kNone) continue;
    aligned[unpaired.labels[label]] = unpaired.bias_labels[partners[label]];
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "which bias label belongs to which label must be said, as their names "
      "are not equal; ",
      agreeing, " of ", unpaired.train.size(),
      " training images agree with the next line: if it is right, add it to "
      "the options of the dataset\n  aligned: ",
      ToFlowYaml(aligned), "\nlabels: ", Shown(unpaired.labels),
      "; bias labels: ", Shown(unpaired.bias_labels)));
}

Pairing Arrange(const UnpairedLabels& unpaired, const Partners& partners) {
  Pairing pairing;
  pairing.positions.assign(unpaired.bias_labels.size(), kNone);
  // Up to the last label with a partner, or to the last label if bias labels
  // follow, each has a place.
  size_t places = partners.size();
  const auto paired =
      partners.size() - std::count(partners.begin(), partners.end(), kNone);
  if (paired == unpaired.bias_labels.size()) {
    while (places > 0 && partners[places - 1] == kNone) --places;
  }
  for (size_t label = 0; label < partners.size(); ++label) {
    const int64_t partner = partners[label];
    const std::string& name = unpaired.labels[label];
    if (partner == kNone) pairing.alone.push_back(name);
    if (label >= places) continue;
    if (partner != kNone) {
      pairing.positions[partner] = static_cast<int64_t>(label);
      pairing.bias_labels.push_back(unpaired.bias_labels[partner]);
    } else if (Find(unpaired.bias_labels, name) == kNone) {
      pairing.bias_labels.push_back(name);
    } else {
      pairing.bias_labels.push_back(absl::StrCat("none for ", name));
    }
  }
  for (size_t i = 0; i < pairing.positions.size(); ++i) {
    if (pairing.positions[i] != kNone) continue;
    pairing.positions[i] = static_cast<int64_t>(pairing.bias_labels.size());
    pairing.bias_labels.push_back(unpaired.bias_labels[i]);
  }
  return pairing;
}

}  // namespace

absl::StatusOr<Pairing> PairLabels(
    const UnpairedLabels& unpaired,
    const std::map<std::string, std::string>& aligned) {
  if (!aligned.empty()) {
    ASSIGN_OR_RETURN(const Partners partners, Given(unpaired, aligned));
    return Arrange(unpaired, partners);
  }
  const Partners partners = OfEqualNames(unpaired);
  if (partners.empty()) return Propose(unpaired);
  return Arrange(unpaired, partners);
}

}  // namespace bigstep
