#include "experiments/records/provenance.h"

#include "absl/strings/str_cat.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Adds the plugins within `identity` (PluginConfig::Identity).
void CollectVersions(const std::string& what, const Json& identity,
                     Json& versions) {
  if (!identity.is_object() || !identity.contains("name") ||
      !identity.contains("version")) {
    return;
  }
  versions[absl::StrCat(what, " ", identity["name"].get<std::string>())] =
      identity["version"];
  for (const auto& [option, value] : identity["options"].items()) {
    CollectVersions(absl::StrCat(what, ".", option), value, versions);
  }
}

std::string Text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : CanonicalJson(value);
}

void AddDifferences(const Json& recorded, const Json& here,
                    std::vector<std::string>& lines) {
  for (const auto& [key, value] : here.items()) {
    const auto other = recorded.find(key);
    if (other == recorded.end() || *other == value) continue;
    lines.push_back(
        absl::StrCat(key, ": recorded ", Text(*other), ", here ", Text(value)));
  }
}

}  // namespace

Json PluginVersions(const TrialSettings& settings) {
  Json versions = {{"training", settings.training.TrainerVersion()}};
  for (const std::string& section : TrialSections()) {
    const PluginSection* choice = FindPluginSection(section);
    if (choice == nullptr) continue;
    CollectVersions(section, (settings.*choice->member).Identity(), versions);
  }
  for (const PluginConfig& regularizer : settings.regularizers) {
    CollectVersions("regularizer", regularizer.Identity(), versions);
  }
  for (const MetricChoice& metric : settings.metrics) {
    CollectVersions("metric", metric.config.Identity(), versions);
  }
  return versions;
}

std::vector<std::string> EnvironmentDifferences(const Json& recorded,
                                                const Json& here) {
  Json computing = here;
  // About the run, not the environment; the number of workers changes no bit.
  for (const char* key : {"os", "workers", "attempt", "peak_memory_bytes",
                          "plugins", "seeds", "libraries"}) {
    computing.erase(key);
  }
  std::vector<std::string> lines;
  AddDifferences(recorded, computing, lines);
  Json libraries = here.value("libraries", Json::object());
  libraries.erase("libtorch");  // A key of its own has it.
  AddDifferences(recorded.value("libraries", Json::object()), libraries, lines);
  return lines;
}

}  // namespace bigstep
