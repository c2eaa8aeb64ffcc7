// Figures of studies in which no axis varies alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "experiments/report/analysis/testing.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;

TEST(RandomFiguresTest, SearchesHaveScattersAndParallelCoordinates) {
  StudyBuilder b;
  for (int i = 0; i < 4; ++i) {
    const std::string lr = absl::StrCat(i + 1), opt = i < 2 ? "sgd" : "adam";
    const size_t configuration =
        b.AddConfiguration({"random 1: lr x opt",
                            absl::StrCat("lr=", lr, ", opt=", opt),
                            {{"lr", lr, i + 1.0}, {"opt", opt, std::nullopt}}});
    if (i == 3) {
      b.AddOutcome({configuration}, 0, Outcome::kDiverged);
    } else {
      b.AddCompleted({configuration}, 0, 0.5 + i * 0.1, i);
    }
  }
  std::map<std::string, Figure> figures;
  for (Figure& figure : RandomFigures(b.Analyzed())) {
    figures[figure.name] = std::move(figure);
  }
  ASSERT_THAT(figures, testing::SizeIs(3));
  EXPECT_EQ(figures["random1-accuracy-test"].data[0].content,
            "mean,n,diverged,lr,opt,setting\n"
            "0.5,1,0,1.0,0.0,\"lr=1, opt=sgd\"\n"
            "0.6,1,0,2.0,0.0,\"lr=2, opt=sgd\"\n"
            "0.7,1,0,3.0,1.0,\"lr=3, opt=adam\"\n"
            ",0,1,4.0,1.0,\"lr=4, opt=adam\"\n");
  EXPECT_THAT(figures["random1-size-bytes"].script, HasSubstr("'adam' 1.0"));
  // Three lines of three points.
  const std::string& lines = figures["random1-parallel"].data[0].content;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1 + 3 * (3 + 1));
}

TEST(LearningCurvesTest, AStudyWithoutAxesHasALineForEachSeed) {
  StudyBuilder b;
  const size_t base = b.AddConfiguration({"base", "base", {}});
  b.AddCompleted({base}, 0, 0.5, 1);
  b.AddCompleted({base}, 1, 0.6, 1);
  Histories histories;
  for (const std::string& id : DynamicsTrials(b.study_)) {
    histories[id] = {{"train_loss"}, {10, 20}, {{1.0}, {0.5}}};
  }
  EXPECT_EQ(histories.size(), 2u);
  const auto figures = DynamicsFigure(b.study_, histories);
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_THAT(figures[0].data[0].content,
              testing::StartsWith("line,step,train_loss,seed\n"
                                  "0,10,1.0,seed 0\n0,20,0.5,seed 0\n1,10,"));
}

}  // namespace
}  // namespace bigstep
