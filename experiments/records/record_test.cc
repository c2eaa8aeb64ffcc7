#include "experiments/records/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "experiments/plan/testing.h"
#include "experiments/records/record_writer.h"
#include "experiments/records/study_records.h"
#include "experiments/spec/trial_reader.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    result_.steps = 30;
    result_.metrics = {
        {"accuracy", {{"train", 0.1}, {"unbiased_test", nullptr}}}};
    result_.history = {
        {10, 0.5, {{"accuracy", {{"train", 0.25}, {"group_test", {1, 2}}}}}},
        {20, 0.25, {{"accuracy", {{"train", nullptr}, {"group_test", {1}}}}}}};
  }

  absl::Status Write() {
    return WriteRecord(folder_,
                       {plan_.trials[0].id, plan_.study.name,
                        plan_.trials[0].settings, Json::object(), "now"},
                       result_);
  }

  std::string Path(const std::string& file) {
    return TrialFolder(folder_, plan_.trials[0].id) + "/" + file;
  }

  // `text` with its first `from` replaced.
  static std::string Damaged(std::string text, const std::string& from,
                             const std::string& to) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }

  // A list in a list, `depth` times.
  static std::string Nested(size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  }

  std::string folder_ = MakeTestFolder();
  Plan plan_ = PlanOf(kTinySpec);
  TrialResult result_;
};

TEST_F(RecordTest, ReadsBackWhatWasWritten) {
  ASSERT_OK(Write());
  const auto record = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(record);
  ASSERT_TRUE(record->has_value());
  EXPECT_EQ((*record)->outcome, Outcome::kCompleted);
  EXPECT_EQ((*record)->metrics, result_.metrics);
}

TEST_F(RecordTest, HoldsTheFitAndTheCourseOfTraining) {
  result_.fit = TrainFit{0.75, 0.5};
  result_.course = {{"accuracy", {{"train.peak", 0.25}}}};
  ASSERT_OK(Write());
  const auto record = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(record);
  EXPECT_EQ((*record)->fit, (Json{{"accuracy", 0.75}, {"cross_entropy", 0.5}}));
  EXPECT_EQ((*record)->course, result_.course);
  const std::string text = ReadTestFile(Path("record.json"));
  for (const auto& [from, to] :
       {std::pair("0.75", "\"high\""),
        std::pair("\"train.peak\": 0.25", "\"train.peak\": {}")}) {
    EXPECT_EQ(ParseRecord(Damaged(text, from, to)).status().code(),
              absl::StatusCode::kDataLoss)
        << to;
  }
}

TEST_F(RecordTest, HasNotConvergedIfItMissedTheFitItWasToReach) {
  const auto unconverged = [](const std::string& stop, bool collapsed,
                              const Json& options) {
    Record record;
    record.stop = stop;
    record.collapsed = collapsed;
    record.trial = {{"training", {{"stop", options}}}};
    return IsUnconverged(record);
  };
  const Json bound = {{"train_accuracy", 0.0}, {"cross_entropy", 0.01}};
  EXPECT_TRUE(unconverged("max_steps", false, bound));
  EXPECT_TRUE(unconverged("plateau", false, {{"train_accuracy", 1}}));
  EXPECT_FALSE(unconverged("train_thresholds", false, bound));
  EXPECT_FALSE(unconverged("max_steps", true, bound));  // It collapsed.
  EXPECT_FALSE(unconverged("max_steps", false, {{"patience", 100}}));
  EXPECT_FALSE(unconverged("max_steps", false, Json::array()));
  EXPECT_FALSE(IsUnconverged(Record()));  // Before there were such rules.
}

TEST_F(RecordTest, HistoryHasARowAStepAndNoLists) {
  ASSERT_OK(Write());
  const auto csv = ReadFile(Path("history.csv"));
  ASSERT_OK(csv);
  EXPECT_EQ(*csv,
            "step,train_loss,accuracy.train\n"
            "10,0.5,0.25\n"
            "20,0.25,\n");
}

TEST_F(RecordTest, PicturesLieBesideTheRecord) {
  result_.pictures = {{"metric_first", "one"}, {"metric_second", "two"}};
  ASSERT_OK(Write());
  EXPECT_EQ(ReadTestFile(Path("metric_first.png")), "one");
  EXPECT_EQ(ReadTestFile(Path("metric_second.png")), "two");
}

TEST_F(RecordTest, ATrialIsNotFinishedUntilItsPicturesAre) {
  result_.pictures = {{"no_folder/picture", ""}};
  EXPECT_FALSE(Write().ok());
  const auto record = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(record);
  EXPECT_FALSE(record->has_value());
}

TEST_F(RecordTest, TrialYamlNamesTheSameTrial) {
  ASSERT_OK(Write());
  const auto yaml = ReadFile(Path("trial.yaml"));
  ASSERT_OK(yaml);
  Problems problems;
  const SpecNode node = ReadSpec(*yaml, "trial.yaml", 0, problems);
  TrialSettings settings;
  ReadTrialSections(node, "", {"metrics", "seed"}, problems, &settings);
  settings.metrics =
      ReadMetricChoices(*node.Find("metrics"), "metrics", problems);
  ReadValue(*node.Find("seed"), "seed", problems, &settings.seed);
  EXPECT_EQ(Message(problems), "");
  EXPECT_EQ(settings.Id(), plan_.trials[0].id);
}

TEST_F(RecordTest, WithoutRecordJsonATrialIsNotFinished) {
  const auto none = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(none);
  EXPECT_FALSE(none->has_value());
  ASSERT_OK(Write());
  std::filesystem::remove(Path("record.json"));
  const auto removed = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(removed);
  EXPECT_FALSE(removed->has_value());
}

TEST_F(RecordTest, FinishedTrialsAmongTheIdsAreRead) {
  const std::vector<std::string> ids = {plan_.trials[0].id, plan_.trials[1].id};
  auto records = ReadStudyRecords(folder_, plan_.study);
  ASSERT_OK(records);
  EXPECT_TRUE(records->empty());
  ASSERT_OK(Write());
  std::filesystem::create_directory(TrialFolder(folder_, ids[1]));
  WriteTestFile(TrialFolder(folder_, "other") + "/record.json", "{");
  EXPECT_THAT(*ListTrials(folder_),
              testing::UnorderedElementsAre(ids[0], ids[1], "other"));
  records = ReadStudyRecords(folder_, plan_.study);
  ASSERT_OK(records);
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->begin()->first, ids[0]);
  EXPECT_EQ(records->begin()->second.metrics, result_.metrics);
}

TEST_F(RecordTest, ADamagedRecordIsNamedWithTheCure) {
  ASSERT_OK(Write());
  const auto text = ReadFile(Path("record.json"));
  ASSERT_OK(text);
  const struct {
    std::string content, message;
  } kCases[] = {
      {text->substr(0, text->size() / 2), "not valid JSON at byte "},
      {"", "not valid JSON at byte "},
      {"{}", "key 'format' not found"},
      {R"({"format": 99})", "expected format 2, found 99"},
      {Damaged(*text, R"("metrics": {)", R"("metrics": 5, "x": {)"),
       "metrics: expected an object, found 5"},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": 5, "x": {)"),
       "expected metrics as {metric: {result: value}}"},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": {"x": "0.5",)"),
       "metrics.accuracy.x: expected a number (up to 1e150, integers up to "
       "2^53), "
       "null or a list, found \"0.5\""},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": {"x": [1, [true]],)"),
       "metrics.accuracy.x[1][0]: expected a number"},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": {"x": {"y": 1},)"),
       "metrics.accuracy.x: expected a number"},
      {Damaged(*text, R"("accuracy": {)",
               R"("accuracy": {"x": 9007199254740993,)"),
       "metrics.accuracy.x: expected a number"},
      {Damaged(*text, R"("accuracy": {)",
               R"("accuracy": {"x": -9007199254740993,)"),
       "metrics.accuracy.x: expected a number"},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": {"x": 1e999,)"),
       "a number is too large for a double"},
      {Damaged(*text, R"("accuracy": {)", R"("accuracy": {"x": -1e151,)"),
       "metrics.accuracy.x: expected a number (up to 1e150"},
      {Damaged(*text, R"("stop": "max_steps")", R"("stop": "bored")"),
       "stop: expected 'max_steps', 'train_thresholds', 'plateau', "
       "'collapsed' with outcome 'completed', found \"bored\""},
      {Damaged(*text, R"("outcome": "completed")", R"("outcome": "diverged")"),
       "stop: expected 'diverged' with outcome 'diverged'"},
      {Damaged(*text, R"("outcome": "completed")", R"("outcome": "failed")"),
       "stop: expected '' with outcome 'failed'"},
      {Damaged(Damaged(Damaged(*text, R"("outcome": "completed")",
                               R"("outcome": "diverged")"),
                       R"("stop": "max_steps")", R"("stop": "diverged")"),
               R"("collapsed": false)", R"("collapsed": true)"),
       "collapsed: expected false with outcome 'diverged', found true"},
      {Damaged(*text, R"("times": {)",
               R"("data": {"counts": {"splits": [{"examples": -3}]}},
                  "times": {)"),
       "data.counts.splits.examples: expected an integer from 0"},
      {Damaged(*text, R"("times": {)",
               R"("data": {"counts": {"splits": [{"groups": [[1, -3]]}]}},
                  "times": {)"),
       "data.counts.splits.groups: expected lists of integers from 0"},
      {Damaged(*text, R"("steps": 30)", R"("steps": 1e23)"),
       "steps: expected an integer, found 9.999999999999999e+22"},
      {Damaged(*text, R"("steps": 30)", R"("steps": -1)"),
       "steps: expected an integer from 0"},
      {Damaged(*text, R"("provenance": {)",
               R"("provenance": {"threads": 1000000000)"),
       "provenance.threads: expected an integer from 1 to 1024"},
      {Damaged(*text, R"("provenance": {)", R"("provenance": {"commit": 5)"),
       "provenance.commit: expected text, found 5"},
      {Damaged(*text, R"("provenance": {})", R"("provenance": null)"),
       "provenance: expected an object, found nothing"},
      {Damaged(*text, R"("trial": {)", R"("trial": [], "x": {)"),
       "trial: expected an object, found []"},
      {Damaged(*text, R"("metrics": [)", R"("metrics": 5, "x": [)"),
       "trial.metrics: expected a list, found 5"},
      {Damaged(*text, R"("metrics": [)", R"("metrics": [5, )"),
       "trial.metrics: expected an object, found 5"},
      {Damaged(*text, R"("metrics": [)", R"("metrics": [{"name": 5}, )"),
       "trial.metrics.name: expected text, found 5"},
      {Damaged(*text, R"("times": {)", R"("data": [], "times": {)"),
       "data: expected an object, found []"},
      {Damaged(*text, R"("started": "now")", R"("started": 5)"),
       "times.started: expected text, found 5"},
      {Damaged(*text, R"("metrics": {)",
               absl::StrCat(R"("metrics": {"x": )", Nested(100000), ", ")),
       "expected JSON nested at most 64 deep"},
      {Damaged(*text, R"("outcome": "completed")", R"("outcome": "done")"),
       "unknown outcome 'done'"},
      {R"({"format": 1, "id": "other"})",
       "expected the record of " + plan_.trials[0].id + ", found that of "},
  };
  for (const auto& [content, message] : kCases) {
    std::ofstream(Path("record.json")) << content;
    const absl::Status status =
        ReadRecord(folder_, plan_.trials[0].id).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("in " + Path("record.json") +
                          "; delete the file to run the trial again"));
  }
}

TEST_F(RecordTest, ARecordWithoutResultsOfAMetricIsNotAddedTo) {
  ASSERT_OK(Write());  // Has results of the first metric alone.
  const std::string before = *ReadFile(Path("record.json"));
  const absl::Status status =
      AddMeasurement(folder_, plan_.trials[0].id, Measurement());
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("record.json: metrics: no results of "
                        "'activation_sparsity', which is in metric_ids; "
                        "delete the file to run the trial again"));
  EXPECT_EQ(*ReadFile(Path("record.json")), before);
}

TEST_F(RecordTest, AFailureKeepsItsReason) {
  result_.outcome = Outcome::kFailed;
  result_.reason = "out of memory \xff";  // Not UTF-8 at the end.
  ASSERT_OK(Write());
  const auto record = ReadRecord(folder_, plan_.trials[0].id);
  ASSERT_OK(record);
  EXPECT_EQ((*record)->outcome, Outcome::kFailed);
  EXPECT_EQ((*record)->reason, "out of memory \xef\xbf\xbd");
}

}  // namespace
}  // namespace bigstep
