#include "experiments/plan/trial_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "experiments/plan/testing.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// lr alone, l2 alone and both crossed; trials in the order of the table:
// 0 to 5 for lr=0.1 (the base), 0.3, 1; 6, 7 for l2=strong; the others, 8 to
// 11, for lr=0.3 and 1 with l2=strong.
Plan ExamplePlan() {
  return PlanOf(
      kTinySpec,
      {"axes.lr.values=[0.1, 0.3, 1]", "axes.lr.labels=[low, mid, '1']",
       "plan={one_at_a_time: [lr, l2], grid: [[lr, l2]]}"});
}

// Trial 1 diverged, 2 failed, 3 completed, the others are missing.
TrialState ExampleState(const Plan& plan, const Trial& trial) {
  if (trial.id == plan.trials[1].id) return TrialState::kDiverged;
  if (trial.id == plan.trials[2].id) return TrialState::kFailed;
  if (trial.id == plan.trials[3].id) return TrialState::kCompleted;
  return TrialState::kMissing;
}

absl::StatusOr<std::vector<size_t>> Select(const std::string& filter) {
  const Plan plan = ExamplePlan();
  EXPECT_EQ(plan.trials.size(), 12u);
  return SelectTrials(plan, filter, [&plan](const Trial& trial) {
    return ExampleState(plan, trial);
  });
}

struct FilterCase {
  std::string filter;
  std::vector<size_t> trials;  // By hand.
};

TEST(TrialFilterTest, FiltersKeepWhatTheySay) {
  const std::string id = ExamplePlan().trials[5].id;
  for (const FilterCase& c : std::vector<FilterCase>{
           {"lr=low", {0, 1, 6, 7}},
           {"lr=0.1", {0, 1, 6, 7}},
           {"lr=1.0e-1", {0, 1, 6, 7}},
           {"lr=low|mid", {0, 1, 2, 3, 6, 7, 8, 9}},
           {"lr=m*", {2, 3, 8, 9}},
           {"lr=?", {4, 5, 10, 11}},
           {"axis=l2", {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
           {"block=l2", {0, 1, 6, 7}},
           {"block=lr", {0, 1, 2, 3, 4, 5}},
           {"block=lr x l2, l2=none", {0, 1, 2, 3, 4, 5}},
           {"block=lr,lr=mid", {2, 3}},
           {"setting=lr=mid, l2=*", {}},
           {"setting=lr=mid*", {2, 3, 8, 9}},
           {"seed=1", {1, 3, 5, 7, 9, 11}},
           {"seed=1..7,block=lr", {1, 3, 5}},
           {"seed=0|1,block=l2", {0, 1, 6, 7}},
           {"id=" + id, {5}},
           {"id=" + id.substr(0, 8), {5}},
           {"state=failed", {2}},
           {"state=done", {1, 3}},
           {"state=completed|failed", {2, 3}},
           {"state=missing,block=lr", {0, 4, 5}},
           // In no single configuration: in `lr`, the trial is low; in `l2`,
           // strong.
           {"block=lr,l2=none", {}},
       }) {
    const auto trials = Select(c.filter);
    if (c.trials.empty()) {
      EXPECT_TRUE(absl::IsInvalidArgument(trials.status())) << c.filter;
      continue;
    }
    ASSERT_OK(trials) << c.filter;
    EXPECT_EQ(*trials, c.trials) << c.filter;
  }
}

// So that shards which start at different times are those of one division.
TEST(TrialFilterTest, ShardsAreTakenBeforeStatesAreAskedFor) {
  const Plan plan = ExamplePlan();
  const auto select = [&plan](const std::string& filter, int64_t index) {
    return SelectTrials(
        plan, filter,
        [&plan](const Trial& trial) { return ExampleState(plan, trial); },
        Shard{index, 2});
  };
  struct ShardCase {
    std::string filter;
    std::vector<size_t> first, second;  // By hand.
  };
  for (const ShardCase& c : std::vector<ShardCase>{
           {"state=missing", {0, 4, 6, 8, 10}, {5, 7, 9, 11}},
           {"state=done, block=lr", {}, {1, 3}},
           {"state=failed", {2}, {}},
           {"seed=1", {1, 5, 9}, {3, 7, 11}},
       }) {
    const auto first = select(c.filter, 0), second = select(c.filter, 1);
    ASSERT_OK(first) << c.filter;
    ASSERT_OK(second) << c.filter;
    EXPECT_EQ(*first, c.first) << c.filter;
    EXPECT_EQ(*second, c.second) << c.filter;
  }
  EXPECT_THAT(std::string(select("state=faild", 0).status().message()),
              HasSubstr("--only: 'state=faild' matches no trial of this plan; "
                        "did you mean 'failed'?"));
  EXPECT_THAT(std::string(select("lr=7,state=done", 0).status().message()),
              HasSubstr("--only: 'lr=7' matches no trial of this plan"));
}

TEST(TrialFilterTest, TermsAboutStatesCanBeTakenOut) {
  EXPECT_EQ(WithoutStates("h=[4, 5], state = done,seed=0"), "h=[4, 5],seed=0");
  EXPECT_EQ(WithoutStates("state=failed|missing"), "");
  EXPECT_EQ(WithoutStates(""), "");
}

TEST(TrialFilterTest, BracketsHoldCommasTogether) {
  const Plan plan =
      PlanOf(kTinySpec, {"axes.h={set: model.hidden, values: [[4, 4], [5, 5]]}",
                         "plan={one_at_a_time: [lr, l2, h]}"});
  const auto trials = SelectTrials(plan, "h=[5, 5],seed=0", {});
  ASSERT_OK(trials);
  ASSERT_EQ(trials->size(), 1u);
  EXPECT_EQ(
      plan.study.configurations[plan.trials[(*trials)[0]].configurations[0]]
          .name,
      "h=[5, 5]");
}

struct MistakeCase {
  const char* name;
  std::string filter;
  std::string message;
};

class FilterMistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(FilterMistakeTest, IsNamed) {
  const auto trials = Select(GetParam().filter);
  EXPECT_TRUE(absl::IsInvalidArgument(trials.status()));
  EXPECT_THAT(std::string(trials.status().message()),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, FilterMistakeTest,
    testing::Values(
        MistakeCase{"Empty", "",
                    "--only: '': expected word=text, as in lr=0.1 (words: "
                    "axis, block, setting, seed, id, state, lr, l2)"},
        MistakeCase{"NoText", "lr", "--only: 'lr': expected word=text"},
        MistakeCase{"EmptyTerm", "lr=1,", "--only: '': expected word=text"},
        MistakeCase{"EmptyId", "id=",
                    "--only: 'id=': expected text after = and |, found "
                    "nothing; is a variable not set?"},
        MistakeCase{"EmptyAlternative", "id=0|",
                    "--only: 'id=0|': expected text after"},
        MistakeCase{"EmptyLabel", "lr= ", "'lr=': expected text after"},
        MistakeCase{"UnknownWord", "l3=1",
                    "--only: 'l3=1': no word 'l3'; did you mean 'lr' or 'l2'?"},
        MistakeCase{
            "UnknownValue", "lr=highest",
            "--only: 'lr=highest' matches no trial of this plan (known: "
            "low, mid, 1)"},
        MistakeCase{"UnknownAxis", "axis=momentum",
                    "'axis=momentum' matches no trial of this plan (known: "
                    "lr, l2)"},
        MistakeCase{"UnknownSweep", "block=lr x l1",
                    "; did you mean 'lr x l2'? (known: lr, l2, lr x l2)"},
        MistakeCase{"NoSuchSeed", "seed=2", "(known: 0, 1)"},
        MistakeCase{"SeedThatIsNone", "seed=first",
                    "--only: 'seed=first': expected a seed or a range such as "
                    "0..2, found 'first'"},
        MistakeCase{"UnknownState", "state=broken",
                    "(known: missing, completed, diverged, done, failed)"},
        MistakeCase{"NoSuchId", "id=xyz", "'id=xyz' matches no trial"},
        MistakeCase{"NothingIsBoth", "block=lr,l2=strong",
                    "--only: no trial of this plan matches all of: "
                    "block=lr,l2=strong"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(TrialFilterTest, TheStateIsAskedForByNameOnly) {
  const Plan plan = ExamplePlan();
  const auto trials = SelectTrials(plan, "lr=1", [](const Trial&) {
    ADD_FAILURE() << "asked";
    return TrialState::kMissing;
  });
  ASSERT_OK(trials);
}

TEST(TrialFilterTest, AStateThatNoTrialHasIsNotTakenForAMistypedWord) {
  const Plan plan = ExamplePlan();
  const auto trials = SelectTrials(
      plan, "state=failed", [](const Trial&) { return TrialState::kMissing; });
  EXPECT_EQ(trials.status(),
            absl::InvalidArgumentError(
                "--only: 'state=failed': no trial of this plan is failed"));
}

TEST(ShardTest, ShardsAreDisjointCoverAllAndAreOfOneSize) {
  std::vector<size_t> all(15);
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  for (const int64_t count : {1, 2, 4, 15, 20}) {
    std::vector<size_t> together;
    for (int64_t index = 0; index < count; ++index) {
      const auto part = TakeShard(all, {index, count});
      EXPECT_GE(static_cast<int64_t>(part.size()), 15 / count);
      EXPECT_LE(static_cast<int64_t>(part.size()), 15 / count + 1);
      EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
      together.insert(together.end(), part.begin(), part.end());
    }
    std::sort(together.begin(), together.end());
    EXPECT_EQ(together, all) << count;
  }
}

TEST(ShardTest, EveryConfigurationIsInEveryShardIfTheSeedsSuffice) {
  const Plan plan = PlanOf(kTinySpec);  // Three configurations, two seeds.
  for (const int64_t index : {0, 1}) {
    std::vector<size_t> configurations;
    for (const size_t i : TakeShard({0, 1, 2, 3, 4, 5}, {index, 2})) {
      configurations.push_back(plan.trials[i].configurations[0]);
    }
    EXPECT_THAT(configurations, ElementsAre(0u, 1u, 3u)) << index;  // By hand.
  }
  EXPECT_THAT(TakeShard({1, 2, 5}, {0, 2}), ElementsAre(1u, 5u));
}

TEST(ShardTest, IsReadStrictly) {
  const auto shard = ParseShard("3/4");
  ASSERT_OK(shard);
  EXPECT_EQ(shard->index, 3);
  EXPECT_EQ(shard->count, 4);
  for (const char* text : {"", "1", "1/", "/2", "1/2/3", "a/b", "-1/2", "1/-2",
                           " 1/2", "1.5/2", "99999999999999999999/2"}) {
    EXPECT_THAT(std::string(ParseShard(text).status().message()),
                HasSubstr("--shard: expected index/count, as in 0/4, found '"))
        << text;
  }
  for (const char* text : {"4/4", "9/2"}) {
    EXPECT_THAT(std::string(ParseShard(text).status().message()),
                HasSubstr("numbered from 0"))
        << text;
  }
  EXPECT_EQ(std::string(ParseShard("3/2").status().message()),
            "--shard: '3/2': the last part is 1/2; parts are numbered from 0, "
            "as in sbatch --array=0-1");
  for (const char* text : {"0/0", "1/0"}) {
    EXPECT_THAT(std::string(ParseShard(text).status().message()),
                HasSubstr("there must be at least one part"))
        << text;
  }
}

}  // namespace
}  // namespace bigstep
