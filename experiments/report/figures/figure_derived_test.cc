#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "experiments/report/analysis/testing.h"
#include "experiments/report/figures/figure.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class DerivedFiguresTest : public testing::Test {
 protected:
  // One trial of a value of an axis.
  void Add(const std::string& axis, const std::string& label, double accuracy,
           const Json& optimizer, int batch_size = 100) {
    const size_t configuration = b_.AddAxisValue(axis, label, std::stod(label));
    b_.AddCompleted({configuration}, 0, accuracy, 1).trial = {
        {"optimizer", optimizer}, {"training", {{"batch_size", batch_size}}}};
  }

  static Json Sgd(double lr) { return {{"name", "sgd"}, {"lr", lr}}; }
  static Json Momentum(double lr, double momentum) {
    return {{"name", "momentum"}, {"lr", lr}, {"momentum", momentum}};
  }

  std::vector<Figure> Figures() {
    return DerivedFigures(b_.Analyzed(), b_.records_);
  }

  StudyBuilder b_;
};

TEST_F(DerivedFiguresTest, OneAxisIsItsOwnOrder) {
  Add("lr", "0.1", 0.5, Sgd(0.1));
  Add("lr", "1", 0.7, Sgd(1));
  EXPECT_THAT(Figures(), IsEmpty());
  // All at one effective step.
  Add("decay", "1", 0.6, Sgd(0.1));
  Add("decay", "2", 0.6, Sgd(0.1));
  // Without one.
  Add("adam", "1", 0.6, {{"name", "adam"}, {"lr", 1}});
  Add("adam", "2", 0.6, {{"name", "adam"}, {"lr", 2}});
  EXPECT_THAT(Figures(), IsEmpty());
}

TEST_F(DerivedFiguresTest, AxesThatShareAQuantityStandOnOneScale) {
  Add("lr", "0.25", 0.5, Sgd(0.25));
  Add("lr", "1", 0.7, Sgd(1));
  Add("momentum", "0.75", 0.8, Momentum(0.25, 0.75));
  Add("momentum", "0.5", 0.6, Momentum(0.25, 0.5));
  const std::vector<Figure> figures = Figures();
  // With one batch size the scale of the noise is the step times a constant.
  ASSERT_THAT(figures, ElementsAre(Field(&Figure::name, "effective_step")));
  // .25 / (1 - .75) and .25 / (1 - .5), in their order.
  EXPECT_THAT(figures[0].data[0].content,
              StartsWith("series,effective_step,accuracy.test,"
                         "accuracy.test.low,accuracy.test.high,"));
  EXPECT_THAT(figures[0].data[0].content, HasSubstr("\n0,0.25,0.5,,,"));
  EXPECT_THAT(figures[0].data[0].content, HasSubstr("\n1,0.5,0.6,,,"));
  EXPECT_THAT(figures[0].data[0].content, HasSubstr("\n1,1.0,0.8,,,"));
  EXPECT_THAT(figures[0].caption, HasSubstr("lr / (1 - momentum)."));
}

TEST_F(DerivedFiguresTest, BatchSizesMakeTheNoiseAnotherScale) {
  Add("lr", "0.25", 0.5, Sgd(0.25));
  Add("lr", "1", 0.7, Sgd(1));
  Add("batch_size", "25", 0.8, Sgd(0.25), 25);
  Add("batch_size", "100", 0.5, Sgd(0.25), 100);
  const std::vector<Figure> figures = Figures();
  // The effective step is that of lr alone.
  ASSERT_THAT(figures, ElementsAre(Field(&Figure::name, "noise_scale")));
  const std::string& csv = figures[0].data[0].content;
  EXPECT_THAT(csv, HasSubstr("\n0,0.0025,0.5,,,"));
  EXPECT_THAT(csv, HasSubstr("\n0,0.01,0.7,,,"));
  EXPECT_THAT(csv, HasSubstr("\n1,0.01,0.8,,,"));
  EXPECT_THAT(figures[0].script, Not(HasSubstr("inf")));
  // Column 3 of the file is the mean of the first result, column 6 that of the
  // second.
  for (const char* const mean :
       {"NaN):3 with linespoints", "NaN):6 with linespoints"}) {
    EXPECT_THAT(figures[0].script, HasSubstr(mean));
  }
}

TEST_F(DerivedFiguresTest, GridsAreNotConnected) {
  for (const double lr : {0.25, 1.0}) {
    for (const int batch_size : {25, 100}) {
      const size_t configuration = b_.AddConfiguration(
          {"lr x batch_size",
           "a grid",
           {{"lr", std::to_string(lr), lr},
            {"batch_size", std::to_string(batch_size), batch_size}}});
      b_.AddCompleted({configuration}, 0, 0.5, 1).trial = {
          {"optimizer", Sgd(lr)}, {"training", {{"batch_size", batch_size}}}};
    }
  }
  const std::vector<Figure> figures = Figures();
  ASSERT_THAT(figures, ElementsAre(Field(&Figure::name, "effective_step"),
                                   Field(&Figure::name, "noise_scale")));
  EXPECT_THAT(figures[1].script, HasSubstr("NaN):3 with points"));
  EXPECT_THAT(figures[1].script, Not(HasSubstr("linespoints")));
}

}  // namespace
}  // namespace bigstep
