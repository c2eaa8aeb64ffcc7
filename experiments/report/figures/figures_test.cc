#include "experiments/report/figures/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/files.h"
#include "base/testing.h"
#include "experiments/report/figures/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class FiguresTest : public testing::Test {
 protected:
  FiguresTest() : study_(FiguresStudy()), analysis_(study_.Analyzed()) {
    for (const std::string& id : DynamicsTrials(study_.study_)) {
      histories_[id] = {{"train_loss", "accuracy.test"},
                        {10, 20},
                        {{1.0, 0.5}, {0.01, 0.75}}};
    }
    for (Figure& figure : MakeFigures(analysis_, study_.records_, histories_)) {
      figures_[figure.name] = std::move(figure);
    }
  }

  std::string Data(const std::string& figure, const std::string& file) const {
    for (const FigureFile& data : figures_.at(figure).data) {
      if (data.name == file) return data.content;
    }
    return "";
  }

  // The heat maps, drawn again.
  Figure Grid() const {
    for (Figure& figure :
         MakeFigures(study_.Analyzed(), study_.records_, histories_)) {
      if (figure.kind == FigureKind::kHeatMaps) return std::move(figure);
    }
    ADD_FAILURE();
    return {};
  }

  StudyBuilder study_;
  Analysis analysis_;
  Histories histories_;
  std::map<std::string, Figure> figures_;
};

TEST_F(FiguresTest, ThereIsOneOfEachKind) {
  std::vector<std::string> names;
  for (const auto& [name, figure] : figures_) names.push_back(name);
  EXPECT_THAT(names, ElementsAre("accuracy-test", "dynamics", "grid1-lr-l2",
                                 "normalized", "plane", "prunability-bytes"));
}

TEST_F(FiguresTest, CurvesHaveEveryConfigurationWithItsInterval) {
  // By hand: the mean of 0.5 and 0.7 is 0.6, the standard deviation
  // sqrt(0.02), the interval 12.7062 (Student's t, one degree of freedom) times
  // 0.1 wide on each side. Full digits: the analysis's own.
  const std::string csv = Data("accuracy-test", "accuracy-test.csv");
  EXPECT_THAT(csv, testing::StartsWith(
                       "axis,x,mean,low,high,n,completed,collapsed,diverged,"
                       "failed,missing,value\nlr,0.01,0.6,-0.67062"));
  // One collapsed and one diverged trial; no interval of one value.
  EXPECT_THAT(csv, HasSubstr("\nlr,10.0,0.5,,,1,1,1,1,0,0,10\n"));
  // Words stand at 0, 1, ...; the hostile one is data.
  EXPECT_THAT(csv, HasSubstr("\nopt,1.0,0.6,,,1,1,0,0,1,0,<script>alert('x')"
                             "</script>`ls` ../%d {'}\n"));
}

TEST_F(FiguresTest, CurvesHaveEveryTrial) {
  EXPECT_EQ(Data("accuracy-test", "accuracy-test_trials.csv"),
            "axis,x,result,outcome,seed,value\n"
            "lr,0.01,0.5,completed,0,0.01\n"
            "lr,0.01,0.7,completed,1,0.01\n"
            "lr,1.0,0.9,completed,0,1\n"
            "lr,1.0,0.8,completed,1,1\n"
            "lr,10.0,,diverged,0,10\n"
            "lr,10.0,0.5,collapsed,1,10\n"
            "opt,0.0,0.5,completed,0,plain\n"
            "opt,0.0,0.7,completed,1,plain\n"
            "opt,1.0,0.6,completed,0,<script>alert('x')</script>`ls` ../%d "
            "{'}\n"
            "opt,1.0,,failed,1,<script>alert('x')</script>`ls` ../%d {'}\n");
}

TEST_F(FiguresTest, CurvesMarkWhatDivergedOrCollapsedAndTheBestOfTheReference) {
  const std::string& script = figures_["accuracy-test"].script;
  for (const char* key : {"'diverged'", "'collapsed'", "'best lr'"}) {
    EXPECT_THAT(script, HasSubstr(key));
  }
  // By hand: the best lr has the mean of 0.9 and 0.8.
  EXPECT_THAT(script, HasSubstr("plot 0.8500000000000001 with lines"));
}

TEST_F(FiguresTest, NamesAreTextInScripts) {
  const std::string& script = figures_["accuracy-test"].script;
  EXPECT_THAT(script, HasSubstr("'<script>alert(''x''…' 1.0"));
  for (const auto& [name, figure] : figures_) {
    // Double quotes would run what is between backquotes.
    EXPECT_THAT(figure.script, Not(HasSubstr("\"<script>"))) << name;
  }
}

TEST_F(FiguresTest, GridsShowMeansAndWhatIsMissing) {
  // By hand: accuracy 0.85 both with l2 = 0 (0.9 and 0.8, which is a bit more
  // in float64) and 0.1; the size 9 is light, 1 dark, as is the ink on light.
  EXPECT_EQ(Data("grid1-lr-l2", "grid1-lr-l2.csv"),
            "result,x,y,mean,color,ink,text,x_value,y_value\n"
            "0,0,0,0.8500000000000001,#FDE725,dark,0.850,1,0\n"
            "0,0,1,0.85,#440154,light,0.850,1,0.1\n"
            "1,0,0,9.0,#FDE725,dark,9.000,1,0\n"
            "1,0,1,1.0,#440154,light,1.000,1,0.1\n");
}

TEST_F(FiguresTest, GridsSayWhyACellIsEmpty) {
  study_.records_.erase("t8");  // The only one of l2=0.1.
  for (const auto& [outcome, text] :
       {std::pair(Outcome::kDiverged, "div."), {Outcome::kFailed, "fail"}}) {
    study_.records_["t9"].outcome = outcome;
    EXPECT_THAT(Grid().data.at(0).content,
                HasSubstr(std::string("\n0,0,1,,#D9D9D9,dark,") + text));
  }
}

TEST_F(FiguresTest, GridsMarkWhatCollapsed) {
  EXPECT_THAT(Grid().caption, Not(HasSubstr("Asterisk")));
  study_.records_["t8"].collapsed = true;  // The only one of l2=0.1.
  const Figure grid = Grid();
  EXPECT_THAT(grid.caption, HasSubstr("Asterisk: most trials collapsed"));
  EXPECT_THAT(grid.data.at(0).content, HasSubstr(",0.850*,1,0.1\n"));
}

TEST_F(FiguresTest, OnlyGridsAreDrawnAsGrids) {
  for (const char* sweep : {"random 1: lr x l2", "zip lr, l2"}) {
    Study& study = study_.study_;
    for (Configuration& configuration : study.configurations) {
      if (configuration.axis_values.size() == 2) configuration.sweep = sweep;
    }
    for (const Figure& figure :
         MakeFigures(study_.Analyzed(), study_.records_, histories_)) {
      EXPECT_NE(figure.kind, FigureKind::kHeatMaps) << sweep;
    }
  }
}

TEST_F(FiguresTest, LabelsOfGridsAreTurnedWhereTheyWouldOverlap) {
  // Ten columns of labels of 30 letters, shortened to 18.
  for (int i = 0; i < 10; ++i) {
    const std::string label = std::to_string(i) + std::string(29, 'a');
    study_.AddCompleted({study_.AddConfiguration(
                            {"l1 x l2",
                             "l1=" + label + ", l2=0",
                             {{"l1", label, std::nullopt}, {"l2", "0", 0.0}}})},
                        0, 0.5, 1);
  }
  std::string script;
  for (const Figure& figure :
       MakeFigures(study_.Analyzed(), study_.records_, histories_)) {
    if (figure.name == "grid2-l1-l2") script = figure.script;
  }
  const std::string label = std::string(16, 'a') + "…";
  EXPECT_THAT(script, HasSubstr("rotate by 90"));
  EXPECT_THAT(script, HasSubstr("('0" + label + "' 0.0, '1" + label + "' 1.0"));
}

TEST_F(FiguresTest, OnlyTheReferenceHasALineToCompareWith) {
  for (const char* reference : {"", "l2"}) {
    study_.study_.reference = reference;
    for (const Figure& figure :
         MakeFigures(study_.Analyzed(), study_.records_, histories_)) {
      EXPECT_THAT(figure.script, Not(HasSubstr("'best "))) << reference;
    }
  }
}

TEST_F(FiguresTest, NamesOfAxesAreNoCommandsAndNoPaths) {
  const std::string hostile = "x' eq '' ? system('ls') : '/../y";
  for (Configuration& configuration : study_.study_.configurations) {
    for (AxisValue& axis_value : configuration.axis_values) {
      if (axis_value.axis != "opt" && axis_value.axis != "l2") continue;
      axis_value.axis = hostile;
    }
    if (configuration.axis_values.size() == 2)
      configuration.sweep = "lr x " + hostile;
  }
  study_.study_.axes = {{"lr", "optimizer.lr"}, {hostile, "a"}};
  for (const Figure& figure :
       MakeFigures(study_.Analyzed(), study_.records_, histories_)) {
    EXPECT_THAT(figure.script, Not(HasSubstr("x' eq"))) << figure.name;
    EXPECT_EQ(figure.name.find_first_of("/'."), std::string::npos);
  }
}

TEST_F(FiguresTest, TheNormalizedFigureTurnsOverWhatShouldBeSmall) {
  // By hand: accuracies 0.6, 0.85 on lr; sizes 3, 9, smaller is better. The
  // only trial of 10 that completed collapsed.
  EXPECT_EQ(Data("normalized", "normalized.csv"),
            "x,accuracy: test,prunability: bytes (turned over)\n"
            "0.01,0.0,1.0\n1.0,1.0,0.0\n10.0,,\n");
}

TEST_F(FiguresTest, DynamicsAreMeansOverSeedsByStep) {
  histories_.begin()->second.values[0][0] = 2.0;
  const auto figures = DynamicsFigure(study_.study_, histories_);
  ASSERT_EQ(figures.size(), 1u);
  // By hand: at step 10 the losses of the first configuration are 2 and 1.
  EXPECT_THAT(figures[0].data[0].content,
              testing::StartsWith("line,step,train_loss,accuracy.test,lr\n"
                                  "0,10,1.5,0.5,lr 0.01\n"
                                  "0,20,0.01,0.75,lr 0.01\n"
                                  "1,10,1.0,0.5,lr 1\n"));
}

// Evaluated at other steps each.
TEST_F(FiguresTest, DynamicsHaveStraightLinesBetweenEvaluations) {
  auto& history = histories_.begin()->second;
  history.steps[0] = 12;
  const std::string csv =
      DynamicsFigure(study_.study_, histories_)[0].data[0].content;
  // By hand, the losses of the first configuration: at 10 the second seed's
  // alone; at 12 the first's 1 and, between 1 at 10 and .01 at 20, .802.
  EXPECT_THAT(csv, Not(HasSubstr("\n0,10,")));
  EXPECT_THAT(csv, HasSubstr("\n0,12,0.901,"));
}

TEST_F(FiguresTest, DynamicsKeepTheLastValuesOfTrialsThatHaveEnded) {
  auto& history = histories_.begin()->second;
  history.steps = {10, 30};
  const std::string csv =
      DynamicsFigure(study_.study_, histories_)[0].data[0].content;
  // By hand: at 20 the first seed is half way from 1 to .01, the second ends
  // with .01; at 30 both have .01.
  EXPECT_THAT(csv, HasSubstr("\n0,20,0.2575,"));
  EXPECT_THAT(csv, HasSubstr("\n0,30,0.01,"));
}

// Trials that are evaluated at their end alone have no curve.
TEST_F(FiguresTest, EndsOfDifferentSeedsAreNotJoined) {
  int64_t step = 10;
  for (auto& [id, history] : histories_) {
    history.steps = {++step};
    history.values = {{1.0, 0.5}};
  }
  EXPECT_TRUE(DynamicsFigure(study_.study_, histories_).empty());
}

TEST_F(FiguresTest, StepsAreLogarithmicIfLinesEndAtVeryDifferentOnes) {
  EXPECT_THAT(figures_["dynamics"].script, HasSubstr("set xrange [0:20]"));
  auto& history = histories_.begin()->second;
  history.steps = {300, 400};
  EXPECT_THAT(DynamicsFigure(study_.study_, histories_)[0].script,
              HasSubstr("set logscale x\nset xrange [10:400]\n"
                        "set xtics ('10^{1}' 10.0, '10^{2}' 100.0) "));
}

// The intervals of two seeds are wider than the figure.
TEST_F(FiguresTest, IntervalsBeyondTheBorderAreMarked) {
  const Figure& curves = figures_["accuracy-test"];
  EXPECT_THAT(curves.script, HasSubstr("set style arrow 4 heads filled"));
  EXPECT_THAT(curves.script,
              HasSubstr("(Ends($4,$5)+1) with vectors arrowstyle variable"));
  EXPECT_THAT(curves.caption, HasSubstr("An arrow: the interval continues"));
  EXPECT_THAT(figures_["plane"].script, HasSubstr("vectors head filled"));
  EXPECT_THAT(figures_["plane"].caption, HasSubstr("An arrow: the interval"));
}

TEST_F(FiguresTest, ThePlaneNamesTheEndsAndTheBestOfTheReference) {
  const std::string& script = figures_["plane"].script;
  for (const char* label : {"'lr 0.01'", "'1'"}) {
    EXPECT_THAT(script, HasSubstr(absl::StrCat("set label ", label, " at ")));
  }
  EXPECT_THAT(Data("plane", "plane.csv"),
              HasSubstr("\n2,1.0,1.0,1.0,0.85,0.85,0.85,\"lr=1, l2=0.1\"\n"));
}

TEST_F(FiguresTest, ThePlaneLeavesOutAndNamesWhatCollapsed) {
  EXPECT_THAT(Data("plane", "plane.csv"), Not(HasSubstr("lr=10")));
  EXPECT_THAT(figures_["plane"].caption,
              HasSubstr("Left out, since most of their trials collapsed: "
                        "lr=10"));
}

TEST(PlaneColumnsTest, AreRobustnessAndCompressibilityElseTheFirstTwo) {
  const auto study = [](const std::vector<std::string>& metrics) {
    Study made;
    for (const std::string& metric : metrics) {
      made.columns.push_back({metric, {"x", ""}});
      if (metric == "sharpness") {
        made.columns.back().result.direction = Direction::kNeither;
      }
    }
    return made;
  };
  using Pair = std::pair<size_t, size_t>;
  EXPECT_EQ(PlaneColumns(study({"weight_rank", "accuracy", "prunability"})),
            Pair(2, 1));
  EXPECT_EQ(PlaneColumns(study({"prunability_layer", "accuracy"})), Pair(0, 1));
  // What does not depend on the accuracy comes first.
  EXPECT_EQ(PlaneColumns(study(
                {"accuracy", "prunability", "parameter_compressibility"})),
            Pair(2, 0));
  EXPECT_EQ(PlaneColumns(study({"sharpness", "weight_rank", "calibration"})),
            Pair(2, 1));
  EXPECT_EQ(PlaneColumns(study({"sharpness", "accuracy"})), std::nullopt);
}

TEST_F(FiguresTest, AStudyWithoutRecordsHasNoFigures) {
  EXPECT_TRUE(MakeFigures(Analyze(study_.study_, {}), {}, {}).empty());
  EXPECT_TRUE(MakeFigures(Analyze({}, {}), {}, {}).empty());
}

// A folder of another person, with links to files of its reader.
TEST_F(FiguresTest, NothingIsDrawnThroughALink) {
  const std::string folder = MakeTestFolder();
  const std::string theirs = MakeTestFolder();
  WriteTestFile(theirs + "/file", "theirs");
  std::filesystem::create_directories(folder + "/figures");
  for (const char* const name : {"plane.gp", "plane.csv", "plane.svg"}) {
    std::filesystem::create_symlink(theirs + "/file",
                                    folder + "/figures/" + name);
  }
  // A gnuplot that draws what is asked for.
  const std::string program = folder + "/gnuplot";
  WriteTestFile(program,
                "#!/bin/sh\nfor f in \"$@\"; do for k in svg pdf png; do\n"
                "echo drawn >\"${f%.gp}.$k\"; done; done\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  ASSERT_OK(WriteFigures(folder, analysis_, study_.records_, program));
  EXPECT_EQ(ReadTestFile(theirs + "/file"), "theirs");
  EXPECT_EQ(ReadTestFile(folder + "/figures/plane.svg"), "drawn\n");
  std::filesystem::remove_all(folder + "/figures");
  std::filesystem::create_symlink(theirs, folder + "/figures");
  const auto drawn = WriteFigures(folder, analysis_, study_.records_, program);
  EXPECT_TRUE(absl::IsDataLoss(drawn.status())) << drawn.status();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(theirs), {}), 1);
}

TEST_F(FiguresTest, WithoutGnuplotThereAreScriptsDataAndANote) {
  const std::string folder = MakeTestFolder();
  WriteTrialFiles(folder, study_);
  std::filesystem::create_directories(folder + "/figures");
  for (const char* kind : {".svg", ".pdf", ".png"}) {
    std::ofstream(folder + "/figures/plane" + kind) << "of an earlier time";
  }
  const auto drawn =
      WriteFigures(folder, analysis_, study_.records_, "no-such-gnuplot");
  ASSERT_OK(drawn);
  for (const char* kind : {".svg", ".pdf", ".png"}) {
    EXPECT_FALSE(std::filesystem::exists(folder + "/figures/plane" + kind));
  }
  EXPECT_EQ(drawn->figures.size(), 6u);
  ASSERT_EQ(drawn->notes.size(), 1u);
  EXPECT_THAT(drawn->notes[0], HasSubstr("figures were not drawn"));
  EXPECT_EQ(drawn->figures[0].html, "");
  EXPECT_EQ(ReadTestFile(folder + "/figures/plane.gp"),
            figures_["plane"].script);
  EXPECT_EQ(ReadTestFile(folder + "/figures/plane.csv"),
            Data("plane", "plane.csv"));
}

TEST_F(FiguresTest, ADamagedHistoryCostsItsLineAndIsNamed) {
  const std::string folder = MakeTestFolder();
  WriteTrialFiles(folder, study_);
  std::ofstream(TrialFolder(folder, "t0") + "/history.csv") << "nonsense";
  const auto drawn =
      WriteFigures(folder, analysis_, study_.records_, "no-such-gnuplot");
  ASSERT_OK(drawn);
  ASSERT_EQ(drawn->notes.size(), 2u);
  EXPECT_THAT(drawn->notes[0], HasSubstr("t0/history.csv"));
}

bool HaveGnuplot() {
  return std::system("gnuplot --version >/dev/null 2>&1") == 0;
}

TEST_F(FiguresTest, GnuplotDrawsThemAllTheSameTwice) {
  if (!HaveGnuplot()) GTEST_SKIP() << "no gnuplot; see tools/setup.sh";
  std::map<std::string, std::string> first;
  for (const bool again : {false, true}) {
    const std::string folder = MakeTestFolder();
    WriteTrialFiles(folder, study_);
    const auto drawn = WriteFigures(folder, analysis_, study_.records_);
    ASSERT_OK(drawn);
    EXPECT_THAT(drawn->notes, testing::IsEmpty());
    for (const DrawnFigure& figure : drawn->figures) {
      EXPECT_THAT(figure.html, HasSubstr("</svg>")) << figure.figure.name;
      for (const char* kind : {".svg", ".pdf", ".png"}) {
        const std::string name = figure.figure.name + kind;
        const std::string content = ReadTestFile(folder + "/figures/" + name);
        EXPECT_GT(content.size(), 1000u) << name;
        if (kind == absl::string_view(".pdf")) {
          // Two pictures of one second are the same also with their dates.
          EXPECT_THAT(content, HasSubstr("/CreationDate (D:00000000")) << name;
        }
        if (again) {
          EXPECT_TRUE(content == first[name]) << name;
        }
        first[name] = content;
      }
    }
  }
}

TEST_F(FiguresTest, ABadScriptCostsItsOwnFigureAlone) {
  if (!HaveGnuplot()) GTEST_SKIP() << "no gnuplot; see tools/setup.sh";
  const std::string folder = MakeTestFolder();
  WriteTrialFiles(folder, study_);
  // A folder where the picture should be.
  std::filesystem::create_directories(folder + "/figures/plane.svg");
  const auto drawn = WriteFigures(folder, analysis_, study_.records_);
  ASSERT_OK(drawn);
  ASSERT_EQ(drawn->notes.size(), 1u);
  EXPECT_THAT(drawn->notes[0], HasSubstr("plane.gp was not drawn"));
  for (const DrawnFigure& figure : drawn->figures) {
    EXPECT_EQ(figure.html.empty(), figure.figure.name == "plane");
  }
}

TEST(WideAxisTest, AnyFiniteAxisIsDrawn) {
  if (!HaveGnuplot()) GTEST_SKIP() << "no gnuplot; see tools/setup.sh";
  StudyBuilder b;
  using Numbers = std::vector<double>;
  for (const auto& [axis, numbers] :
       {std::pair("lr", Numbers{1e-310, 0.1, 1e300}),
        {"shift", Numbers{-1.7e308, 0, 1.7e308}}}) {
    for (const double number : numbers) {
      const size_t i = b.AddAxisValue(axis, absl::StrCat(number), number);
      for (const int64_t seed : {0, 1}) {
        b.AddCompleted({i}, seed, 0.5, seed == 0 ? 1e-300 : 1e300);
      }
    }
  }
  const std::string folder = MakeTestFolder();
  const auto drawn = WriteFigures(folder, b.Analyzed(), b.records_);
  ASSERT_OK(drawn);
  EXPECT_THAT(drawn->notes, testing::IsEmpty());
  EXPECT_GE(drawn->figures.size(), 2u);
  for (const DrawnFigure& figure : drawn->figures) {
    EXPECT_THAT(figure.html, HasSubstr("</svg>")) << figure.figure.name;
  }
}

}  // namespace
}  // namespace bigstep
