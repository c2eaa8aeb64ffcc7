#include "experiments/report/tables/studies_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

// The mixed study, and one of another name with two configurations, one shared,
// and without the sizes.
StudySet TwoStudies() {
  StudyBuilder other;
  other.study_.name = "other";
  other.study_.question = "And here?";
  other.study_.columns.pop_back();
  other.AddCompleted({other.AddAxisValue("lr", "1", 1.0)}, 0, 0.25, 1);
  other.AddCompleted({other.AddAxisValue("lr", "2", 2.0)}, 0, 0.5, 1);
  auto set = MakeStudySet({MixedStudy().Analyzed(), other.Analyzed()});
  EXPECT_OK(set);
  return *set;
}

TEST(StudiesTableTest, StandsSideBySideWhatStudiesShare) {
  EXPECT_THAT(
      StudiesMarkdown(TwoStudies()),
      testing::StartsWith(
          "# tiny, other\n\n"
          "- tiny: Does it run? (5 completed (1 collapsed), 1 diverged, 1 "
          "failed, 1 missing)\n"
          "- other: And here? (2 completed)\n\n"
          "| result          | axis     | setting       | tiny          | "
          "other  |\n"
          "|-----------------|----------|---------------|---------------|------"
          "--|\n"
          "| accuracy.test ↑ | lr       | lr=0.1        | 0.60 ± 0.14   |      "
          "  |\n"
          "| accuracy.test ↑ | lr       | lr=1          | 0.90 (1 of 2) | "
          "0.2500 |\n"
          "| accuracy.test ↑ | momentum | momentum=0    | 0.60 ± 0.14   |      "
          "  |\n"
          "| accuracy.test ↑ | momentum | momentum=0.9  | 0.75 ± 0.00   |      "
          "  |\n"
          "| accuracy.test ↑ | momentum | momentum=0.99 | - (0 of 2)    |      "
          "  |\n"
          "| accuracy.test ↑ | lr       | lr=2          |               | "
          "0.5000 |\n"
          "\n"
          "The best value of each axis:\n"
          "\n"
          "| result          | axis     | best    | tiny        | other  |\n"
          "|-----------------|----------|---------|-------------|--------|\n"
          "| accuracy.test ↑ | lr       | 0.1 / 2 | 0.60 ± 0.14 | 0.5000 |\n"
          "| accuracy.test ↑ | momentum | 0.9 / - | 0.75 ± 0.00 |        |\n"));
}

TEST(StudiesTableTest, ResultsMeasuredDifferentlyGetAWarning) {
  StudySet set = TwoStudies();
  set.studies[0].study.metric_ids = {{"accuracy", "1"}};
  set.studies[1].study.metric_ids = {{"accuracy", "1"}};
  EXPECT_THAT(StudiesMarkdown(set), testing::Not(HasSubstr("Warning")));
  set.studies[1].study.metric_ids = {{"accuracy", "2"}};
  EXPECT_THAT(StudiesMarkdown(set),
              HasSubstr("Warning: not all studies measured accuracy by the "
                        "same options and version of the metric."));
}

// The second study calls its axis and values otherwise, and one value by a name
// that the first gives to another.
TEST(StudiesTableTest, StudiesAreJoinedByWhatTheyTrainNotByLabels) {
  const auto study = [](const std::string& axis,
                        const std::vector<AxisValue>& values) {
    StudyBuilder builder;
    builder.study_.axes = {{axis, "loss"}};
    double accuracy = 0.25;
    for (const AxisValue& value : values) {
      const size_t position = builder.AddConfiguration(
          {axis, absl::StrCat(axis, "=", value.label), {value}});
      builder.AddCompleted({position}, 0, accuracy, 1);
      accuracy += 0.25;
    }
    return builder.Analyzed();
  };
  const std::string one = "{name: focal, gamma: 1}";
  const std::string two = "{name: focal, gamma: 2}";
  const auto set = MakeStudySet(
      {study("focal", {{"focal", "1", 1.0, one}, {"focal", "2", 2.0, two}}),
       study("loss", {{"loss", "1", 1.0, two},
                      {"loss", "weak", std::nullopt, one},
                      {"loss", "2", 2.0, "{name: focal, gamma: 4}"}})});
  ASSERT_OK(set);
  EXPECT_THAT(
      StudiesMarkdown(*set),
      HasSubstr("| accuracy.test ↑ | focal | focal=1 | 0.2500 | 0.5000   |\n"
                "| accuracy.test ↑ | focal | focal=2 | 0.5000 | 0.2500   |\n"
                "| accuracy.test ↑ | loss  | loss=2  |        | 0.7500   |\n"));
}

// In studies made before there were values, too.
TEST(StudiesTableTest, AxesThatSetOneOptionKeepTheirLines) {
  const auto study = [] {
    StudyBuilder builder;
    builder.study_.axes = {{"adam", "optimizer"}, {"asam", "optimizer"}};
    double accuracy = 0.25;
    for (const char* const axis : {"adam", "asam"}) {
      const size_t position = builder.AddConfiguration(
          {axis, absl::StrCat(axis, "=1"), {{axis, "1", 1.0}}});
      builder.AddCompleted({position}, 0, accuracy, 1);
      accuracy += 0.25;
    }
    return builder.Analyzed();
  };
  const auto set = MakeStudySet({study(), study()});
  ASSERT_OK(set);
  const std::string text = StudiesMarkdown(*set);
  EXPECT_THAT(text, HasSubstr("| adam | adam=1  | 0.2500 | 0.2500   |"));
  EXPECT_THAT(text, HasSubstr("| asam | asam=1  | 0.5000 | 0.5000   |"));
  EXPECT_THAT(text, HasSubstr("| adam | 1    | 0.2500 | 0.2500   |"));
  EXPECT_THAT(text, HasSubstr("| asam | 1    | 0.5000 | 0.5000   |"));
}

TEST(StudiesTableTest, BestValuesOfOneLabelAreToldApart) {
  std::vector<Analysis> studies;
  for (const std::string gamma : {"1", "2"}) {
    StudyBuilder builder;
    const size_t position = builder.AddConfiguration(
        {"lr", "lr=a", {{"lr", "a", std::nullopt, gamma}}});
    builder.AddCompleted({position}, 0, 0.5, 1);
    studies.push_back(builder.Analyzed());
  }
  const auto set = MakeStudySet(std::move(studies));
  ASSERT_OK(set);
  EXPECT_THAT(StudiesMarkdown(*set),
              HasSubstr("| a (optimizer.lr: 1) / a (optimizer.lr: 2) |"));
}

TEST(StudiesTableTest, SettingsOfOneNameAreToldApart) {
  std::vector<Analysis> studies;
  for (const std::string rate : {"0.1", "0.3"}) {
    StudyBuilder builder;
    const size_t position = builder.AddConfiguration(
        {"l2", "l2=1", {{"l2", "1", 1.0, "1", "optimizer.lr: " + rate}}});
    builder.AddCompleted({position}, 0, 0.5, 1);
    studies.push_back(builder.Analyzed());
  }
  const auto set = MakeStudySet(std::move(studies));
  ASSERT_OK(set);
  EXPECT_THAT(StudiesMarkdown(*set),
              HasSubstr("| l2=1 (optimizer.l2: 1, optimizer.lr: 0.1) | 0.5000 "
                        "|          |\n"));
  EXPECT_THAT(StudiesMarkdown(*set),
              HasSubstr("| l2=1 (optimizer.l2: 1, optimizer.lr: 0.3) |        "
                        "| 0.5000   |\n"));
}

TEST(StudiesTableTest, CsvHasARowForEachStudyAndSetting) {
  const std::string csv = StudiesCsv(TwoStudies());
  EXPECT_THAT(csv, HasSubstr("study,axis,setting,trials,completed,collapsed,"
                             "diverged,failed,missing,not_converged,"
                             "accuracy.test.n,"
                             "accuracy.test.mean,accuracy.test.std,"
                             "accuracy.test.low,accuracy.test.high\n"));
  EXPECT_THAT(csv, HasSubstr("\ntiny,lr,lr=1,2,1,0,1,0,0,0,1,0.9,,,\n"));
  EXPECT_THAT(csv, HasSubstr("\nother,lr,lr=2,1,1,0,0,0,0,0,1,0.5,,,\n"));
}

// The first has no fit, the others have one of another kind each.
TEST(StudiesTableTest, CsvBearsStudiesOfDifferentFits) {
  std::vector<Analysis> studies;
  for (const Json& fit :
       {Json::object(), Json({{"accuracy", 0.9}, {"cross_entropy", 0.5}}),
        Json({{"squared_error", 0.25}})}) {
    StudyBuilder builder;
    builder.AddCompleted({builder.AddAxisValue("lr", "1", 1.0)}, 0, 0.25, 1)
        .fit = fit;
    studies.push_back(builder.Analyzed());
  }
  const auto set = MakeStudySet(std::move(studies));
  ASSERT_OK(set);
  const std::vector<std::string> lines =
      absl::StrSplit(StudiesCsv(*set), '\n', absl::SkipEmpty());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0],
              HasSubstr(",fit.accuracy,fit.cross_entropy,fit.squared_error,"));
  EXPECT_THAT(lines[1], HasSubstr(",0,,,,1,"));
  EXPECT_THAT(lines[2], HasSubstr(",0,0.9,0.5,,1,"));
  EXPECT_THAT(lines[3], HasSubstr(",0,,,0.25,1,"));
}

TEST(StudiesTableTest, LatexHasAColumnForEachStudy) {
  const std::string latex = StudiesLatex(TwoStudies());
  EXPECT_THAT(latex,
              HasSubstr("result & axis & setting & \\multicolumn{2}{c}{tiny} "
                        "& \\multicolumn{2}{c}{other} \\\\\n"));
  EXPECT_THAT(latex,
              HasSubstr("accuracy.test $\\uparrow$ & lr & lr=1 & 0 & .90 (1 of "
                        "2) & 0 & .2500 \\\\\n"));
  EXPECT_THAT(latex, HasSubstr("\\label{tab:tiny-other-settings}"));
  EXPECT_THAT(latex, HasSubstr("\\label{tab:tiny-other-axes}"));
}

TEST(StudiesTableTest, EachRuleIsNamedWithItsStudies) {
  StudyBuilder lower = MixedStudy();
  lower.study_.selection_lower = true;
  const auto set = MakeStudySet({MixedStudy().Analyzed(), lower.Analyzed()});
  ASSERT_OK(set);
  const std::string text = StudiesMarkdown(*set);
  EXPECT_THAT(text, HasSubstr(" tiny: Best: the highest"));
  EXPECT_THAT(text, HasSubstr(" tiny (2): Best: the lowest"));
}

TEST(StudiesTableTest, StudiesThatShareNothingAreNotCompared) {
  StudyBuilder a, b;
  a.study_.columns.pop_back();
  b.study_.name = "other";
  b.study_.columns.erase(b.study_.columns.begin());
  const auto set = MakeStudySet({a.Analyzed(), b.Analyzed()});
  EXPECT_TRUE(absl::IsInvalidArgument(set.status()));
  EXPECT_EQ(set.status().message(),
            "the studies share no column of their tables: tiny has "
            "accuracy.test; other has size.bytes");
}

TEST(StudiesTableTest, OneStudyIsNoComparison) {
  EXPECT_TRUE(absl::IsInvalidArgument(
      MakeStudySet({MixedStudy().Analyzed()}).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(MakeStudySet({}).status()));
}

TEST(StudiesTableTest, FilesAreWritten) {
  const std::string folder = MakeTestFolder() + "/both";
  ASSERT_OK(WriteStudies(folder, TwoStudies()));
  EXPECT_EQ(ReadTestFile(folder + "/studies.md"),
            StudiesMarkdown(TwoStudies()));
  EXPECT_EQ(ReadTestFile(folder + "/studies.csv"), StudiesCsv(TwoStudies()));
  EXPECT_EQ(ReadTestFile(folder + "/studies.tex"), StudiesLatex(TwoStudies()));
}

}  // namespace
}  // namespace bigstep
