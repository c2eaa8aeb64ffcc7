#include "experiments/report/tables/trials_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(TrialsTableTest, HasARowForEveryTrialInTheOrderOfThePlan) {
  EXPECT_EQ(
      ToCsv(TrialsTable(MixedStudy().study_, MixedStudy().records_)),
      "id,seed,outcome,collapsed,not_converged,steps,stop,reason,settings,axis."
      "lr,"
      "axis.momentum,accuracy.test,accuracy.validation,size.bytes\n"
      "t0,0,completed,false,false,0,,,lr: lr=0.1; momentum: "
      "momentum=0,0.1,0,0.5,0.5,"
      "100\n"
      "t1,1,completed,false,false,0,,,lr: lr=0.1; momentum: "
      "momentum=0,0.1,0,0.7,0.7,"
      "300\n"
      "t2,0,completed,false,false,0,,,lr: lr=1,1,,0.9,0.9,50\n"
      "t3,1,diverged,false,false,0,,,lr: lr=1,1,,,,\n"
      "t4,0,completed,false,false,0,,,momentum: momentum=0.9,,0.9,0.75,0.75,\n"
      "t5,1,completed,true,false,0,,,momentum: momentum=0.9,,0.9,0.75,0.75,80\n"
      "t6,0,failed,false,false,0,,out of memory,momentum: "
      "momentum=0.99,,0.99,,,\n"
      "t7,1,missing,,,,,,momentum: momentum=0.99,,0.99,,,\n");
}

TEST(TrialsTableTest, HasTheTrainingFitOfEachTrial) {
  StudyBuilder b;
  const size_t configuration = b.AddAxisValue("lr", "1", 1.0);
  b.AddCompleted({configuration}, 0, 0.5, 1).fit = {{"accuracy", 1.0},
                                                    {"cross_entropy", 0.0096}};
  b.AddCompleted({configuration}, 1, 0.5, 1);
  const std::string csv = ToCsv(TrialsTable(b.study_, b.records_));
  EXPECT_THAT(csv, HasSubstr(",fit.accuracy,fit.cross_entropy,"));
  EXPECT_THAT(csv, HasSubstr(",1.0,0.0096,"));
}

// Two trials with the options `first` and `second`.
std::string WithOptions(const Json& first, const Json& second) {
  StudyBuilder b;
  const size_t configuration = b.AddAxisValue("lr", "1", 1.0);
  b.AddCompleted({configuration}, 0, 0.5, 1).trial = first;
  b.AddCompleted({configuration}, 1, 0.5, 1).trial = second;
  return ToCsv(TrialsTable(b.study_, b.records_));
}

TEST(TrialsTableTest, OptionsThatVaryAreColumns) {
  const std::string csv = WithOptions(
      {{"optimizer", {{"name", "sgd"}, {"lr", 0.1}}},
       {"model", {{"hidden", {100, 10}}, {"bias", true}}},
       {"seed", 0},
       {"metrics", Json::array()}},
      {{"optimizer", {{"name", "momentum"}, {"lr", 0.1}, {"momentum", 0.9}}},
       {"model", {{"hidden", {100}}, {"bias", true}}},
       {"seed", 1},
       {"metrics", Json::array()}});
  // 0.1 / (1 - 0.9) is 1, but for the rounding of doubles.
  EXPECT_THAT(csv, HasSubstr(",axis.lr,derived.effective_step,model.hidden,"
                             "optimizer.momentum,optimizer.name,"
                             "accuracy.test,"));
  EXPECT_THAT(csv, HasSubstr(",1,0.1,\"[100,10]\",,sgd,0.5,"));
  EXPECT_THAT(csv, HasSubstr(",1,1.0000000000000002,[100],0.9,momentum,0.5,"));
}

TEST(TrialsTableTest, PluginsOfAListGoByTheirNames) {
  const Json l1 = {{"name", "l1"}, {"coefficient", 0.1}};
  const Json l2 = {{"name", "l2"}, {"coefficient", 0.2}};
  const std::string csv = WithOptions({{"regularizers", Json::array()}},
                                      {{"regularizers", {l1, l2}}});
  EXPECT_THAT(csv, HasSubstr(",regularizers,regularizers.l1.coefficient,"
                             "regularizers.l2.coefficient,accuracy.test,"));
  EXPECT_THAT(csv, HasSubstr(",1,,,,0.5,"));
  EXPECT_THAT(csv, HasSubstr(",1,l1+l2,0.1,0.2,0.5,"));
  // Two of one name cannot be distinguished that way.
  EXPECT_THAT(WithOptions({{"regularizers", {l1, l1}}},
                          {{"regularizers", Json::array()}}),
              HasSubstr(",\"[{\"\"coefficient\"\":0.1,\"\"name\"\":\"\"l1\"\"},"
                        "{\"\"coefficient\"\":0.1,\"\"name\"\":\"\"l1\"\"}]\""
                        ",0.5,"));
}

TEST(TrialsTableTest, ListsAreNoResultsAndUndefinedOnesAreEmpty) {
  StudyBuilder b;
  b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 1.0 / 3, 1)
      .metrics["curve"] = {{"points", {1, 2}}, {"slope", nullptr}};
  const std::string csv = ToCsv(TrialsTable(b.study_, b.records_));
  EXPECT_THAT(csv, HasSubstr("accuracy.validation,curve.slope,size.bytes\n"));
  EXPECT_THAT(csv, HasSubstr(",0.3333333333333333,0.3333333333333333,,1\n"));
}

TEST(TrialsTableTest, AllThatTimesChangeIsAtTheEnd) {
  StudyBuilder b;
  Record& record = b.AddCompleted({b.AddAxisValue("lr", "1", 1.0)}, 0, 0.5, 1);
  const std::string without = ToCsv(TrialsTable(b.study_, b.records_));
  record.times = {{"train_s", 1.5}, {"started", "now"}};
  record.provenance = {{"commit", "c0ffee"}, {"device", "cpu"}, {"threads", 1}};
  const std::string csv = ToCsv(TrialsTable(b.study_, b.records_));
  const size_t line = without.find('\n');
  EXPECT_THAT(csv, StartsWith(without.substr(0, line) +
                              ",run.commit,run.device,run.started,"
                              "run.train_s\n"));
  EXPECT_THAT(csv,
              HasSubstr(without.substr(line + 1, without.size() - line - 2) +
                        ",c0ffee,cpu,now,1.5\n"));
}

TEST(TrialsTableTest, AwkwardTextIsQuoted) {
  StudyBuilder b;
  const size_t configuration =
      b.AddAxisValue("l,r", "a \"b\"\nc", std::nullopt);
  b.AddOutcome({configuration}, 0, Outcome::kFailed).reason = "a, b";
  const std::string csv = ToCsv(TrialsTable(b.study_, b.records_));
  EXPECT_THAT(csv, HasSubstr(",\"axis.l,r\"\n"));
  EXPECT_THAT(csv, HasSubstr(",\"a, b\",\"l,r: l,r=a \"\"b\"\"\nc\","
                             "\"a \"\"b\"\"\nc\"\n"));
}

TEST(TrialsTableTest, WithoutRecordsOnlyThePlanIsKnown) {
  StudyBuilder b = MixedStudy();
  b.records_.clear();
  const std::string csv = ToCsv(TrialsTable(b.study_, b.records_));
  EXPECT_THAT(csv, HasSubstr("axis.momentum\nt0,0,missing,,,,,,lr: lr=0.1; "
                             "momentum: momentum=0,0.1,0\n"));
  EXPECT_THAT(csv, Not(HasSubstr("accuracy")));
}

}  // namespace
}  // namespace bigstep
