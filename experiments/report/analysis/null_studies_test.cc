// How often studies of configurations that do not differ get a verdict.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "experiments/report/analysis/seed_samples.h"
#include "experiments/report/analysis/significance.h"
#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

constexpr int kStudies = 10000;
// The 99 % bound of a binomial count with the chance 5 %: 500 + 2.33 * 21.8.
constexpr int kMostFalse = 550;

// The seed's generator; distributions of the standard library differ between
// libraries, hence Box and Muller.
class Noise {
 public:
  explicit Noise(uint64_t seed) : generator_(seed) {}
  double Uniform() {
    return (static_cast<double>(generator_() >> 11) + 0.5) * 0x1p-53;
  }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) *
           std::cos(2 * std::acos(-1.0) * Uniform());
  }
  double Exponential() { return -std::log(Uniform()); }

 private:
  std::mt19937_64 generator_;
};

struct Distribution {
  std::string name;
  // The result of one trial; `seed` is what the trials of a seed share.
  std::function<double(Noise&, double seed)> draw;
  double mean;  // For seed = 0, where it is used.
};

// Of min(1, m + s z) by hand: m Phi(a) - s phi(a) + 1 - Phi(a), a = (1 - m) /
// s.
double CappedMean(double m, double s) {
  const double a = (1 - m) / s;
  const double below = 0.5 * std::erfc(-a / std::sqrt(2));
  return m * below + 1 - below -
         s * std::exp(-a * a / 2) / std::sqrt(2 * std::acos(-1.0));
}

const Distribution kNormal = {
    "normal", [](Noise& z, double seed) { return seed + z.Normal(); }, 0};
const Distribution kSkewed = {
    "skewed", [](Noise& z, double seed) { return seed + z.Exponential(); }, 1};
// Accuracies near 1, a quarter of them at 1.
const Distribution kBounded = {
    "bounded",
    [](Noise& z, double seed) {
      return std::min(1.0, 0.98 + 0.03 * z.Normal() + 0.01 * seed);
    },
    CappedMean(0.98, 0.03)};
// Of a test set of a hundred images: many ties.
const Distribution kCounted = {
    "counted",
    [](Noise& z, double) {
      return std::min(1.0, std::round(98 + 1.4 * z.Normal()) / 100);
    },
    0};
// Solved or not.
const Distribution kSolved = {
    "solved", [](Noise& z, double) { return z.Uniform() < 0.5 ? 0.5 : 1.0; },
    0.75};

const std::vector<Distribution> kAll = {kNormal, kSkewed, kBounded, kCounted,
                                        kSolved};

bool Decided(const std::vector<SeedTest>& tests) {
  return std::any_of(tests.begin(), tests.end(), [](const SeedTest& test) {
    return test.side == Side::kAbove || test.side == Side::kBelow;
  });
}

// Whether a study in which `comparisons` configurations equal the reference has
// a verdict.
bool ComparesFalsely(const Distribution& of, int seeds, int comparisons,
                     Noise& noise) {
  std::vector<std::vector<double>> differences(
      static_cast<size_t>(comparisons));
  for (int s = 0; s < seeds; ++s) {
    const double seed = noise.Normal();
    const double reference = of.draw(noise, seed);
    for (auto& by_seed : differences) {
      by_seed.push_back(of.draw(noise, seed) - reference);
    }
  }
  std::vector<SeedTest> tests;
  for (const auto& by_seed : differences) tests.push_back(TestSeeds(by_seed));
  std::vector<SeedTest*> family;
  for (SeedTest& test : tests) family.push_back(&test);
  CorrectTests(family);
  return Decided(tests);
}

int FalseComparisons(const Distribution& of, int seeds, int comparisons) {
  Noise noise(static_cast<uint64_t>(seeds * 100 + comparisons));
  int count = 0;
  for (int i = 0; i < kStudies; ++i) {
    count += ComparesFalsely(of, seeds, comparisons, noise) ? 1 : 0;
  }
  return count;
}

TEST(NullStudiesTest, FewSeedsNeverGetAVerdict) {
  for (const Distribution& of : kAll) {
    for (const int seeds : {2, 3, 4}) {
      EXPECT_EQ(FalseComparisons(of, seeds, 1), 0) << of.name << seeds;
    }
  }
}

void ExpectLevel(const Distribution& of, int seeds, int comparisons) {
  const int count = FalseComparisons(of, seeds, comparisons);
  EXPECT_LE(count, kMostFalse)
      << of.name << ", " << seeds << " seeds, " << comparisons;
  std::cout << of.name << ", " << seeds << " seeds, " << comparisons
            << " comparisons: " << count << "\n";
}

TEST(NullStudiesTest, ComparisonsKeepTheirLevel) {
  for (const int seeds : {5, 8, 10}) {
    for (const Distribution& of : kAll) ExpectLevel(of, seeds, 1);
    for (const Distribution& of : {kNormal, kSkewed, kBounded}) {
      ExpectLevel(of, seeds, 4);
    }
  }
}

// Whether a trend of a result that does not depend on the axis has a verdict.
int FalseTrends(const Distribution& of, int seeds, int values) {
  Noise noise(static_cast<uint64_t>(seeds * 100 + values));
  Study study;
  AxisOfTrials axis;
  std::vector<AxisValue> axis_values;
  for (int i = 0; i < values; ++i) {
    axis_values.push_back({"lr", "", static_cast<double>(i)});
  }
  for (int s = 0; s < seeds; ++s) {
    for (const AxisValue& value : axis_values) {
      study.trials.push_back({"", s, {}});
      axis.values.push_back(&value);
    }
  }
  int count = 0;
  for (int i = 0; i < kStudies; ++i) {
    TrialValues results;
    for (int s = 0; s < seeds; ++s) {
      const double seed = noise.Normal();
      for (int v = 0; v < values; ++v) {
        results.push_back(of.draw(noise, seed));
      }
    }
    SeedTest test = TestTrend(TrendOf(study, axis, results));
    CorrectTests({&test});
    count += Decided({test}) ? 1 : 0;
  }
  return count;
}

TEST(NullStudiesTest, TrendsKeepTheirLevel) {
  for (const int seeds : {4, 5, 6, 8, 10}) {
    for (const int values : {2, 3, 4}) {
      const int count = FalseTrends(kBounded, seeds, values);
      EXPECT_LE(count, seeds < 5 ? 0 : kMostFalse)
          << seeds << " seeds, " << values << " values";
      std::cout << seeds << " seeds, trend over " << values
                << " values: " << count << "\n";
    }
  }
}

// The best of six values against a single one, none of which differ. The result
// that selects is the one that is tested, as bad as can be.
TEST(NullStudiesTest, ChosenByTheOtherSeedsTheBestIsNotFavoured) {
  constexpr int kChoices = 2000;
  Noise noise(6);
  int chosen_by_all = 0, above = 0, below = 0;
  for (int i = 0; i < kChoices; ++i) {
    StudyBuilder b;
    b.study_.reference = "l2";
    b.study_.columns.pop_back();
    const size_t l2 = b.AddAxisValue("l2", "1", 1.0);
    for (int value = 0; value < 6; ++value) {
      b.AddAxisValue("lr", std::to_string(value), value);
    }
    for (int seed = 0; seed < 5; ++seed) {
      for (size_t c = l2; c < b.study_.configurations.size(); ++c) {
        b.AddCompleted({c}, seed, noise.Normal(), 1);
      }
    }
    const Analysis analysis = b.Analyzed();
    const Side side = analysis.differences[0].test.side;
    const Side others = analysis.alternatives.empty()
                            ? side
                            : analysis.alternatives[0].differences[0].test.side;
    chosen_by_all += side == Side::kAbove ? 1 : 0;
    above += others == Side::kAbove ? 1 : 0;
    below += others == Side::kBelow ? 1 : 0;
  }
  std::cout << "best of six: " << chosen_by_all << " above; chosen by the "
            << "other seeds: " << above << " above, " << below << " below, of "
            << kChoices << "\n";
  // 2.5 % are 50; the 99 % bound is 50 + 2.33 * 7.0.
  EXPECT_GT(chosen_by_all, 2 * 66);
  // As often on either side: 2.58 standard deviations of the difference.
  EXPECT_LE(std::abs(above - below), 2.58 * std::sqrt(above + below));
  EXPECT_LE(above, 100);
}

// Of claims about a mean against its true value, where skewness does not
// cancel.
int FalseLevels(const Distribution& of, int seeds, double level) {
  Noise noise(static_cast<uint64_t>(seeds));
  int count = 0;
  for (int i = 0; i < kStudies; ++i) {
    std::vector<double> values;
    for (int s = 0; s < seeds; ++s) {
      values.push_back(of.draw(noise, 0) - of.mean);
    }
    SeedTest test = TestSeeds(values);
    test.level = level;
    CorrectTests({&test});
    count += Decided({test}) ? 1 : 0;
  }
  return count;
}

TEST(NullStudiesTest, LevelsNeedTheWiderInterval) {
  for (const Distribution& of : {kNormal, kSkewed, kBounded}) {
    for (const int seeds : {5, 8, 10}) {
      const int count = FalseLevels(of, seeds, kLevelOfMeans);
      EXPECT_LE(count, kMostFalse) << of.name << ", " << seeds << " seeds";
      std::cout << of.name << ", " << seeds << " seeds, level: " << count
                << "\n";
    }
  }
  // The plain 95 % interval does not keep its level.
  EXPECT_GT(FalseLevels(kSkewed, 5, kSignificance), kMostFalse);
  EXPECT_GT(FalseLevels(kBounded, 5, kSignificance), kMostFalse);
}

}  // namespace
}  // namespace bigstep
