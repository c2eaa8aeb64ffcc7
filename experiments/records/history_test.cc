#include "experiments/records/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/testing.h"
#include "experiments/records/record.h"

namespace bigstep {
namespace {

class HistoryTest : public testing::Test {
 protected:
  HistoryTest() : folder_(MakeTestFolder()) {
    record_.id = "t";
    std::filesystem::create_directories(TrialFolder(folder_, "t"));
  }

  absl::StatusOr<std::optional<History>> Read(const std::string& csv) {
    std::ofstream(TrialFolder(folder_, "t") + "/history.csv") << csv;
    return ReadHistory(folder_, record_);
  }

  std::string folder_;
  Record record_;
};

TEST_F(HistoryTest, IsReadByStepAndName) {
  const auto read = Read("step,train_loss,a.b\n10,0.5,\n20,null,1e-3\n");
  ASSERT_OK(read);
  const History& history = **read;
  EXPECT_EQ(history.names, (std::vector<std::string>{"train_loss", "a.b"}));
  EXPECT_EQ(history.steps, (std::vector<int64_t>{10, 20}));
  using Row = std::vector<std::optional<double>>;
  EXPECT_EQ(history.values[0], (Row{0.5, std::nullopt}));
  EXPECT_EQ(history.values[1], (Row{std::nullopt, 1e-3}));
  EXPECT_EQ(history.Find("a.b"), 1u);
  EXPECT_EQ(history.Find("b"), std::nullopt);
}

TEST_F(HistoryTest, MayBeMissingOrWithoutSteps) {
  const auto missing = ReadHistory(folder_, record_);
  ASSERT_OK(missing);
  EXPECT_FALSE(missing->has_value());
  const auto empty = Read("step,train_loss\n");
  ASSERT_OK(empty);
  EXPECT_TRUE((*empty)->steps.empty());
}

// Their label belongs to a metric that was measured without steps.
TEST_F(HistoryTest, ColumnsOfMetricsThatLostTheirLabelAreDropped) {
  record_.measured = {
      {{"metrics", {"b", "c", 7}}, {"started", "now"}, {"seconds", 1}}};
  const auto read = Read("step,train_loss,a.x,b.x,b.y,bb.x\n10,1,2,3,4,5\n");
  ASSERT_OK(read);
  EXPECT_EQ((*read)->names,
            (std::vector<std::string>{"train_loss", "a.x", "bb.x"}));
  using Row = std::vector<std::optional<double>>;
  EXPECT_EQ((*read)->values, (std::vector<Row>{{1, 2, 5}}));
}

TEST_F(HistoryTest, DamageIsNamedWithItsLine) {
  const std::pair<const char*, const char*> damaged[] = {
      {"", ":1:"},
      {"loss,step\n", ":1:"},
      {"step,train_loss\n1,0.5\n2\n", ":3:"},
      {"step,train_loss\n1,0.5,0.5\n", ":2:"},
      {"step,train_loss\n1,fast\n", ":2:"},
      {"step,train_loss\nx,1\n", ":2:"},
      // A step twice: two trials wrote into one file.
      {"step,train_loss\n2,1\n2,1\n", ":3:"}};
  for (const auto& [csv, line] : damaged) {
    const auto read = Read(csv);
    EXPECT_TRUE(absl::IsDataLoss(read.status())) << csv;
    EXPECT_THAT(std::string(read.status().message()),
                testing::HasSubstr(std::string("trials/t/history.csv") + line));
  }
}

}  // namespace
}  // namespace bigstep
