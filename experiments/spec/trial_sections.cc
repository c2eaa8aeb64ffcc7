#include "experiments/spec/trial_sections.h"

#include <algorithm>

#include "base/yaml_writer.h"
#include "datasets/family.h"
#include "models/family.h"
#include "optimizers/families.h"

namespace bigstep {
namespace {

// The meanings of plugin or metric choices.
template <class Choice>
Json ListIdentity(const std::vector<Choice>& choices) {
  Json list = Json::array();
  for (const Choice& choice : choices) list.push_back(choice.Identity());
  return list;
}

}  // namespace

const std::vector<std::string>& TrialSections() {
  static const auto* const sections = new std::vector<std::string>{
      "dataset",  "model",        "loss",    "optimizer",
      "schedule", "regularizers", "training"};
  return *sections;
}

bool IsTrialSection(absl::string_view name) {
  const std::vector<std::string>& sections = TrialSections();
  return std::find(sections.begin(), sections.end(), name) != sections.end();
}

std::string SectionOf(absl::string_view path) {
  return std::string(path.substr(0, path.find_first_of(".[")));
}

const PluginSection* FindPluginSection(absl::string_view section) {
  static const auto* const sections = new std::vector<PluginSection>{
      {&Datasets::Get(), nullptr, &TrialSettings::dataset},
      {&Models::Get(), nullptr, &TrialSettings::model},
      {&Losses::Get(), "cross_entropy", &TrialSettings::loss},
      {&Optimizers::Get(), nullptr, &TrialSettings::optimizer},
      {&Schedules::Get(), "constant", &TrialSettings::schedule}};
  for (const PluginSection& candidate : *sections) {
    if (candidate.family->singular() == section) return &candidate;
  }
  return nullptr;
}

void CopyTrialSection(const std::string& section, const TrialSettings& from,
                      TrialSettings* to) {
  if (const PluginSection* choice = FindPluginSection(section)) {
    to->*choice->member = from.*choice->member;
  } else if (section == "training") {
    to->training = from.training;
  } else {
    to->regularizers = from.regularizers;
  }
}

std::string IdentityOf(const TrialSettings& settings, const std::string& part) {
  if (const PluginSection* choice = FindPluginSection(part)) {
    return CanonicalJson((settings.*choice->member).Identity());
  }
  if (part == "regularizers") {
    return CanonicalJson(ListIdentity(settings.regularizers));
  }
  const TrainingOptions& training = settings.training;
  return CanonicalJson(
      {{"version", training.TrainerVersion()},
       {"options", TableOf<TrainingOptions>().NonDefaults(&training)}});
}

std::string ToSpecYaml(const Json& json) {
  std::vector<std::string> order = {"study", "question", "axes", "name",
                                    "block", "cells",    "seed"};
  order.insert(order.end(), TrialSections().begin(), TrialSections().end());
  order.insert(order.end(), {"metrics", "compare", "trials"});
  return ToYaml(json, order);
}

}  // namespace bigstep
