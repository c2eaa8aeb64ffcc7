#include "experiments/plan/file_checksums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/json.h"
#include "experiments/plan/resolved_spec.h"
#include "experiments/plan/testing.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FileChecksumsTest : public testing::Test {
 protected:
  FileChecksumsTest() { WriteTestFile(path_, "first"); }

  // kTinySpec with a model that starts from a file.
  std::vector<std::string> Overrides(const std::string& options = "") {
    return {
        absl::StrCat("model={name: resnet18, weights: ", path_, options, "}")};
  }

  std::vector<std::string> Ids(const std::vector<std::string>& overrides) {
    std::vector<std::string> ids;
    for (const Trial& trial : PlanOf(kTinySpec, overrides).trials) {
      ids.push_back(trial.id);
    }
    return ids;
  }

  static Json ModelOf(const Plan& plan) {
    return plan.trials[0].settings.model.ToJson();
  }

  // As messages name it.
  const std::string path_ = *UserPath(MakeTestFolder() + "/w.safetensors");
};

TEST_F(FileChecksumsTest, AFileCountsByItsContent) {
  const Plan plan = PlanOf(kTinySpec, Overrides());
  EXPECT_EQ(ModelOf(plan)["weights_sha256"], Sha256Hex("first"));
  for (const Trial& trial : plan.trials) {
    EXPECT_EQ(trial.id, trial.settings.Id());
  }
  const std::vector<std::string> before = Ids(Overrides());
  EXPECT_EQ(Ids(Overrides()), before);
  WriteTestFile(path_, "second");
  const std::vector<std::string> after = Ids(Overrides());
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < after.size(); ++i) EXPECT_NE(after[i], before[i]);
  WriteTestFile(path_, "first");
  EXPECT_EQ(Ids(Overrides()), before);
}

TEST_F(FileChecksumsTest, ValuesOfAnAxisHaveTheirs) {
  const std::string other = MakeTestFolder() + "/other.safetensors";
  WriteTestFile(other, "other");
  const Plan plan = PlanOf(
      kTinySpec, {"model={name: resnet18}",
                  absl::StrCat("axes={w: {set: model.weights, values: [", path_,
                               ", ", other, ", \"\"], labels: [a, b, none]}}"),
                  "plan={one_at_a_time: [w]}", "seeds=1"});
  ASSERT_EQ(plan.trials.size(), 3u);
  std::vector<std::string> checksums;
  for (const Trial& trial : plan.trials) {
    checksums.push_back(trial.settings.model.ToJson()["weights_sha256"]);
  }
  EXPECT_EQ(checksums, (std::vector<std::string>{Sha256Hex("first"),
                                                 Sha256Hex("other"), ""}));
}

TEST_F(FileChecksumsTest, AResolvedSpecKeepsThem) {
  const Plan plan = PlanOf(kTinySpec, Overrides());
  const std::string resolved = ToSpecYaml(PlanToSpec(plan));
  EXPECT_THAT(resolved, HasSubstr(Sha256Hex("first")));
  WriteTestFile(path_, "second");
  const Plan again = PlanOf(resolved);
  ASSERT_EQ(again.trials.size(), plan.trials.size());
  for (size_t i = 0; i < plan.trials.size(); ++i) {
    EXPECT_EQ(again.trials[i].id, plan.trials[i].id);
  }
}

TEST_F(FileChecksumsTest, TrialsWrittenOutHaveThemToo) {
  const std::string trial = absl::StrCat(
      "study: s\nmetrics: [accuracy]\ntrials:\n- dataset: parity\n  model: "
      "{name: resnet18, weights: ",
      path_,
      "}\n  optimizer: {name: sgd, lr: 1}\n  training: {max_steps: 1}\n");
  EXPECT_EQ(ModelOf(PlanOf(trial))["weights_sha256"], Sha256Hex("first"));
}

TEST_F(FileChecksumsTest, AMissingFileIsNamedWhereItStands) {
  std::filesystem::remove(path_);
  EXPECT_THAT(Mistakes(kTinySpec, Overrides()),
              AllOf(HasSubstr("--set=model"),
                    HasSubstr(absl::StrCat(": base.model.weights: cannot read ",
                                           path_)),
                    HasSubstr("or give 'weights_sha256'")));
}

TEST_F(FileChecksumsTest, AGivenChecksumNeedsNoFile) {
  std::filesystem::remove(path_);
  const Plan plan = PlanOf(kTinySpec, Overrides(", weights_sha256: feed"));
  EXPECT_EQ(ModelOf(plan)["weights_sha256"], "feed");
}

TEST_F(FileChecksumsTest, AChecksumIsInLowerCase) {
  EXPECT_THAT(Mistakes(kTinySpec, Overrides(", weights_sha256: FEED")),
              HasSubstr("model.weights_sha256: a checksum is written in lower "
                        "case: feed, got FEED"));
}

// The ids of trials that start from nothing are as they were before there were
// checksums.
TEST_F(FileChecksumsTest, WithoutAFileNothingChanges) {
  EXPECT_EQ(CanonicalJson(PlanOf(kTinySpec, {"model=resnet18"})
                              .trials[0]
                              .settings.model.Identity()),
            R"({"name":"resnet18","options":{},"version":1})");
}

}  // namespace
}  // namespace bigstep
