#include "experiments/spec/trial_settings.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// A list of plugin or metric choices.
template <class Choice>
Json ListToJson(const std::vector<Choice>& choices) {
  Json list = Json::array();
  for (const Choice& choice : choices) list.push_back(choice.ToJson());
  return list;
}

TrialIdentity IdentityOfSections(const TrialSettings& settings) {
  TrialIdentity identity;
  for (const std::string& section : TrialSections()) {
    identity.Set(section, IdentityOf(settings, section));
  }
  return identity;
}

}  // namespace

Json MetricChoice::ToJson() const {
  Json json = config.ToJson();
  if (label != config.name()) json["label"] = label;
  return json;
}

Json MetricChoice::Identity() const {
  Json identity = config.Identity();
  if (label != config.name()) identity["label"] = label;
  return identity;
}

std::string MetricId(const Json& identity) {
  return Sha256Hex(CanonicalJson(identity)).substr(0, 16);
}

std::string MetricChoice::Id() const { return MetricId(config.Identity()); }

Json TrialSettings::ToJson() const {
  return {{"dataset", dataset.ToJson()},
          {"model", model.ToJson()},
          {"loss", loss.ToJson()},
          {"optimizer", optimizer.ToJson()},
          {"schedule", schedule.ToJson()},
          {"regularizers", ListToJson(regularizers)},
          {"training", TableOf<TrainingOptions>().ToJson(&training)},
          {"metrics", ListToJson(metrics)},
          {"seed", seed}};
}

std::string TrialSettings::Id() const {
  return IdentityOfSections(*this).Id(seed);
}

std::string TrialSettings::IdWithMetrics(const Json& metrics) const {
  TrialIdentity identity = IdentityOfSections(*this);
  identity.Set("metrics", CanonicalJson(metrics));
  return identity.Id(seed);
}

std::string TrialSettings::IdWithMetrics() const {
  Json identities = Json::array();
  for (const MetricChoice& metric : metrics) {
    identities.push_back(metric.Identity());
  }
  return IdWithMetrics(identities);
}

void TrialIdentity::Set(const std::string& part, const std::string& json) {
  parts_[part] = json;
}

std::string TrialIdentity::Id(int64_t seed) {
  Set("seed", absl::StrCat(seed));
  // As CanonicalJson writes it: keys are sorted.
  const std::string json = absl::StrCat(
      "{\"", absl::StrJoin(parts_, ",\"", absl::PairFormatter("\":")), "}");
  return Sha256Hex(json).substr(0, 16);
}

}  // namespace bigstep
