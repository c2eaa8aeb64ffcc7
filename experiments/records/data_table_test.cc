#include "experiments/records/data_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bigstep {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The training images of Waterbirds (arXiv:1911.08731), and few others.
Json Birds() {
  return Json::parse(R"({
    "num_labels": 2, "num_bias_labels": 2,
    "labels": ["landbird", "waterbird"], "bias_labels": ["land", "water"],
    "splits": [
      {"name": "train", "examples": 4795, "bias_conflicting": 240,
       "groups": [[3498, 184], [56, 1057]]},
      {"name": "validation", "examples": 4, "bias_conflicting": 2,
       "groups": [[1, 1], [1, 1]]},
      {"name": "test", "examples": 0, "bias_conflicting": 0,
       "groups": [[0, 0], [0, 0]]}]})");
}

// K labels with `biases` bias labels; label k has k examples of each.
Json Many(int64_t labels, int64_t biases) {
  Json counts = {{"num_labels", labels}, {"num_bias_labels", biases}};
  Json groups;
  int64_t all = 0;
  for (int64_t k = 0; k < labels; ++k) {
    counts["labels"].push_back(absl::StrCat("l", k));
    groups.push_back(std::vector<int64_t>(biases, k));
    all += k * biases;
  }
  for (int64_t b = 0; b < biases; ++b) {
    counts["bias_labels"].push_back(absl::StrCat("b", b));
  }
  counts["splits"] = {{{"name", "train"},
                       {"examples", all},
                       {"bias_conflicting", all - all / biases},
                       {"groups", groups}}};
  return counts;
}

TEST(DataTextTest, ShowsEachGroupWithItsPartnerMarked) {
  // 240 of 4795: 5.005 %.
  EXPECT_EQ(DataText("data: birds", {{"counts", Birds()}}),
            "data: birds\n"
            "  label             bias label              train  validation"
            "     test\n"
            "  landbird          land (aligned)           3498           1"
            "        0\n"
            "  landbird          water                     184           1"
            "        0\n"
            "  waterbird         land                       56           1"
            "        0\n"
            "  waterbird         water (aligned)          1057           1"
            "        0\n"
            "  all                                        4795           4"
            "        0\n"
            "  bias-conflicting                   240 (5.01 %)    2 (50 %)"
            "  0 (0 %)\n");
}

TEST(DataTextTest, ManyGroupsBecomeARowForEachLabel) {
  const DataTable table = MakeDataTable({{"counts", Many(5, 6)}});
  EXPECT_THAT(table.columns, ElementsAre("label", "aligned with", "train"));
  ASSERT_EQ(table.rows.size(), 7u);
  EXPECT_THAT(table.rows[3], ElementsAre("l3", "b3", "3 + 15"));
}

TEST(DataTextTest, ManyLabelsBecomeTheExtremes) {
  const DataTable table = MakeDataTable({{"counts", Many(100, 1)}});
  EXPECT_THAT(table.columns, ElementsAre("label", "train"));
  // 0 + 1 + ... + 99 = 4950.
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("fewest: l0", "0"),
                                      ElementsAre("most: l99", "99"),
                                      ElementsAre("all", "4950")));
}

TEST(DataTextTest, WithoutGroupsThereAreTotals) {
  Json counts = Many(3, 3);
  counts.erase("labels");
  EXPECT_THAT(MakeDataTable({{"counts", counts}}).rows,
              ElementsAre(ElementsAre("all", "", "9"),
                          ElementsAre("bias-conflicting", "", "6 (66.7 %)")));
}

TEST(DataTextTest, LinesFitATerminal) {
  Json counts = Birds();
  counts["labels"][0] = std::string(200, 'x');
  counts["bias_labels"][0] = "\u00e4\u00f6\u00fc" + std::string(200, 'y');
  for (int i = 0; i < 5; ++i) {
    counts["splits"].push_back(counts["splits"][0]);
    counts["splits"].back()["name"] = absl::StrCat("shifted_in_some_way_", i);
  }
  const std::string text =
      DataText(std::string(300, 't'), {{"counts", counts}});
  for (const std::string& line :
       std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    // Each of at most a few characters beyond ASCII has two or three bytes.
    EXPECT_LE(line.size(), 110u) << line;
  }
  EXPECT_THAT(text, HasSubstr("(4 more splits)"));
}

TEST(DataTextTest, ShowsWarningsWithoutControlCharacters) {
  const Json data = {
      {"warnings", {"look", "a\x1b[2Jb"}},
      {"corrupt_images", {{"train", 3}, {"test", 0}, {"validation", 1}}}};
  EXPECT_EQ(DataText("data", data),
            "data\n"
            "  warning: look\n"
            "  warning: a<U+001B>[2Jb\n"
            "  warning: left out 3 corrupt images of train\n"
            "  warning: left out 1 corrupt image of validation\n");
  EXPECT_EQ(DataText("data", Json::object()), "");
}

// Records may come from anybody.
TEST(DataTextTest, DataOfAnotherFormAreNotShown) {
  for (const char* text :
       {"null", "[]", "1", R"({"counts": 1})", R"({"counts": {}})",
        R"({"counts": {"num_bias_labels": "2", "splits": []}})",
        R"({"counts": {"num_bias_labels": 2, "splits": [1]}})",
        R"({"counts": {"num_bias_labels": 2, "splits": [{"name": 1}]}})",
        R"({"counts": {"num_bias_labels": 2, "labels": {"a": 1},
            "splits": []}})",
        R"({"warnings": {"a": 1}, "corrupt_images": [1]})",
        R"({"warnings": [1, null, {}]})"}) {
    const Json data = Json::parse(text);
    EXPECT_THAT(MakeDataTable(data).rows, IsEmpty()) << text;
    EXPECT_EQ(DataText("data", data), "") << text;
  }
  // Groups of another size than the names.
  Json counts = Birds();
  counts["splits"][0]["groups"] = {{1}, {2}};
  EXPECT_THAT(MakeDataTable({{"counts", counts}}).rows, testing::SizeIs(2));
}

}  // namespace
}  // namespace bigstep
