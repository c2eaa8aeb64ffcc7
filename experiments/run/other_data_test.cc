#include "experiments/run/other_data.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "datasets/dataset.h"
#include "experiments/records/trial_lock.h"
#include "experiments/run/testing.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Parity, whose labels are turned over for the seeds that a file names: "01".
struct FromFileOptions {
  bool seeded = false;
  std::string text = "";

  static void Describe(Schema<FromFileOptions>& s) {
    s.Summary("Reads a file.").Paper("none");
    s.Field("seeded", &FromFileOptions::seeded).Doc("whether seeds count");
    s.Field("text", &FromFileOptions::text).Doc("any");
  }
};

struct FromFile {
  static absl::StatusOr<std::unique_ptr<Dataset>> Create(
      const FromFileOptions& options, const DatasetArgs& args) {
    const int64_t seed = options.seeded ? args.seed : 0;
    auto dataset = MakePlugin<DatasetFamily>(
        "{name: parity, num_train: 200, num_validation: 100, num_test: 100}",
        {"", seed});
    dataset->seeded = options.seeded;
    const std::string content = args.data_root + "/content";
    if (fs::exists(content)) dataset->notes["content"] = ReadTestFile(content);
    const std::string turned = ReadTestFile(args.data_root + "/turned");
    if (turned.find(absl::StrCat(seed)) != std::string::npos) {
      dataset->train.labels = 1 - dataset->train.labels;
    }
    return dataset;
  }
};

BIGSTEP_REGISTER(Datasets, "from_file", FromFile, FromFileOptions);

class OtherDataTest : public RunnerTest {
 protected:
  OtherDataTest() { options_.setup.data_root = MakeTestFolder(); }

  // One value of one axis.
  static Plan PlanWith(int seeds, bool seeded, const std::string& lr = "0.1") {
    return PlanOf(
        kTinySpec,
        {absl::StrCat("dataset={name: from_file, seeded: ",
                      seeded ? "true" : "false", "}"),
         absl::StrCat("axes={lr: {set: optimizer.lr, values: [", lr, "]}}"),
         "plan={one_at_a_time: [lr]}", absl::StrCat("seeds=", seeds)});
  }

  // Turns the labels of these seeds over.
  void Turn(const std::string& seeds) {
    WriteTestFile(options_.setup.data_root + "/turned", seeds);
  }

  std::string DataOf(const Trial& trial) {
    return RecordOf(trial).data.at("sha256");
  }
};

TEST_F(OtherDataTest, KeptTrialsOfChangedDataStopTheRun) {
  ASSERT_OK(Run(PlanWith(1, false)));
  Turn("0");
  const Plan plan = PlanWith(2, false);
  const auto summary = Run(plan);
  const std::string old = DataOf(plan.trials[0]).substr(0, 12);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      std::string(summary.status().message()),
      AllOf(testing::StartsWith(
                absl::StrCat("1 done with other data (sha256 ", old, "… / ")),
            HasSubstr("): dataset from_file, lr=0.1 seed 0\n"),
            HasSubstr("--other_data=retrain"), HasSubstr("--other_data=keep")));
  EXPECT_EQ(RecordsInFolder(), 1);
  Turn("");
  ASSERT_OK(Run(plan));
  EXPECT_EQ(DataOf(plan.trials[0]), DataOf(plan.trials[1]));
  EXPECT_EQ(RecordOf(plan.trials[0]).data.at("seeded"), false);
}

// As image_groups does when images are replaced by others of their size.
TEST_F(OtherDataTest, OtherContentOfImagesIsOtherData) {
  const std::string content = options_.setup.data_root + "/content";
  ASSERT_OK(Run(PlanWith(1, false)));
  WriteTestFile(content, "aaaa");
  ASSERT_OK(Run(PlanWith(2, false)));  // The first record is older.
  WriteTestFile(content, "bbbb");
  EXPECT_THAT(std::string(Run(PlanWith(3, false)).status().message()),
              HasSubstr("1 done with other data (content aaaa… / bbbb…): "
                        "dataset from_file, lr=0.1 seed 1\n"));
  EXPECT_EQ(RecordsInFolder(), 2);
}

TEST_F(OtherDataTest, TrialsMayBeTrainedAgain) {
  ASSERT_OK(Run(PlanWith(2, false)));
  const Plan plan = PlanWith(3, false);
  const std::string before = DataOf(plan.trials[0]);
  const std::string folder = TrialFolder(folder_, plan.trials[0].id);
  const std::string record = ReadTestFile(folder + "/record.json");
  Turn("0");
  options_.other_data = OtherDataRule::kRetrain;
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 3);
  EXPECT_EQ(summary->reused, 0);
  EXPECT_THAT(progress_.str(), HasSubstr("2 done with other data (sha256 "));
  for (const Trial& trial : plan.trials) EXPECT_NE(DataOf(trial), before);
  EXPECT_EQ(ReadTestFile(folder + "/record.json.old"), record);
  // And once more: nothing of what was set aside is overwritten.
  Turn("");
  ASSERT_OK(Run(PlanWith(4, false)));
  EXPECT_EQ(ReadTestFile(folder + "/record.json.old"), record);
  EXPECT_TRUE(fs::exists(folder + "/record.json.old.2"));
}

TEST_F(OtherDataTest, OnlyChosenTrialsAreTrainedAgain) {
  ASSERT_OK(Run(PlanWith(2, false)));
  Turn("0");
  options_.other_data = OtherDataRule::kRetrain;
  const auto summary = RunSome(PlanWith(3, false), {0, 2});
  ASSERT_OK(summary);
  EXPECT_EQ(summary->trained, 2);
}

TEST_F(OtherDataTest, TrialsMayBeKeptAndNewRecordsSaySo) {
  for (const bool seeded : {false, true}) {
    ASSERT_OK(Run(PlanWith(1, seeded)));
    Turn("0");
    const Plan plan = PlanWith(2, seeded);
    EXPECT_FALSE(Run(plan).ok());
    options_.other_data = OtherDataRule::kKeep;
    const auto summary = Run(plan);
    ASSERT_OK(summary);
    EXPECT_EQ(summary->reused, 1);
    EXPECT_EQ(RecordOf(plan.trials[1]).provenance.at("other_data"),
              Json::array({DataOf(plan.trials[0])}));
    options_.other_data = OtherDataRule::kRefuse;
    Turn("");
  }
}

// A trial whose worker died has no data, but is one of those that mix.
TEST_F(OtherDataTest, LostTrialsSaySoToo) {
  const auto plan_of = [](int seeds) {
    return PlanOf(
        kTinySpec,
        {"dataset={name: from_file, seeded: true}",
         absl::StrCat("seeds=", seeds),
         "metrics=[accuracy, {name: crash, always: true, kind: exit}]",
         "compare.metrics=[accuracy.unbiased_test]",
         "axes={lr: {set: optimizer.lr, values: [0.1]}}",
         "plan={one_at_a_time: [lr]}"});
  };
  ASSERT_OK(Run(plan_of(1)));
  Turn("0");
  options_.other_data = OtherDataRule::kKeep;
  options_.retries = 0;
  const Plan plan = plan_of(2);
  const auto summary = Run(plan);
  ASSERT_OK(summary);
  EXPECT_EQ(summary->failed, 1);
  EXPECT_EQ(RecordOf(plan.trials[1]).provenance.at("other_data"),
            Json::array({DataOf(plan.trials[0])}));
}

// Whoever is told of the data compares identities.
TEST_F(OtherDataTest, IdentitiesAreReportedAsTheyAre) {
  const Plan plan =
      PlanOf(kTinySpec, {"dataset={name: from_file, text: \"a\u00a0b\"}"});
  std::string reported;
  options_.on_data = [&](const std::string& identity, const Json&) {
    reported = identity;
  };
  ASSERT_OK(Run(plan));
  EXPECT_EQ(reported,
            CanonicalJson(plan.trials[0].settings.dataset.Identity()));
}

TEST_F(OtherDataTest, AStaleRecordIsNotSetAside) {
  const Plan plan = PlanWith(1, false);
  ASSERT_OK(Run(plan));
  const std::string& id = plan.trials[0].id;
  const Record record = RecordOf(plan.trials[0]);
  const std::string path = TrialFolder(folder_, id) + "/record.json";
  {  // Another process trains it.
    const auto lock = LockTrial(folder_, id);
    ASSERT_OK(lock);
    ASSERT_OK(SetAsideRecord(folder_, id, record));
    EXPECT_TRUE(fs::exists(path));
  }
  Record other = record;  // It has trained it.
  other.times["started"] = "before";
  ASSERT_OK(SetAsideRecord(folder_, id, other));
  EXPECT_TRUE(fs::exists(path));
  ASSERT_OK(SetAsideRecord(folder_, id, record));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists(path + ".old"));
  EXPECT_FALSE(fs::exists(TrialFolder(folder_, id) + "/lock"));
  ASSERT_OK(SetAsideRecord(folder_, id, record));
  ASSERT_OK(SetAsideRecord(folder_, "none", record));
}

TEST_F(OtherDataTest, SeedsThatDecideTheDataAreComparedEach) {
  const Plan plan = PlanWith(2, true, "0.1, 0.2");
  ASSERT_OK(RunSome(plan, {0, 1}));
  EXPECT_NE(DataOf(plan.trials[0]), DataOf(plan.trials[1]));
  Turn("1");  // A change that seed 0 does not see.
  EXPECT_THAT(
      std::string(RunSome(plan, {2}).status().message()),
      AllOf(HasSubstr("1 done with other data"), HasSubstr("lr=0.1 seed 1\n")));
  Turn("2");
  ASSERT_OK(Run(plan));
}

TEST_F(OtherDataTest, AFinishedStudyNeedsNoData) {
  ASSERT_OK(Run(PlanWith(1, false)));
  Turn("0");
  ASSERT_OK(Run(PlanWith(1, false)));
}

TEST_F(OtherDataTest, OtherDatasetsDoNotMatter) {
  ASSERT_OK(Run(PlanWith(1, false)));
  Turn("0");
  ASSERT_OK(Run(PlanWith(1, true)));
}

TEST_F(OtherDataTest, OlderRecordsThatSayNothingAreUsed) {
  const Plan plan = PlanWith(1, false);
  ASSERT_OK(Run(plan));
  const std::string path =
      TrialFolder(folder_, plan.trials[0].id) + "/record.json";
  Json json = *ParseJson(*ReadFile(path));
  json.erase("data");
  WriteTestFile(path, json.dump());
  Turn("0");
  ASSERT_OK(Run(PlanWith(2, false)));
}

TEST(OtherDataRuleTest, HasThreeWords) {
  EXPECT_EQ(*ParseOtherDataRule("refuse"), OtherDataRule::kRefuse);
  EXPECT_EQ(*ParseOtherDataRule("retrain"), OtherDataRule::kRetrain);
  EXPECT_EQ(*ParseOtherDataRule("keep"), OtherDataRule::kKeep);
  EXPECT_EQ(ParseOtherDataRule("").status(),
            absl::InvalidArgumentError(
                "--other_data: expected refuse, retrain or keep, got ''"));
}

}  // namespace
}  // namespace bigstep
