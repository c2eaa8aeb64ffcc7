#include "experiments/report/html/figures_html.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/html_text.h"
#include "experiments/report/html/facts_html.h"

namespace bigstep {
namespace {

std::string DrawingHtml(const DrawnFigure& drawn) {
  if (drawn.html.empty()) {
    return absl::StrCat(
        "<p class=\"quiet\">Not drawn; its script and data are in figures/",
        EscapeHtml(drawn.figure.name), ".gp.</p>\n");
  }
  // The keyboard reaches it, so that it can scroll.
  return absl::StrCat(
      "<div class=\"drawing\" tabindex=\"0\" role=\"region\" aria-label=\"",
      EscapeHtml(drawn.figure.title), "\">", drawn.html, "</div>\n");
}

std::string FigureHtml(const DrawnFigure& drawn) {
  const Figure& figure = drawn.figure;
  return absl::StrCat(
      "<figure", figure.kind == FigureKind::kPlane ? " class=\"hero\"" : "",
      " id=\"figure-", EscapeHtml(figure.name), "\">\n<h3>",
      EscapeHtml(figure.title), "</h3>\n", DrawingHtml(drawn), "<figcaption>",
      EscapeHtml(figure.caption), " <span class=\"file\">figures/",
      EscapeHtml(figure.name),
      ".{svg,pdf,png,gp,csv}</span></figcaption>\n</figure>\n");
}

}  // namespace

std::string FiguresHtml(const DrawnFigures& figures,
                        const std::vector<FigureKind>& kinds, size_t at_once) {
  std::string first, rest;
  size_t count = 0;
  for (const DrawnFigure& drawn : figures.figures) {
    if (std::find(kinds.begin(), kinds.end(), drawn.figure.kind) ==
        kinds.end()) {
      continue;
    }
    (count++ < at_once ? first : rest) += FigureHtml(drawn);
  }
  if (count == 0) return "";
  const auto group = [](const std::string& html) {
    return absl::StrCat("<div class=\"figures\">\n", html, "</div>\n");
  };
  if (rest.empty()) return group(first);
  return group(first) +
         Folded(absl::StrCat(count - at_once, " more figures"), group(rest));
}

}  // namespace bigstep
