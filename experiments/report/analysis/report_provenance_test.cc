#include "experiments/report/analysis/report_provenance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// Two configurations of two trials that differ in the learning rate and a list.
class ReportProvenanceTest : public testing::Test {
 protected:
  ReportProvenanceTest() {
    study_.name = "tiny";
    study_.configurations = {{"base", "base", {}}, {"lr", "lr=1", {}}};
    for (int t = 0; t < 4; ++t) {
      const std::string id = "t" + std::to_string(t);
      study_.trials.push_back({id, t % 2, {static_cast<size_t>(t / 2)}});
      Record& record = records_[id];
      record.trial = {
          {"optimizer", {{"name", "sgd"}, {"lr", t < 2 ? 0.1 : 1.0}}},
          {"regularizers", t < 2 ? Json::array() : Json({{{"name", "l2"}}})},
          {"seed", t % 2},
          {"metrics", {"accuracy"}}};
      record.provenance = {{"commit", "0123abc"},
                           {"device", t == 0 ? "cuda:0" : "cpu"}};
    }
  }

  Study study_;
  Records records_;
};

TEST_F(ReportProvenanceTest, OptionsAreSharedOrDiffer) {
  EXPECT_THAT(SharedOptions(records_),
              ElementsAre(Pair("optimizer.name", "sgd")));
  EXPECT_THAT(
      DifferingOptions(study_, records_),
      ElementsAre(
          Pair("base", "optimizer.lr = 0.1\nregularizers = []"),
          Pair("lr=1",
               "optimizer.lr = 1.0\nregularizers = [{\"name\":\"l2\"}]")));
}

TEST_F(ReportProvenanceTest, AnOptionThatOneSettingLacksDiffers) {
  for (const char* id : {"t2", "t3"}) {
    records_[id].trial["optimizer"]["momentum"] = 0.9;
  }
  EXPECT_THAT(DifferingOptions(study_, records_)[1].second,
              HasSubstr("optimizer.momentum = 0.9"));
  EXPECT_THAT(DifferingOptions(study_, records_)[0].second,
              Not(HasSubstr("momentum")));
}

TEST_F(ReportProvenanceTest, ProvenanceNamesAllValuesWithTheirTrials) {
  EXPECT_THAT(ProvenanceFacts(records_),
              ElementsAre(Pair("commit", "0123abc"),
                          Pair("device", "cpu (3 trials)\ncuda:0 (1 trial)")));
}

TEST_F(ReportProvenanceTest, DataDifferByCountsAndWarnings) {
  for (auto& [id, record] : records_) {
    record.trial["dataset"] = {{"name", "birds"}};
    record.data = {{"sha256", id}, {"counts", {{"train", 4}}}};
  }
  records_["t2"].data["warnings"] = {"look"};
  records_["t3"].data = Json::array();  // Somebody else's.
  const std::vector<RecordedData> data = DataOfRecords(records_);
  ASSERT_EQ(data.size(), 2u);
  EXPECT_EQ(data[0].dataset, "birds");
  EXPECT_EQ(data[0].trials, 2);
  EXPECT_EQ(data[1].trials, 1);
  EXPECT_EQ(data[1].record, &records_["t2"]);
  for (const auto& [key, value] : ProvenanceFacts(records_)) {
    EXPECT_THAT(key, Not(HasSubstr("counts")));
    EXPECT_THAT(key, Not(HasSubstr("warnings")));
  }
}

TEST_F(ReportProvenanceTest, CommandsNameTheCommitIfThereIsOne) {
  const std::string commands =
      ReproductionCommands(study_, records_, "results/tiny");
  EXPECT_THAT(commands, HasSubstr("git checkout 0123abc\n"));
  EXPECT_THAT(commands,
              HasSubstr("--record=results/tiny/trials/t0/record.json"));
  // The spec is not known: nothing pretends that it is.
  EXPECT_THAT(commands, Not(HasSubstr("--spec")));
  EXPECT_THAT(commands, HasSubstr("# study.json does not hold the spec: "));
  records_["t1"].provenance["commit"] = "other";
  EXPECT_THAT(ReproductionCommands(study_, records_, "results/tiny"),
              Not(HasSubstr("checkout")));
}

// A record and a study of a stranger.
TEST_F(ReportProvenanceTest, CommandsRunNothingElse) {
  study_.name = "a$(ls)'; ls #";
  study_.spec = "study: tiny\n";
  for (auto& [id, record] : records_) record.provenance["commit"] = "a; ls";
  study_.arguments = {"--set=a=$(ls)", "--out=/home", "--data_root=/a b"};
  const std::string commands = ReproductionCommands(
      study_, records_, absl::StrCat("results/", study_.name));
  EXPECT_THAT(commands, Not(HasSubstr("checkout")));
  EXPECT_THAT(commands, Not(HasSubstr("/home")));
  EXPECT_THAT(commands, HasSubstr("-- '--out=results/a$(ls)'\\''; ls #'\n"));
  EXPECT_THAT(commands,
              HasSubstr("-- '--spec=results/a$(ls)'\\''; ls #/spec.yaml' "
                        "--out=results "
                        "'--set=a=$(ls)' '--data_root=/a b'\n"));
}

TEST_F(ReportProvenanceTest, CommandsWorkWhereTheFolderIs) {
  study_.spec = "study: tiny\n";
  study_.arguments = {"--set=seeds=5", "--data_root=data"};
  const std::string commands =
      ReproductionCommands(study_, records_, "/a b/tiny/");
  EXPECT_THAT(commands,
              HasSubstr("run -- '--spec=/a b/tiny/spec.yaml' '--out=/a b' "
                        "--set=seeds=5 --data_root=data\n"));
  EXPECT_THAT(commands, HasSubstr("'--record=/a b/tiny/trials/t0/record.json' "
                                  "--data_root=data\n"));
  EXPECT_THAT(commands, HasSubstr("report -- '--out=/a b/tiny'\n"));
  // A folder that was renamed.
  EXPECT_THAT(ReproductionCommands(study_, records_, "other"),
              HasSubstr("--spec=other/spec.yaml --out=results "));
}

TEST_F(ReportProvenanceTest, ATrialWithARecordIsTheOneToReproduce) {
  records_.erase("t0");
  records_.erase("t1");
  EXPECT_THAT(ReproductionCommands(study_, records_, "results/tiny"),
              HasSubstr("--record=results/tiny/trials/t2/record.json"));
  EXPECT_THAT(ReproductionCommands(study_, {}, "results/tiny/"),
              Not(HasSubstr("--record")));
}

TEST_F(ReportProvenanceTest, ChangedSourcesAreSaidToBe) {
  for (auto& [id, record] : records_) record.provenance["commit"] = "0123abc+";
  EXPECT_THAT(ReproductionCommands(study_, records_, "results/tiny"),
              HasSubstr("changes that are in no commit.\n"
                        "git checkout 0123abc\n"));
}

TEST_F(ReportProvenanceTest, AnExternalWorkspaceHasProgramsOfItsOwn) {
  study_.spec = "study: tiny\n";
  for (auto& [id, record] : records_) {
    record.provenance["workspace_commit"] = "abc0123+";
  }
  EXPECT_EQ(ReproductionCommands(study_, records_, "results/tiny"),
            "# In Bigstep, on which the workspace depends:\n"
            "git checkout 0123abc\n"
            "tools/setup.sh\n"
            "# In the workspace, with the names of its programs in its BUILD "
            "file:\n"
            "# The sources had changes that are in no commit.\n"
            "git checkout abc0123\n"
            "# The whole study; finished trials are kept.\n"
            "bazel run //:run -- --spec=results/tiny/spec.yaml "
            "--out=results\n"
            "# One trial again, compared with its record.\n"
            "bazel run //:reproduce -- "
            "--record=results/tiny/trials/t0/record.json\n"
            "# This report, from the records alone.\n"
            "bazel run @bigstep//experiments:report -- --out=results/tiny\n");
  for (auto& [id, record] : records_) {
    record.provenance["workspace_commit"] = "$(ls)";
  }
  EXPECT_THAT(ReproductionCommands(study_, records_, "results/tiny"),
              Not(HasSubstr("$(ls)")));
}

TEST_F(ReportProvenanceTest, WithoutRecordsThereIsNothingToSay) {
  EXPECT_TRUE(SharedOptions({}).empty());
  EXPECT_TRUE(DifferingOptions(study_, {}).empty());
  EXPECT_TRUE(ProvenanceFacts({}).empty());
}

}  // namespace
}  // namespace bigstep
