#include "base/shell_quote.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

// What a shell makes of the word.
std::string AfterShell(const std::string& word) {
  const std::string command = absl::StrCat("printf %s ", word);
  FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    text += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

TEST(ShellQuoteTest, AShellReadsTheTextBack) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& text :
       {std::string("plain"), std::string(), std::string("it's"),
        std::string("''"), std::string("a b\n"), std::string("$(date) `date`"),
        std::string("~"), std::string("*"), std::string("-n"),
        std::string("#x"), std::string("!!"), std::string("{a,b}"),
        std::string("η <x>"), all}) {
    EXPECT_EQ(AfterShell(ShellQuote(text)), text);
  }
}

TEST(ShellQuoteTest, PlainPathsAndFlagsStayReadable) {
  EXPECT_EQ(ShellQuote("--out=/a/b_c.d-1"), "--out=/a/b_c.d-1");
  EXPECT_EQ(ShellQuote("--set=optimizer.lr=0.3"), "--set=optimizer.lr=0.3");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote(""), "''");
}

}  // namespace
}  // namespace bigstep
