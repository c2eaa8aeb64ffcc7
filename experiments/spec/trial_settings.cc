#include "experiments/spec/trial_settings.h"

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Of plugin or metric choices.
template <class Choice>
Json ListToJson(const std::vector<Choice>& choices) {
  Json list = Json::array();
  for (const Choice& choice : choices) list.push_back(choice.ToJson());
  return list;
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
  TrialIdentity identity;
  for (const std::string& section : TrialSections()) {
    identity.Set(section, IdentityOf(*this, section));
  }
  identity.Set("metrics", IdentityOf(*this, "metrics"));
  return identity.Id(seed);
}

void TrialIdentity::Set(const std::string& part, const std::string& json) {
  parts_[part] = json;
}

std::string TrialIdentity::Id(int64_t seed) const {
  // As CanonicalJson has it: keys sorted, the seed among them.
  std::string json;
  const auto add = [&json](absl::string_view key, absl::string_view value) {
    absl::StrAppend(&json, json.empty() ? "{" : ",", "\"", key, "\":", value);
  };
  bool seed_added = false;
  for (const auto& [part, value] : parts_) {
    if (!seed_added && part > "seed") {
      add("seed", absl::StrCat(seed));
      seed_added = true;
    }
    add(part, value);
  }
  BIGSTEP_CHECK(seed_added) << "'training' is the last part of a trial";
  absl::StrAppend(&json, "}");
  return Sha256Hex(json).substr(0, 16);
}

}  // namespace bigstep
