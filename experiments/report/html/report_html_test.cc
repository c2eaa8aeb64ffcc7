#include "experiments/report/html/report_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tinyxml2.h>

#include <functional>
#include <regex>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "experiments/report/figures/testing.h"
#include "experiments/report/html/html_page.h"
#include "experiments/report/html/studies_html.h"
#include "experiments/report/html/verdicts_html.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Every id in a page is one of its kind, every link within it leads somewhere,
// and every element ends where it should.
void ExpectSound(const std::string& html) {
  tinyxml2::XMLDocument document;
  ASSERT_EQ(document.Parse(html.data(), html.size()), tinyxml2::XML_SUCCESS)
      << document.ErrorStr();
  std::set<std::string> ids;
  std::vector<std::string> links;
  const std::function<void(const tinyxml2::XMLElement*)> visit =
      [&](const tinyxml2::XMLElement* element) {
        if (const char* id = element->Attribute("id")) {
          EXPECT_TRUE(ids.insert(id).second) << id;
        }
        for (const char* name : {"href", "xlink:href"}) {
          const char* link = element->Attribute(name);
          if (link != nullptr) links.push_back(link);
        }
        for (auto* child = element->FirstChildElement(); child != nullptr;
             child = child->NextSiblingElement()) {
          visit(child);
        }
      };
  visit(document.RootElement());
  EXPECT_FALSE(links.empty());
  for (const std::string& link : links) {
    EXPECT_TRUE(link[0] == '#' && ids.count(link.substr(1)) > 0) << link;
  }
}

class ReportHtmlTest : public testing::Test {
 protected:
  ReportHtmlTest()
      : folder_(MakeTestFolder()),
        study_(FiguresStudy()),
        analysis_(study_.Analyzed()) {
    WriteTrialFiles(folder_, study_);
    analysis_.study.question = kHostile;
    // Drawn by hand, so that the test needs no gnuplot.
    for (Figure& figure : MakeFigures(analysis_, study_.records_, {})) {
      figures_.figures.push_back(
          {figure, absl::StrCat("<svg><g id=\"", figure.name, "-g\"/></svg>")});
    }
    html_ = ReportHtml(folder_, analysis_, study_.records_, figures_);
  }

  std::string folder_;
  StudyBuilder study_;
  Analysis analysis_;
  DrawnFigures figures_;
  std::string html_;
};

TEST_F(ReportHtmlTest, IsWellFormedWithUniqueIds) { ExpectSound(html_); }

TEST_F(ReportHtmlTest, NamesAreTextAlone) {
  // The page's own scripts: the data and the code at its end.
  EXPECT_THAT(html_, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(html_, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
}

TEST_F(ReportHtmlTest, NeedsNothingBesidesItself) {
  const std::regex fetched("(src|href)=\"(?!#|data:)");
  EXPECT_FALSE(std::regex_search(html_, fetched));
  EXPECT_THAT(std::string(kReportCss), Not(HasSubstr("url(")));
  EXPECT_THAT(std::string(kReportJs), Not(HasSubstr("fetch(")));
}

TEST_F(ReportHtmlTest, StartsWithTheFindings) {
  size_t last = 0;
  for (const char* heading :
       {"<h2 id=\"findings\"", "<h2 id=\"plane\"", "<h2 id=\"comparison\"",
        "<h2 id=\"curves\"", "<h2 id=\"grids\"", "<h2 id=\"pictures\"",
        "<h2 id=\"every-configuration\"", "<h2 id=\"every-trial\"",
        "<h2 id=\"failed-trials\"", "<h2 id=\"reproduction\""}) {
    const size_t at = html_.find(heading);
    ASSERT_NE(at, std::string::npos) << heading;
    EXPECT_GT(at, last) << heading;
    last = at;
  }
}

TEST_F(ReportHtmlTest, HasEveryTrialWithItsOutcome) {
  for (const StudyTrial& trial : study_.study_.trials) {
    EXPECT_THAT(html_, HasSubstr(absl::StrCat("<th scope=\"row\">", trial.id,
                                              "</th>")));
  }
  for (const char* state :
       {"completed", "collapsed", "diverged", "failed", "missing"}) {
    EXPECT_THAT(html_, HasSubstr(absl::StrCat("<td>", state, "</td>")));
  }
  EXPECT_THAT(html_, HasSubstr("became NaN or infinite at step 7"));
}

TEST_F(ReportHtmlTest, ShowsEveryFigureAndPicture) {
  for (const DrawnFigure& figure : figures_.figures) {
    EXPECT_THAT(html_, HasSubstr(figure.html));
  }
  // "\x89PNG..." in base 64, by hand.
  EXPECT_THAT(html_, HasSubstr("src=\"data:image/png;base64,iVBORy4uLg==\""));
  EXPECT_THAT(html_, HasSubstr("alt=\"lr=0.01, seed 0: core utilization\""));
}

TEST_F(ReportHtmlTest, ShowsTheDataAndItsWarnings) {
  Records records = study_.records_;
  for (auto& [id, record] : records) {
    record.trial["dataset"] = {{"name", "birds"}};
    record.data = {{"warnings", {"<b>look</b>"}},
                   {"counts",
                    {{"num_labels", 2},
                     {"num_bias_labels", 2},
                     {"labels", {"cat & dog", "b"}},
                     {"bias_labels", {"x", "y"}},
                     {"splits",
                      {{{"name", "train"},
                        {"examples", 4321},
                        {"bias_conflicting", 0},
                        {"groups", {{4000, 0}, {0, 321}}}}}}}}};
  }
  const std::string html = ReportHtml(folder_, analysis_, records, figures_);
  ExpectSound(html);
  EXPECT_THAT(html, HasSubstr("<h2 id=\"data\""));
  EXPECT_THAT(html, HasSubstr("Data: &lt;b&gt;look&lt;/b&gt;"));
  EXPECT_THAT(html, HasSubstr("cat &amp; dog"));
  EXPECT_THAT(html, HasSubstr("x (aligned)"));
  EXPECT_THAT(html, HasSubstr("4321"));
  EXPECT_THAT(html_, Not(HasSubstr("<h2 id=\"data\"")));
}

TEST_F(ReportHtmlTest, SaysWhatWasNotDrawn) {
  figures_.notes = {"no gnuplot & no figures"};
  figures_.figures[0].html = "";
  const std::string html =
      ReportHtml(folder_, analysis_, study_.records_, figures_);
  EXPECT_THAT(html, HasSubstr("no gnuplot &amp; no figures"));
  EXPECT_THAT(html, HasSubstr("Not drawn; its script and data are in "
                              "figures/accuracy-test.gp."));
}

TEST_F(ReportHtmlTest, AGridAloneHasItsTableInTandem) {
  StudyBuilder b;
  for (const char* l2 : {"0", "0.1", "1"}) {
    const double number = std::stod(l2);
    const size_t configuration =
        b.AddConfiguration({"lr x l2",
                            absl::StrCat("lr=1, l2=", l2),
                            {{"lr", "1", 1.0}, {"l2", l2, number}}});
    b.AddCompleted({configuration}, 0, 0.5 + number / 4, 100 - number);
    // The best mean is that of the survivor.
    if (number == 1) b.AddOutcome({configuration}, 1, Outcome::kDiverged);
  }
  const std::string html = ReportHtml(folder_, b.Analyzed(), b.records_, {});
  ExpectSound(html);
  const size_t begin = html.find("<h2 id=\"comparison\"");
  ASSERT_NE(begin, std::string::npos);
  const std::string section =
      html.substr(begin, html.find("<h2 ", begin + 1) - begin);
  EXPECT_THAT(section, HasSubstr("<th scope=\"row\">lr=1, l2=0.1</th>"));
  EXPECT_THAT(section, Not(HasSubstr("l2=1</th>")));
}

TEST_F(ReportHtmlTest, ReloadsWhileTrialsAreMissing) {
  const std::string reload = "<meta http-equiv=\"refresh\" content=\"5\"/>";
  EXPECT_THAT(html_, HasSubstr("9 of 10 trials finished, 1 missing."));
  EXPECT_THAT(html_, Not(HasSubstr("refresh")));
  EXPECT_THAT(ReportHtml(folder_, analysis_, study_.records_, figures_, 5),
              HasSubstr(reload));
  analysis_.total.missing = 0;
  EXPECT_THAT(ReportHtml(folder_, analysis_, study_.records_, figures_, 5),
              Not(HasSubstr(reload)));
}

TEST_F(ReportHtmlTest, ShowsTheSpecAsText) {
  EXPECT_THAT(html_, Not(HasSubstr("<h2 id=\"spec\"")));
  analysis_.study.spec = "study: <b>tiny</b>\n";
  const std::string html =
      ReportHtml(folder_, analysis_, study_.records_, figures_);
  ExpectSound(html);
  EXPECT_THAT(html, HasSubstr("study: &lt;b&gt;tiny&lt;/b&gt;"));
}

TEST(VerdictsHtmlTest, OneLineEachLinkedToFiguresOfThePage) {
  EXPECT_EQ(VerdictsHtml({}, {}), "");
  const std::string html = VerdictsHtml(
      {{"C1", "<rises>", "supported", "+0.4 [+0.3, +0.5], n = 8", "plane"},
       {"C2", "falls", "<odd>", "n = 3", "other", true}},
      {"plane"});
  EXPECT_THAT(html, HasSubstr("<b class=\"supported\">supported</b>"));
  EXPECT_THAT(html, HasSubstr("C1 &lt;rises&gt;"));
  EXPECT_THAT(html, HasSubstr("<a href=\"#figure-plane\">"));
  EXPECT_THAT(html, HasSubstr("<b class=\"undecided\">&lt;odd&gt;</b>"));
  EXPECT_THAT(html, HasSubstr("post hoc"));
  EXPECT_THAT(html, Not(HasSubstr("#figure-other")));
}

TEST_F(ReportHtmlTest, IsTheSameEveryTime) {
  EXPECT_EQ(html_, ReportHtml(folder_, analysis_, study_.records_, figures_));
}

TEST_F(ReportHtmlTest, AStudyWithoutRecordsHasOneToo) {
  const std::string html =
      ReportHtml(folder_, Analyze(study_.study_, {}), {}, {});
  ExpectSound(html);
  EXPECT_THAT(html, HasSubstr("0 of 10 trials finished"));
}

TEST_F(ReportHtmlTest, IsWrittenIntoTheStudysFolder) {
  ASSERT_OK(WriteReportHtml(folder_, analysis_, study_.records_, figures_));
  EXPECT_EQ(ReadTestFile(folder_ + "/report.html"), html_);
}

TEST_F(ReportHtmlTest, LongTablesComeAsDataAndStayShort) {
  StudyBuilder b;
  const size_t configuration = b.AddAxisValue("lr", kHostile, std::nullopt);
  for (int64_t seed = 0; seed < 10000; ++seed) {
    b.AddCompleted({configuration}, seed, 0.123456789, 1e6 + seed);
  }
  const std::string html = ReportHtml(folder_, b.Analyzed(), b.records_, {});
  ExpectSound(html);
  EXPECT_LT(html.size(), 2000000u);
  EXPECT_THAT(html, HasSubstr("The first 50 of 10000 rows"));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  // The data of all of them, each name once.
  const std::string start = "id=\"trials-data\">";
  const size_t begin = html.find(start) + start.size();
  const Json data =
      Json::parse(html.substr(begin, html.find("</script>", begin) - begin));
  EXPECT_EQ(data[0].size(), 10000u);
  EXPECT_EQ(data[0][9999], "t9999");
  EXPECT_EQ(data[1]["names"], Json({std::string("lr=") + kHostile}));
  EXPECT_EQ(data[1]["of"].size(), 10000u);
}

TEST_F(ReportHtmlTest, SeveralStudiesStandSideBySide) {
  StudyBuilder other = FiguresStudy();
  other.study_.name = "<other>";
  const auto set = MakeStudySet({analysis_, other.Analyzed()});
  ASSERT_OK(set);
  const std::string html = StudiesHtml(*set);
  ExpectSound(html);
  EXPECT_THAT(html, HasSubstr("<h1>tiny, &lt;other&gt;</h1>"));
  EXPECT_THAT(html, HasSubstr("&lt;other&gt;</th>"));
  EXPECT_THAT(html, HasSubstr("lr=1, l2=0.1"));
}

}  // namespace
}  // namespace bigstep
