#include "experiments/spec/spec_schema.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/log.h"
#include "base/registry.h"
#include "base/schema.h"
#include "experiments/spec/describe.h"
#include "experiments/spec/stop_options.h"
#include "experiments/spec/training_options.h"
#include "experiments/spec/trial_sections.h"
#include "metrics/family.h"

namespace bigstep {
namespace {

constexpr char kNamePattern[] = "^[a-z][a-z0-9_]*$";

Json Ref(const std::string& definition) {
  return {{"$ref", absl::StrCat("#/definitions/", definition)}};
}

Json ListOf(Json items, int least = 0) {
  Json list = {{"type", "array"}, {"items", std::move(items)}};
  if (least > 0) list["minItems"] = least;
  return list;
}

// A text: every scalar is one, quoted or not.
Json Text() { return {{"type", {"string", "number", "boolean"}}}; }

Json Name() { return {{"type", "string"}, {"pattern", kNamePattern}}; }

Json Integer(int64_t least) {
  return {{"type", "integer"}, {"minimum", least}};
}

// A map with these keys and no others.
Json Map(Json properties, std::vector<std::string> required,
         const std::string& doc = "") {
  Json map = {{"type", "object"},
              {"additionalProperties", false},
              {"properties", std::move(properties)}};
  if (!required.empty()) map["required"] = std::move(required);
  if (!doc.empty()) map["description"] = doc;
  return map;
}

// Adds Field::constraints to the schema of one value.
void Constrain(const std::vector<std::string>& constraints, Json& value) {
  const std::vector<std::pair<std::string, const char*>> bounds = {
      {">= ", "minimum"},
      {"<= ", "maximum"},
      {"> ", "exclusiveMinimum"},
      {"< ", "exclusiveMaximum"}};
  for (const std::string& constraint : constraints) {
    absl::string_view text = constraint;
    if (absl::ConsumePrefix(&text, "one of ")) {
      value["enum"] = std::vector<std::string>(absl::StrSplit(text, ", "));
      continue;
    }
    bool understood = false;
    for (const auto& [relation, key] : bounds) {
      double bound = 0;
      if (!absl::ConsumePrefix(&text, relation)) continue;
      understood = absl::SimpleAtod(text, &bound);
      value[key] = bound;
      break;
    }
    BIGSTEP_CHECK(understood) << "no schema for '" << constraint << "'";
  }
}

// The schema of an option by the name of its type: see TypeName.
Json OfType(absl::string_view type,
            const std::vector<std::string>& constraints) {
  if (absl::ConsumePrefix(&type, "list of ")) {
    return ListOf(OfType(type, constraints));
  }
  if (absl::ConsumePrefix(&type, "map of ")) {
    return {{"type", "object"},
            {"additionalProperties", OfType(type, constraints)}};
  }
  Json value;
  if (type == "bool") {
    value = {{"type", "boolean"}};
  } else if (type == "int") {
    value = {{"type", "integer"}};
  } else if (type == "double") {
    value = {{"type", "number"}};
  } else if (type == "string") {
    value = Text();
  } else {
    return Ref(std::string(type));  // A choice: its family's name.
  }
  Constrain(constraints, value);
  return value;
}

Json OptionsOf(const OptionTable& table) {
  const std::shared_ptr<void> defaults = table.New();
  Json options = Json::object();
  for (const Field& field : table.fields()) {
    Json option = OfType(field.type, field.constraints);
    // Beside a $ref, other keys are ignored.
    if (!option.contains("$ref")) {
      option["description"] = field.doc;
      if (!field.required) option["default"] = field.write(defaults.get());
    }
    options[field.name] = std::move(option);
  }
  return options;
}

// A choice of a family: a name, or a map with name and options. Required
// options may be missing: an axis may give them.
Json Family(const PluginRegistry& family) {
  Json choices = Json::array();
  choices.push_back({{"enum", family.Names()}});
  for (const std::string& name : family.Names()) {
    const OptionTable& table = *family.Find(name)->table;
    Json options = OptionsOf(table);
    options["name"] = {{"const", name}};
    if (&family == &Metrics::Get()) {
      options["label"] = Name();
      options["label"]["description"] = "what its results are called";
    }
    choices.push_back(Map(std::move(options), {"name"}, table.summary()));
  }
  return {{"anyOf", std::move(choices)}};
}

Json SectionsSchema() {
  Json sections;
  for (const std::string& section : TrialSections()) {
    sections[section] = Ref(section);
  }
  return sections;
}

// The paths for `set` and `with`: every option of a plugin, for completion, and
// all else that begins with a section.
Json OptionPath() {
  std::vector<std::string> known = TrialSections();
  for (const std::string& section : TrialSections()) {
    std::vector<std::string> names;
    if (const PluginSection* choice = FindPluginSection(section)) {
      for (const std::string& plugin : choice->family->Names()) {
        for (const Field& field :
             choice->family->Find(plugin)->table->fields()) {
          names.push_back(field.name);
        }
      }
    } else if (section == "training") {
      for (const Field& field : TableOf<TrainingOptions>().fields()) {
        names.push_back(field.name);
      }
      for (const Field& field : TableOf<StopOptions>().fields()) {
        names.push_back(absl::StrCat("stop.", field.name));
      }
    }
    for (const std::string& name : names) {
      known.push_back(absl::StrCat(section, ".", name));
    }
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  return {{"anyOf",
           {{{"enum", known}},
            {{"type", "string"},
             {"pattern", absl::StrCat("^(", absl::StrJoin(TrialSections(), "|"),
                                      ")([.[].*)?$")}}}}};
}

Json Condition() {
  return {{"type", "object"},
          {"minProperties", 1},
          {"additionalProperties",
           {{"anyOf", {Text(), ListOf(Json::object(), 1)}}}},
          {"description",
           "axes or options and the value, or one of the values, they have"}};
}

Json With() {
  return {{"type", "object"},
          {"propertyNames", Ref("option_path")},
          {"description", "further options"}};
}

Json AxisSchema() {
  Json axis = Map(
      {{"set", Ref("option_path")},
       {"values", ListOf(Json::object(), 1)},
       {"labels", ListOf(Text(), 1)},
       {"range", Map({{"low", {{"type", "number"}}},
                      {"high", {{"type", "number"}}},
                      {"scale", {{"enum", {"linear", "log"}}}},
                      {"integer", {{"type", "boolean"}}}},
                     {"low", "high"}, "numbers to draw from, ends included")},
       {"with", {{"anyOf", {Ref("with"), ListOf(Ref("with"), 1)}}}},
       {"when", Ref("condition")}},
      {"set"}, "a hyperparameter and its values");
  axis["oneOf"] = {{{"required", {"values"}}}, {{"required", {"range"}}}};
  return axis;
}

Json SweepsSchema() {
  const Json axes = ListOf(Ref("axis_name"), 1);
  Json sweeps =
      Map({{"one_at_a_time", axes},
           {"grid", ListOf(axes, 1)},
           {"zip", ListOf(ListOf(Ref("axis_name"), 2), 1)},
           {"random", Map({{"axes", axes},
                           {"draws", Integer(1)},
                           {"seed", {{"type", "integer"}}}},
                          {"axes", "draws"}, "configurations drawn at random")},
           {"exclude", ListOf(Ref("condition"))},
           {"when", Ref("condition")}},
          {}, "what varies together");
  return sweeps;
}

Json ConfigurationSchema() {
  const Json axis_value = Map({{"axis", Text()},
                               {"label", Text()},
                               {"number", {{"type", "number"}}},
                               {"value", Text()},
                               {"with", Text()}},
                              {"axis", "label"});
  return Map(
      {{"block", Text()}, {"setting", Text()}, {"knobs", ListOf(axis_value)}},
      {"block", "setting"});
}

// A claim: an expectation with the keys that go with it.
Json ClaimSchema() {
  const Json number = {{"type", "number"}};
  const Json margin = {{"type", "number"}, {"minimum", 0}};
  const Json axis = Ref("axis_name");
  const Json at = {{"type", "object"},
                   {"minProperties", 1},
                   {"additionalProperties", Text()},
                   {"description", "axes with a label each, or 'best'"}};
  Json forms = Json::array();
  const auto add = [&forms](std::vector<std::string> expect, Json keys,
                            std::vector<std::string> required) {
    keys["id"] = {{"type", "string"}, {"pattern", "^[A-Za-z0-9_]{1,32}$"}};
    keys["says"] = {{"type", "string"}, {"minLength", 1}};
    keys["result"] = {{"type", "string"}, {"pattern", "^[^.]+[.].+$"}};
    keys["expect"] = {{"enum", std::move(expect)}};
    required.insert(required.begin(), {"id", "says", "result", "expect"});
    forms.push_back(Map(std::move(keys), std::move(required)));
  };
  const Json against = ListOf(axis, 1);
  add({"rises", "falls"}, {{"along", axis}}, {"along"});
  add({"correlates"},
      {{"with", Text()}, {"sign", {{"enum", {"positive", "negative"}}}}},
      {"with"});
  add({"better"}, {{"compare", axis}, {"against", against}, {"margin", margin}},
      {"compare"});
  add({"not_worse"},
      {{"compare", axis}, {"against", against}, {"margin", margin}},
      {"compare", "margin"});
  add({"at_least", "at_most"}, {{"at", at}, {"value", number}},
      {"at", "value"});
  return {{"anyOf", std::move(forms)}};
}

Json Definitions() {
  Json definitions;
  for (const PluginRegistry* family : Families()) {
    definitions[family->singular()] = Family(*family);
  }
  definitions["regularizers"] = ListOf(Ref("regularizer"));
  definitions["training"] = Map(OptionsOf(TableOf<TrainingOptions>()), {},
                                TableOf<TrainingOptions>().summary());
  definitions["stop"] = Map(OptionsOf(TableOf<StopOptions>()), {},
                            TableOf<StopOptions>().summary());
  definitions["option_path"] = OptionPath();
  definitions["condition"] = Condition();
  definitions["with"] = With();
  definitions["axis_name"] = Name();
  definitions["axis"] = AxisSchema();
  definitions["sweeps"] = SweepsSchema();
  definitions["configuration"] = ConfigurationSchema();
  definitions["claim"] = ClaimSchema();
  Json trial = SectionsSchema();
  trial["seed"] = {{"type", "integer"}};
  trial["cells"] = ListOf(Ref("configuration"));
  definitions["trial"] =
      Map(std::move(trial), {"dataset", "model", "optimizer", "training"});
  definitions["resolved_axis"] =
      Map({{"name", Text()}, {"set", Text()}}, {"name", "set"});
  return definitions;
}

Json Documented(Json schema, const std::string& doc) {
  schema["description"] = doc;
  return schema;
}

Json AxesSchema() {
  return {{"type", "object"},
          {"propertyNames", Ref("axis_name")},
          {"additionalProperties", Ref("axis")}};
}

Json BaseSchema() {
  return Map(SectionsSchema(), {}, "one complete configuration");
}

// What a spec that extends none has as it is given here. In one that does, a
// key without a value removes what is inherited, and the rest may be parts.
Json CompleteKeys() {
  const Json result = {{"type", "string"}, {"pattern", "^[^.]+[.].+$"}};
  return {{"metrics", ListOf(Ref("metric"), 1)},
          {"compare",
           Map({{"metrics", Documented(ListOf(result),
                                       "columns of the table; default: all")},
                {"reference",
                 Documented(Text(), "the axis to compare with, or none")},
                {"selection",
                 {{"anyOf", {Text(), ListOf(result, 1)}},
                  {"description",
                   "the result that chooses values, or none; of a list, the "
                   "first chooses and the others check"}}}},
               {}, "what the report compares")},
          {"claims", ListOf(Ref("claim"))}};
}

Json TopKeys() {
  const auto described = [](const char* doc) {
    return Json{{"description", doc}};
  };
  return {
      {"study", Documented(Name(), "names the results folder")},
      {"question", described("what the study asks")},
      {"extends", Documented(Text(),
                             "a spec in the same folder, over which "
                             "this one is laid")},
      {"base", described("one complete configuration")},
      {"metrics", described("what to measure")},
      {"axes", described("what varies")},
      {"plan", described("which configurations to try")},
      {"seeds",
       described("seeds 0 to seeds - 1 per configuration, or a list of seeds")},
      {"compare", described("what the report compares")},
      {"claims", described("what the study expects")},
      {"cells", Documented(ListOf(Ref("configuration")),
                           "the configurations, in order")},
      {"trials", Documented(ListOf(Ref("trial"), 1),
                            "trials, as --resolve writes them")}};
}

}  // namespace

Json SpecSchema() {
  Json schema = Map(TopKeys(), {});
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "A study of Bigstep";
  schema["definitions"] = Definitions();
  // A base that axes vary, trials written out, or parts of a spec that the one
  // it extends completes.
  const Json no_key = false;
  Json planned = CompleteKeys(), resolved = CompleteKeys();
  for (Json* const keys : {&planned, &resolved}) {
    keys->update({{"extends", no_key}, {"question", Text()}});
  }
  planned.update({{"trials", no_key},
                  {"cells", no_key},
                  {"base", BaseSchema()},
                  {"axes", AxesSchema()},
                  {"plan", {{"anyOf", {Ref("sweeps"), ListOf(Ref("sweeps"))}}}},
                  {"seeds", {{"anyOf", {Integer(1), ListOf(Integer(0), 1)}}}}});
  resolved.update({{"base", no_key},
                   {"plan", no_key},
                   {"seeds", no_key},
                   {"axes", ListOf(Ref("resolved_axis"))}});
  schema["oneOf"] = {
      {{"required", {"study", "metrics", "base"}}, {"properties", planned}},
      {{"required", {"study", "metrics", "trials"}}, {"properties", resolved}},
      {{"required", {"extends"}},
       {"properties", {{"trials", no_key}, {"cells", no_key}}}}};
  return schema;
}

std::string SpecSchemaText() { return SpecSchema().dump(1) + "\n"; }

}  // namespace bigstep
