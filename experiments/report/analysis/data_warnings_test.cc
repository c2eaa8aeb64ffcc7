#include "experiments/report/analysis/data_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "experiments/report/analysis/testing.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MixedDataWarningsTest : public testing::Test {
 protected:
  // A completed trial that saw data with this checksum.
  Record& Add(int64_t seed, const std::string& sha256, bool seeded,
              const std::string& dataset = "birds") {
    Record& record = b_.AddCompleted({low_}, seed, 0.5, 1);
    record.trial = {{"dataset", {{"name", dataset}}}, {"seed", seed}};
    record.data = {{"sha256", sha256}, {"seeded", seeded}};
    return record;
  }

  std::vector<std::string> Warnings() const {
    return MixedDataWarnings(b_.study_, b_.records_);
  }

  StudyBuilder b_;
  const size_t low_ = b_.AddAxisValue("lr", "0.1", 0.1);
};

TEST_F(MixedDataWarningsTest, EqualDataAreFine) {
  Add(0, "aaaa", false);
  Add(1, "aaaa", false);
  Add(0, "bbbb", false, "other");
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MixedDataWarningsTest, SeedsMayDecideTheData) {
  Add(0, "aaaa", true);
  Add(1, "bbbb", true);
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MixedDataWarningsTest, WithoutSeedsAllMustBeEqual) {
  Add(0, "0123456789abcdef", false);
  Add(1, "0123456789abcdef", false);
  Add(2, "fedcba9876543210", false);
  EXPECT_THAT(
      Warnings(),
      ElementsAre(AllOf(
          HasSubstr("Warning: trials with the dataset birds saw different data "
                    "(sha256 0123456789ab… in 2 trials, fedcba987654… in 1 "
                    "trial)"),
          HasSubstr("--other_data=retrain"))));
}

// Records from before they said whether the seed counts.
TEST_F(MixedDataWarningsTest, OneRecordThatSaysSoIsEnough) {
  Add(0, "aaaa", true).data.erase("seeded");
  EXPECT_THAT(Warnings(), IsEmpty());
  Add(1, "bbbb", false);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("aaaa… in 1 trial, bbbb…")));
}

TEST_F(MixedDataWarningsTest, TheContentOfImagesMustBeEqualToo) {
  Add(0, "aaaa", false);
  Add(1, "aaaa", false).data["content"] = "bbbb";
  EXPECT_THAT(Warnings(), IsEmpty());  // The first is older.
  Add(2, "aaaa", false).data["content"] = "cccc";
  EXPECT_THAT(Warnings(),
              ElementsAre(HasSubstr("(content unknown in 1 trial, bbbb… in 1 "
                                    "trial, cccc… in 1 trial)")));
}

TEST_F(MixedDataWarningsTest, TrialsOfOneSeedMustBeEqual) {
  Add(0, "aaaa", true);
  Add(0, "bbbb", true);
  Add(1, "cccc", true);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("aaaa… in 1 trial, bbbb…")));
}

TEST_F(MixedDataWarningsTest, DataThatWereKeptAsideCount) {
  Add(0, "aaaa", true);
  Add(1, "bbbb", true).provenance["other_data"] = Json::array({"aaaa"});
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("birds")));
  // Once the older trial was trained again, nothing is mixed.
  b_.records_["t0"].data["sha256"] = "cccc";
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MixedDataWarningsTest, FailuresAndRecordsThatSayNothingAreLeftOut) {
  Add(0, "aaaa", false);
  Add(1, "bbbb", false).outcome = Outcome::kFailed;
  Add(2, "cccc", false).data = Json::object();
  Add(3, "dddd", false).data = 5;
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(MixedDataWarningsTest, TheyArePartOfTheAnalysis) {
  Add(0, "aaaa", false);
  Add(1, "bbbb", false);
  EXPECT_EQ(b_.Analyzed().warnings, Warnings());
}

}  // namespace
}  // namespace bigstep
