#include "experiments/spec/spec_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/files.h"
#include "base/spec_reader.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/testing.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// A YAML tree as an editor sees it, which goes by the look of the text: the
// core schema of YAML 1.2.
Json AsEditorsSee(const SpecNode& node) {
  if (node.is_list()) {
    Json list = Json::array();
    for (const SpecNode& item : node.items) list.push_back(AsEditorsSee(item));
    return list;
  }
  if (node.is_map()) {
    Json map = Json::object();
    for (const auto& entry : node.entries) {
      map[entry.key] = AsEditorsSee(entry.value);
    }
    return map;
  }
  if (!node.is_scalar()) return nullptr;
  int64_t integer = 0;
  double number = 0;
  if (node.quoted) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (absl::SimpleAtoi(node.text, &integer)) return integer;
  if (absl::SimpleAtod(node.text, &number)) return number;
  return node.text;
}

const valijson::Schema& ParsedSchema() {
  static const auto* const schema = [] {
    auto* parsed = new valijson::Schema;
    static const auto* const json = new Json(SpecSchema());
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(*json),
                        *parsed);
    return parsed;
  }();
  return *schema;
}

// What the schema has against a spec; "" if nothing.
std::string Refusal(const Json& spec) {
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(ParsedSchema(),
                         valijson::adapters::NlohmannJsonAdapter(spec),
                         &results)) {
    return "";
  }
  std::string text = "refused";
  valijson::ValidationResults::Error error;
  while (results.popError(error)) {
    absl::StrAppend(&text, "\n");
    for (const std::string& step : error.context) absl::StrAppend(&text, step);
    absl::StrAppend(&text, ": ", error.description);
  }
  return text;
}

std::string RefusalOf(const std::string& yaml) {
  Problems problems;
  const SpecNode root = ReadSpec(yaml, "test.yaml", 0, problems);
  EXPECT_EQ(Message(problems), "");
  return Refusal(AsEditorsSee(root));
}

TEST(SpecSchemaTest, TheShippedFileIsTheSchemaOfTheRegisteredPlugins) {
  const auto shipped = ReadFile("docs/bigstep.schema.json");
  ASSERT_OK(shipped);
  // Not EXPECT_EQ: it would compare and print thousands of lines.
  EXPECT_TRUE(*shipped == SpecSchemaText())
      << "run: bazel run //tools:update_docs";
}

std::vector<std::string> Specs() {
  std::vector<std::string> paths = {"experiments/testdata/tiny.yaml"};
  for (const auto& file :
       std::filesystem::directory_iterator("experiments/specs")) {
    if (file.path().extension() == ".yaml") paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(SpecSchemaTest, EveryShippedSpecIsAccepted) {
  const std::vector<std::string> specs = Specs();
  EXPECT_GE(specs.size(), 10u);  // Counted by hand.
  for (const std::string& path : specs) {
    const auto text = ReadFile(path);
    ASSERT_OK(text);
    EXPECT_EQ(RefusalOf(*text), "") << path;
  }
}

TEST(SpecSchemaTest, ResolvedSpecsAreAccepted) {
  for (const std::vector<std::string>& overrides :
       {std::vector<std::string>{},
        {"plan={grid: [[lr, l2]]}", "compare.reference=none"},
        {"optimizer={name: asam, lr: 0.1, rho: 1, base: {name: momentum, "
         "momentum: 0.5}}",
         "schedule={name: warmup, steps: 5, then: cosine}",
         "plan={one_at_a_time: [l2]}",
         "axes={l2: {set: loss, values: "
         "[cross_entropy, {name: focal, gamma: 2}], labels: [ce, f]}}"}}) {
    const std::string resolved =
        ToSpecYaml(PlanToSpec(PlanOf(kTinySpec, overrides)));
    EXPECT_EQ(RefusalOf(resolved), "");
  }
}

// The studies in the documents: sweeps of YAML that begin with `study:`.
TEST(SpecSchemaTest, StudiesInDocumentsAreAccepted) {
  int studies = 0;
  for (const auto& file : std::filesystem::directory_iterator("docs")) {
    if (file.path().extension() != ".md") continue;
    const auto text = ReadFile(file.path());
    ASSERT_OK(text);
    const std::vector<std::string> parts = absl::StrSplit(*text, "```");
    for (size_t i = 1; i < parts.size(); i += 2) {
      if (!absl::StartsWith(parts[i], "yaml\nstudy:") &&
          !absl::StartsWith(parts[i], "yaml\nextends:")) {
        continue;
      }
      ++studies;
      EXPECT_EQ(RefusalOf(parts[i].substr(5)), "") << file.path();
    }
  }
  EXPECT_GE(studies, 2);  // spec.md and own_images.md.
}

struct Case {
  const char* name;
  std::string before, after;  // Of a text in the study of testing.h.
};

class SpecSchemaMistakeTest : public testing::TestWithParam<Case> {};

TEST_P(SpecSchemaMistakeTest, IsRefused) {
  std::string yaml = kTinySpec;
  const size_t at = yaml.find(GetParam().before);
  ASSERT_NE(at, std::string::npos);
  yaml.replace(at, GetParam().before.size(), GetParam().after);
  EXPECT_THAT(RefusalOf(yaml), HasSubstr("refused"));
  // The schema refuses nothing that we take.
  EXPECT_NE(Mistakes(yaml), "");
}

INSTANTIATE_TEST_SUITE_P(
    All, SpecSchemaMistakeTest,
    testing::Values(
        Case{"UnknownKeyAtTheTop", "question:", "qestion:"},
        Case{"UnknownSection", "  optimizer:", "  optimiser:"},
        Case{"UnknownOption", "lr: 0.1}", "lr: 0.1, momentum: 0.5}"},
        Case{"UnknownTrainingOption", "max_steps", "max_step"},
        Case{"UnknownPlugin", "name: sgd", "name: sdg"},
        Case{"UnknownMetric", "[accuracy,", "[acuracy,"},
        Case{"MetricWithAnUnknownOption", "[accuracy,",
             "[{name: accuracy, splits: [a]},"},
        Case{"MetricLabelThatIsNoName", "[accuracy,",
             "[{name: accuracy, label: Top-1},"},
        Case{"NoMetric", "[accuracy, prunability, activation_sparsity]", "[]"},
        Case{"TextForANumber", "lr: 0.1}", "lr: fast}"},
        Case{"FractionForAnInteger", "max_steps: 30", "max_steps: 30.5"},
        Case{"ListForANumber", "max_steps: 30", "max_steps: [30]"},
        Case{"OutOfRange", "lr: 0.1}", "lr: -1}"},
        Case{"TextForSeeds", "seeds: 2", "seeds: two"},
        Case{"NoSeeds", "seeds: 2", "seeds: 0"},
        Case{"StudyThatIsNoName", "study: tiny", "study: Tiny Study"},
        Case{"AxisWithoutSet", "{set: optimizer.lr, values", "{values"},
        Case{"AxisOfAnUnknownSection", "set: optimizer.lr",
             "set: optimiser.lr"},
        Case{"AxisWithoutValues", ", values: [0.1, 0.3]", ""},
        Case{"AxisWithUnknownKey", "values: [0.1, 0.3]",
             "values: [0.1, 0.3], label: [a, b]"},
        Case{"AxisThatIsNoName", "  lr:", "  LR-1:"},
        Case{"UnknownBlock", "one_at_a_time", "one_by_one"},
        Case{"GridOfNames", "one_at_a_time", "grid"},
        Case{"RandomWithoutDraws", "one_at_a_time: [lr, l2]",
             "random: {axes: [lr, l2]}"},
        Case{"ExclusionThatIsNoMap", "one_at_a_time: [lr, l2]",
             "one_at_a_time: [lr, l2]\n  exclude: [lr]"},
        Case{"ResultWithoutAMetric", "prunability.auc", "auc"},
        Case{"UnknownCompareKey", "{metrics: [accuracy.",
             "{results: [accuracy."},
        Case{"TrialsBesideABase", "seeds: 2",
             "seeds: 2\ntrials: [{dataset: parity, model: fcn, optimizer: sgd, "
             "training: {max_steps: 1}}]"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace bigstep
