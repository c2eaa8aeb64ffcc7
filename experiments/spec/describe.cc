#include "experiments/spec/describe.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/unicode.h"
#include "base/yaml_writer.h"
#include "datasets/family.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/stop_options.h"
#include "experiments/spec/training_options.h"
#include "metrics/family.h"
#include "models/family.h"
#include "optimizers/families.h"

namespace bigstep {
namespace {

absl::StatusOr<const PluginRegistry*> FindFamily(absl::string_view plural) {
  std::vector<std::string> known;
  for (const PluginRegistry* family : Families()) {
    if (family->plural() == plural) return family;
    known.push_back(family->plural());
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no family '", plural, "'", Known(plural, known)));
}

// A cell of a Markdown table.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}});
}

std::string OptionsMarkdown(const OptionTable& table) {
  if (table.fields().empty()) return "No options.\n";
  const std::shared_ptr<void> defaults = table.New();
  std::string text =
      "| option | type | default | range | meaning |\n|---|---|---|---|---|\n";
  for (const Field& field : table.fields()) {
    const std::string value =
        field.required
            ? "required"
            : absl::StrCat("`", ToFlowYaml(field.write(defaults.get())), "`");
    absl::StrAppend(&text, "| `", field.name, "` | ", field.type, " | ", value,
                    " | ", Cell(absl::StrJoin(field.constraints, ", ")), " | ",
                    Cell(field.doc), " |\n");
  }
  return text;
}

std::string RangeEnd(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return absl::StrCat(value);
}

// The results of a metric with its default options.
std::string ResultsMarkdown(const PluginInfo& plugin) {
  const auto traits = Metrics::Get().TraitsOf({&plugin, plugin.table->New()});
  if (!traits.ok()) return "";
  std::string text = absl::StrCat(
      traits->timing == Timing::kByStep
          ? "\nComputed with every evaluation and at the end.\n"
          : "\nComputed at the end of training.\n",
      "\n| result | range | better | meaning |\n|---|---|---|---|\n");
  for (const ResultSpec& result : traits->results) {
    const char* better = result.direction == Direction::kHigher  ? "higher"
                         : result.direction == Direction::kLower ? "lower"
                                                                 : "neither";
    absl::StrAppend(&text, "| `", plugin.name, ".", result.name, "` | [",
                    RangeEnd(result.least), ", ", RangeEnd(result.most), "] | ",
                    better, " | ", Cell(result.doc), " |\n");
  }
  return text;
}

std::string Describe(const PluginRegistry& family, const PluginInfo& plugin) {
  const OptionTable& table = *plugin.table;
  std::string text = absl::StrCat("### ", family.singular(), " `", plugin.name,
                                  "`\n\n", table.summary());
  if (!table.details().empty()) absl::StrAppend(&text, " ", table.details());
  absl::StrAppend(&text, "\n\nSource: ", table.paper(), ". Version ",
                  table.version(), ".\n\n", OptionsMarkdown(table));
  if (&family == &Metrics::Get()) {
    absl::StrAppend(&text, ResultsMarkdown(plugin));
  }
  return text;
}

std::string DescribeAll() {
  std::string text =
      "# Plugins\n\nMade from the registered plugins by `bazel run "
      "//tools:update_docs`; do not edit.\n";
  for (const PluginRegistry* family : Families()) {
    absl::StrAppend(&text, "\n## ", family->plural(), "\n");
    for (const std::string& name : family->Names()) {
      absl::StrAppend(&text, "\n", Describe(*family, *family->Find(name)));
    }
  }
  absl::StrAppend(&text, "\n## training\n\n",
                  TableOf<TrainingOptions>().summary(), "\n\n",
                  OptionsMarkdown(TableOf<TrainingOptions>()), "\n### stop\n\n",
                  TableOf<StopOptions>().summary(), "\n\n",
                  OptionsMarkdown(TableOf<StopOptions>()));
  return text;
}

}  // namespace

std::vector<const PluginRegistry*> Families() {
  return {&Datasets::Get(),   &Models::Get(),    &Losses::Get(),
          &Optimizers::Get(), &Schedules::Get(), &Regularizers::Get(),
          &Metrics::Get()};
}

absl::StatusOr<std::string> ListPlugins(absl::string_view family) {
  std::vector<const PluginRegistry*> families;
  if (family == "all") {
    families = Families();
  } else {
    const auto found = FindFamily(family);
    if (!found.ok()) return found.status();
    families.push_back(*found);
  }
  std::string text;
  for (const PluginRegistry* registry : families) {
    for (const std::string& name : registry->Names()) {
      const PluginInfo& plugin = *registry->Find(name);
      absl::StrAppend(
          &text, registry->plural(), "/", name, ": ", plugin.table->summary(),
          plugin.is_external() ? absl::StrCat(" (", plugin.file, ")") : "",
          "\n");
    }
  }
  return text;
}

absl::StatusOr<std::string> DescribePlugin(absl::string_view path) {
  if (path == "all") return DescribeAll();
  const std::vector<std::string> parts = absl::StrSplit(path, '/');
  if (parts.size() == 1) {
    std::string text;
    for (const PluginRegistry* family : Families()) {
      const PluginInfo* plugin = family->Find(parts[0]);
      if (plugin == nullptr) continue;
      absl::StrAppend(&text, text.empty() ? "" : "\n",
                      Describe(*family, *plugin));
    }
    if (!text.empty()) return text;
  }
  if (parts.size() != 2) {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected family/plugin, as in optimizers/sgd, or all; found '", path,
        "'", OddCharacterHint(path)));
  }
  const auto family = FindFamily(parts[0]);
  if (!family.ok()) return family.status();
  const PluginInfo* plugin = (*family)->Find(parts[1]);
  if (plugin == nullptr) {
    return absl::InvalidArgumentError((*family)->UnknownName(parts[1]));
  }
  return Describe(**family, *plugin);
}

}  // namespace bigstep
