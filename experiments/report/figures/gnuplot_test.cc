#include "experiments/report/figures/gnuplot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/testing.h"

namespace bigstep {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(GnuplotTest, WithoutTheProgramThereIsOneNoteWithTheCure) {
  const absl::Status status =
      RunGnuplot(MakeTestFolder(), {"a.gp"}, "no-such-gnuplot");
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("no-such-gnuplot"),
                    HasSubstr("apt-get install gnuplot-nox")));
}

TEST(GnuplotTest, RunsInTheFolder) {
  // Any program will do: this one fails unless the file is there.
  const std::string folder = MakeTestFolder();
  EXPECT_FALSE(RunGnuplot(folder, {"a.gp"}, "cat").ok());
  std::ofstream(folder + "/a.gp") << "plot";
  EXPECT_OK(RunGnuplot(folder, {"a.gp"}, "cat"));
}

TEST(GnuplotTest, AFailureComesWithTheComplaint) {
  const absl::Status status = RunGnuplot(MakeTestFolder(), {"a.gp"}, "cat");
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("No such file"));
}

TEST(GnuplotTest, DatesLeavePdfsOfEqualLength) {
  EXPECT_EQ(WithoutDate("%PDF-1.5 /CreationDate (D:20261126195435+01'00) end"),
            "%PDF-1.5 /CreationDate (D:00000000000000+00'00) end");
  EXPECT_EQ(WithoutDate("%PDF-1.5 none"), "%PDF-1.5 none");
  EXPECT_EQ(WithoutDate("text /CreationDate (D:2026)"),
            "text /CreationDate (D:2026)");
}

// The parts of a file of gnuplot 5.4 that matter.
constexpr char kSvg[] = R"svg(<?xml version="1.0" encoding="utf-8"?>
<svg 
 width="326" height="182"
 viewBox="0 0 326 182"
 xmlns="http://www.w3.org/2000/svg"
>
<title>Gnuplot</title>
<desc>Produced by GNUPLOT 5.4 patchlevel 4 </desc>
<g id="gnuplot_canvas">
<defs><circle id='gpDot' r='0.5'/><use xlink:href='#gpDot' id='gpPt6'/></defs>
	<g id="gnuplot_plot_1" ><title>'a.csv' using 1:2</title>
<text stroke="none" fill="black">lr</text>
<text fill="rgb(0,0,0)">1</text>
<path stroke='rgb(  0,   0,   0)' stroke-width="1"/>
<path stroke='rgb(  0, 114, 178)'/>
</g></g>
</svg>
)svg";

TEST(GnuplotTest, AnInlineSvgShowsTheTextInThePagesColour) {
  const std::string svg = InlineSvg(kSvg, "plane", "A \"plane\"");
  EXPECT_THAT(svg, testing::StartsWith("<svg viewBox=\"0 0 326 182\" "));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"A &quot;plane&quot;\""));
  EXPECT_THAT(svg, Not(HasSubstr("width=\"326\"")));
  EXPECT_THAT(svg, Not(HasSubstr("title")));
  EXPECT_THAT(svg, HasSubstr("fill=\"currentColor\">lr"));
  EXPECT_THAT(svg, HasSubstr("fill=\"currentColor\">1"));
  EXPECT_THAT(svg, HasSubstr("stroke='currentColor'"));
  EXPECT_THAT(svg, HasSubstr("stroke='rgb(0, 114, 178)'"));
}

TEST(GnuplotTest, InlineSvgsDoNotShareIds) {
  const std::string svg = InlineSvg(kSvg, "plane", "");
  EXPECT_THAT(svg, AllOf(HasSubstr("id=\"plane-gnuplot_canvas\""),
                         HasSubstr("id='plane-gpPt6'"),
                         HasSubstr("xlink:href='#plane-gpDot'"),
                         Not(HasSubstr("'gpDot'")), Not(HasSubstr("#gpDot"))));
}

TEST(GnuplotTest, GroupsWithoutContentAreLeftOut) {
  const std::string start =
      "<svg width=\"1\" viewBox=\"0 0 1 1\"><title>a</title>"
      "<g id=\"gnuplot_canvas\">";
  const std::string svg = InlineSvg(
      start +
          "<g a=\"1\">\n</g>\n<g b=\"2\"><path/></g><g c=\"3\"></g></g></svg>",
      "f", "");
  EXPECT_THAT(svg, testing::EndsWith(
                       "<g id=\"f-gnuplot_canvas\">\n<g b=\"2\"><path/></g>"
                       "</g></svg>"));
}

TEST(GnuplotTest, WhatIsNoSvgGivesNothing) {
  EXPECT_EQ(InlineSvg("", "a", ""), "");
  EXPECT_EQ(InlineSvg("<svg width=\"1\" viewBox=\"0 0 1 1\">", "a", ""), "");
}

}  // namespace
}  // namespace bigstep
