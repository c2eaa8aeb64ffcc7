#include "datasets/bias/pairing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Pairing Pair(const UnpairedLabels& unpaired,
             const std::map<std::string, std::string>& aligned = {}) {
  const auto pairing = PairLabels(unpaired, aligned);
  EXPECT_OK(pairing);
  return pairing.value_or(Pairing());
}

std::string Error(const UnpairedLabels& unpaired,
                  const std::map<std::string, std::string>& aligned = {}) {
  const absl::Status status = PairLabels(unpaired, aligned).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

// Three landbirds on land, one on water, two waterbirds on water.
const UnpairedLabels* const kBirds =
    new UnpairedLabels{{"landbird", "waterbird"},
                       {"land", "water"},
                       {{0, 0}, {0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 1}}};

TEST(PairLabelsTest, TheOptionDecides) {
  const Pairing same =
      Pair(*kBirds, {{"landbird", "land"}, {"waterbird", "water"}});
  EXPECT_THAT(same.bias_labels, ElementsAre("land", "water"));
  EXPECT_THAT(same.positions, ElementsAre(0, 1));
  EXPECT_THAT(same.alone, IsEmpty());
  const Pairing crossed =
      Pair(*kBirds, {{"landbird", "water"}, {"waterbird", "land"}});
  EXPECT_THAT(crossed.bias_labels, ElementsAre("water", "land"));
  EXPECT_THAT(crossed.positions, ElementsAre(1, 0));
}

TEST(PairLabelsTest, EqualNamesBelongTogether) {
  const Pairing pairing = Pair({{"b", "c", "d"}, {"a", "b", "c", "d"}, {}});
  // Value a, which goes with no label, comes last.
  EXPECT_THAT(pairing.bias_labels, ElementsAre("b", "c", "d", "a"));
  EXPECT_THAT(pairing.positions, ElementsAre(3, 0, 1, 2));
  EXPECT_THAT(pairing.alone, IsEmpty());
}

TEST(PairLabelsTest, ALabelWithoutAPartnerKeepsItsPlace) {
  const Pairing inside = Pair({{"0", "1", "2"}, {"0", "2"}, {}});
  EXPECT_THAT(inside.bias_labels, ElementsAre("0", "1", "2"));
  EXPECT_THAT(inside.positions, ElementsAre(0, 2));
  EXPECT_THAT(inside.alone, ElementsAre("1"));
  const Pairing last = Pair({{"0", "1", "2"}, {"0", "1"}, {}});
  EXPECT_THAT(last.bias_labels, ElementsAre("0", "1"));
  EXPECT_THAT(last.alone, ElementsAre("2"));
  const Pairing followed = Pair({{"a", "b"}, {"x", "y"}, {}}, {{"a", "y"}});
  EXPECT_THAT(followed.bias_labels, ElementsAre("y", "b", "x"));
  EXPECT_THAT(followed.positions, ElementsAre(2, 0));
  EXPECT_THAT(followed.alone, ElementsAre("b"));
}

TEST(PairLabelsTest, TheMajorityIsProposedNotTaken) {
  EXPECT_EQ(Error(*kBirds),
            "which bias label belongs to which label must be said, as their "
            "names are not equal; 5 of 6 training images agree with the next "
            "line: if it is right, add it to the options of the dataset\n"
            "  aligned: {landbird: land, waterbird: water}\n"
            "labels: landbird, waterbird; bias labels: land, water");
  // By hand: b goes with x in 3 of 4, then a with y, though a is with x as
  // often.
  EXPECT_THAT(Error({{"a", "b"},
                     {"x", "y"},
                     {{0, 0}, {0, 1}, {1, 0}, {1, 0}, {1, 0}, {1, 1}}}),
              testing::HasSubstr("\n  aligned: {a: y, b: x}\n"));
}

// Numbers shifted by one: some are equal, and not those that belong together.
TEST(PairLabelsTest, NamesThatAreEqualInPartDecideNothing) {
  EXPECT_THAT(
      Error({{"0", "1", "2"}, {"1", "2", "3"}, {{0, 0}, {1, 1}, {2, 2}}}),
      testing::HasSubstr(
          "\n  aligned: {\"0\": \"1\", \"1\": \"2\", \"2\": \"3\"}\n"));
}

TEST(PairLabelsTest, TheOptionMustFitTheData) {
  EXPECT_EQ(Error(*kBirds, {{"landbrid", "land"}}),
            "dataset.aligned: no label 'landbrid'; did you mean 'landbird'? "
            "(found: landbird, waterbird)");
  EXPECT_EQ(Error(*kBirds, {{"landbird", "sea"}}),
            "dataset.aligned: no bias label 'sea' (found: land, water)");
  EXPECT_EQ(Error(*kBirds, {{"landbird", "land"}, {"waterbird", "land"}}),
            "dataset.aligned: a bias label belongs to one label only, found "
            "'land' twice");
}

}  // namespace
}  // namespace bigstep
