#include "datasets/formats/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace bigstep {
namespace {

using testing::ElementsAre;

std::vector<CsvColumn> Parse(absl::string_view text,
                             const std::vector<std::string>& names) {
  auto columns = ParseCsv(text, "t.csv", names);
  EXPECT_OK(columns);
  return columns.ok() ? *std::move(columns) : std::vector<CsvColumn>(9);
}

std::string Error(absl::string_view text) {
  const absl::Status status = ParseCsv(text, "t.csv", {"y", "name"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  return std::string(status.message());
}

TEST(CsvReaderTest, GivesTheColumnsAskedForInTheirOrder) {
  const auto columns = Parse("id,y,name\n1,0,a\n2,1,b\n", {"name", "id"});
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[0].name, "name");
  EXPECT_THAT(columns[0].values, ElementsAre("a", "b"));
  EXPECT_THAT(columns[1].values, ElementsAre("1", "2"));
  EXPECT_THAT(columns[1].lines, ElementsAre(2, 3));
}

TEST(CsvReaderTest, GivesAColumnTwice) {
  const auto columns = Parse("name\na\n", {"name", "name"});
  EXPECT_THAT(columns[0].values, ElementsAre("a"));
  EXPECT_THAT(columns[1].values, ElementsAre("a"));
}

TEST(CsvReaderTest, ReadsWhatSpreadsheetsWrite) {
  // A byte order mark, CRLF, no end of the last line.
  const auto columns = Parse("\xef\xbb\xbfy,name\r\n0,a\r\n1,b", {"y", "name"});
  EXPECT_THAT(columns[0].values, ElementsAre("0", "1"));
  EXPECT_THAT(columns[1].values, ElementsAre("a", "b"));
  EXPECT_THAT(columns[1].lines, ElementsAre(2, 3));
}

TEST(CsvReaderTest, ReadsQuotedValues) {
  const auto columns = Parse(
      "y,\"name\"\n0,\"a, b\"\n1,\"say "
      "\"\"so\"\"\"\n2,\"two\nlines\"\n3,\"\"\n",
      {"name"});
  EXPECT_THAT(columns[0].values,
              ElementsAre("a, b", "say \"so\"", "two\nlines", ""));
  EXPECT_THAT(columns[0].lines, ElementsAre(2, 3, 4, 6));
}

TEST(CsvReaderTest, SpacesBelongToValues) {
  EXPECT_THAT(Parse("name\n a b \n", {"name"})[0].values, ElementsAre(" a b "));
}

TEST(CsvReaderTest, SkipsEmptyLinesAndCountsThem) {
  const auto columns = Parse("\n\nname\n\na\r\n\r\nb\n\n", {"name"});
  EXPECT_THAT(columns[0].values, ElementsAre("a", "b"));
  EXPECT_THAT(columns[0].lines, ElementsAre(5, 7));
}

TEST(CsvReaderTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(Error(""), "t.csv:1: expected a row that names the columns");
  EXPECT_EQ(Error("\n\n"), "t.csv:3: expected a row that names the columns");
  EXPECT_EQ(Error("y,name\n"),
            "t.csv:2: expected a row of values after the names");
  EXPECT_EQ(Error("y,nmae,id\n0,a,1\n"),
            "t.csv:1: no column 'name'; did you mean 'nmae'? (found: y, nmae, "
            "id)");
  EXPECT_EQ(Error("x,y,name,y\n1,2,3,4\n"), "t.csv:1: two columns 'y'");
  EXPECT_EQ(Error("y,name\n0,a\n1\n"),
            "t.csv:3: expected 2 values, one for each column, found 1");
  EXPECT_EQ(Error("y,name\n0,a,b\n1,a\n"),
            "t.csv:2: expected 2 values, one for each column, found 3");
  EXPECT_EQ(Error("y,name\n0,a\n1,\"b\n2,c\n"),
            "t.csv:3: expected the end of a quoted value before the end of the "
            "file");
  EXPECT_EQ(Error("y,name\n0,\"two\nlines\"\n1,a\"b\n"),
            "t.csv:4: expected quotes around whole values only, doubled inside "
            "of them");
  EXPECT_EQ(Error("y,name\n0,\"a\"b\n"),
            "t.csv:2: expected quotes around whole values only, doubled inside "
            "of them");
  // The first mistake counts.
  EXPECT_EQ(Error("y,name\n0\n1,a\"b\n"),
            "t.csv:2: expected 2 values, one for each column, found 1");
}

TEST(CsvReaderTest, SpacesAroundTheNamesOfColumnsDoNotCount) {
  const auto columns = Parse("id, name ,\t y\n1,a,0\n", {"y", " name"});
  EXPECT_THAT(columns[0].values, ElementsAre("0"));
  EXPECT_THAT(columns[1].values, ElementsAre("a"));
  EXPECT_EQ(columns[1].name, "name");
  EXPECT_EQ(Error("y,name, y\n0,a,1\n"), "t.csv:1: two columns 'y'");
}

TEST(CsvReaderTest, NamesWhatSpreadsheetsDo) {
  EXPECT_EQ(Error("y;name\n0;a\n"),
            "t.csv:1: no column 'y' (found: y;name); separate the values with "
            "commas");
  EXPECT_EQ(Error(absl::string_view("\xff\xfey\0,\0", 6)),
            "t.csv:1: expected UTF-8, found UTF-16; save it as UTF-8");
}

TEST(CsvReaderTest, RefusesWhatIsTooLargeAtOnce) {
  constexpr char kLong[] =
      "t.csv:2: expected values of at most 65536 bytes, found a longer one; "
      "is a quote or the end of a line missing?";
  const std::string huge(50 << 20, 'x');
  EXPECT_EQ(Error(absl::StrCat("y,name\n0,", huge, "\n")), kLong);
  EXPECT_EQ(Error(absl::StrCat("y,name\n0,\"", huge, "\n")), kLong);
  const std::string most(65536, 'x');
  EXPECT_THAT(Parse(absl::StrCat("y,name\n0,", most, "\n"), {"name"})[0].values,
              ElementsAre(most));
  EXPECT_EQ(Error(absl::StrCat("y,name\n0,", most, "x\n")), kLong);
  std::string columns;
  for (int i = 0; i < 3000000; ++i) columns += "y,";
  EXPECT_EQ(Error(columns),
            "t.csv:1: expected at most 16384 columns, found more");
}

TEST(CsvReaderTest, MessagesAreShortAndVisible) {
  const auto columns =
      Parse(absl::StrCat("y,name\n\x1b[2J,", std::string(1000, 'x'), "\n"),
            {"y", "name"});
  EXPECT_EQ(columns[0].Wrong(0, "a label").message(),
            "t.csv:2: column 'y': expected a label, found '<U+001B>[2J'");
  EXPECT_EQ(columns[1].Wrong(0, "a label").message(),
            absl::StrCat("t.csv:2: column 'name': expected a label, found '",
                         std::string(200, 'x'), "... (1000 bytes)'"));
}

TEST(CsvReaderTest, ReadsIntegers) {
  const auto columns = Parse("y\n-1\n2\n", {"y"});
  const auto integers = columns[0].Integers(-1, 2);
  ASSERT_OK(integers);
  EXPECT_THAT(*integers, ElementsAre(-1, 2));
  EXPECT_EQ(columns[0].Integers(0, 2).status(),
            absl::DataLossError("t.csv:2: column 'y': expected an integer from "
                                "0 to 2, found '-1'"));
  EXPECT_EQ(columns[0].Integers(-1, 1).status(),
            absl::DataLossError("t.csv:3: column 'y': expected an integer from "
                                "-1 to 1, found '2'"));
  for (const char* wrong : {"1.0", "", "one", "1e3", "99999999999999999999"}) {
    EXPECT_EQ(Parse(absl::StrCat("x,y\n,", wrong), {"y"})[0]
                  .Integers(0, 9999)
                  .status(),
              absl::DataLossError(
                  absl::StrCat("t.csv:2: column 'y': expected an integer from "
                               "0 to 9999, found '",
                               wrong, "'")));
  }
}

TEST(CsvReaderTest, ReadsFiles) {
  const std::string path = MakeTestFolder() + "/a.csv";
  const absl::Status status = ReadCsv(path, {"y"}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(path));
  WriteTestFile(path, "y\n7\n");
  const auto columns = ReadCsv(path, {"y"});
  ASSERT_OK(columns);
  EXPECT_THAT((*columns)[0].values, ElementsAre("7"));
  EXPECT_EQ((*columns)[0].path, path);
}

}  // namespace
}  // namespace bigstep
