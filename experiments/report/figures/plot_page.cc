#include "experiments/report/figures/plot_page.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {
namespace {

constexpr double kLine = 0.12;  // Of text.

}  // namespace

// P scales markers, which come out smaller in SVG. gnuplot's cairo takes sizes
// of fonts for pixels of 1/96 inch rather than points.
std::string ScriptHead(const std::string& name, double width, double height) {
  return absl::StrFormat(
      R"(# Draws %1$s.svg, %1$s.pdf and %1$s.png: gnuplot %1$s.gp
reset session
set encoding utf8
set datafile separator ','
set style line 100 lc rgb 'black' lw 0.5
do for [format in 'svg pdf png'] {
if (format eq 'svg') { set terminal svg size %2$d,%3$d font 'Helvetica,%4$g' fontscale 1.3333 linewidth 1.3333 }
if (format eq 'pdf') { set terminal pdfcairo size %5$gin,%6$gin font 'Helvetica,%4$g' fontscale 0.75 linewidth 1.5 }
if (format eq 'png') { set terminal pngcairo size %7$d,%8$d font 'Helvetica,%4$g' fontscale 3.125 linewidth 4.1667 pointscale 4.1667 }
set output '%1$s.'.format
P = format eq 'svg' ? 1.8 : 1
set multiplot
unset key
set border 3 ls 100
set tics nomirror out scale 0.4 offset 0,0
set grid y lt 1 lc rgb '#B0808080' lw 0.4
)",
      name, static_cast<int>(std::lround(width * 96)),
      static_cast<int>(std::lround(height * 96)), kFontSize, width, height,
      static_cast<int>(std::lround(width * 300)),
      static_cast<int>(std::lround(height * 300)));
}

std::string ScriptFoot() { return "unset multiplot\nunset output\n}\n"; }

PageShape TitledPanels() {
  PageShape shape;
  shape.panel_width = 1.75;
  shape.left = 0.46;
  shape.right = 0.2;
  shape.gap = 0.5;
  shape.above = 0.32;
  return shape;
}

Page MakePage(size_t num_panels, const PageShape& shape,
              const std::vector<KeyEntry>& key) {
  constexpr double kMargin = 0.04;    // Above the key.
  constexpr double kNarrowest = 2.7;  // Keys need some width.
  constexpr double kName = 0.12;      // Of an axis.
  Page page;
  const double step = shape.panel_width + shape.gap;
  const double ends = shape.left + shape.right - shape.gap;
  const auto fitting = static_cast<size_t>((kTwoColumns - ends) / step + 1e-6);
  page.columns =
      std::clamp<size_t>(num_panels, 1, std::max<size_t>(fitting, 1));
  page.width =
      std::max(kNarrowest, ends + static_cast<double>(page.columns) * step);
  const size_t rows = (num_panels + page.columns - 1) / page.columns;
  const double row_height =
      shape.above + shape.panel_height + shape.ticks + kName;
  const double top =
      key.empty() ? 0 : MakeKey(key, page.width, 1, 0).height + kMargin;
  page.height = top + static_cast<double>(rows) * row_height;
  page.key = MakeKey(key, page.width, page.height, kMargin).script;
  for (size_t i = 0; i < num_panels; ++i) {
    const double column = static_cast<double>(i % page.columns);
    const double row = static_cast<double>(i / page.columns);
    page.panels.push_back({shape.left + column * step,
                           page.height - top - row * row_height - shape.above -
                               shape.panel_height,
                           shape.panel_width, shape.panel_height});
  }
  return page;
}

std::string PlaceOn(const Page& page, const Panel& panel) {
  return absl::StrFormat(
      "set lmargin at screen %.5f\nset rmargin at screen %.5f\n"
      "set bmargin at screen %.5f\nset tmargin at screen %.5f\n",
      panel.left / page.width, (panel.left + panel.width) / page.width,
      panel.bottom / page.height, (panel.bottom + panel.height) / page.height);
}

Key MakeKey(const std::vector<KeyEntry>& entries, double width,
            double page_height, double top) {
  constexpr double kRow = 0.14, kSample = 0.27, kGap = 0.14, kMargin = 0.06;
  Key key;
  double x = kMargin;
  size_t rows = entries.empty() ? 0 : 1;
  for (const KeyEntry& entry : entries) {
    const double entry_width = kSample + TextWidth(entry.text);
    if (x > kMargin && x + entry_width > width) {
      x = kMargin;
      ++rows;
    }
    const double y =
        page_height - top - kRow * (static_cast<double>(rows) - 0.5);
    if (entry.line) {
      absl::StrAppendFormat(
          &key.script,
          "set arrow from screen %.5f,%.5f to screen %.5f,%.5f nohead lw 1 "
          "%s lc rgb '%s'\n",
          x / width, y / page_height, (x + 0.2) / width, y / page_height,
          Dash(entry.dash), entry.color);
    }
    if (entry.marker > 0) {
      absl::StrAppendFormat(
          &key.script,
          "set label '' at screen %.5f,%.5f point pt %d ps P*%g lc rgb '%s'\n",
          (x + 0.1) / width, y / page_height, entry.marker, entry.size,
          entry.color);
    }
    absl::StrAppendFormat(
        &key.script, "set label %s at screen %.5f,%.5f left\n",
        PlotText(entry.text), (x + 0.24) / width, y / page_height);
    x += entry_width + kGap;
  }
  key.height = kRow * static_cast<double>(rows);
  return key;
}

std::string PanelTitle(absl::string_view name, double width, int tag) {
  const std::vector<std::string> lines = Wrapped(name, width, 2);
  return absl::StrFormat(
      "set label %d %s at graph 0.5, graph 1 center offset 0,%g\n", tag,
      PlotLines(lines), lines.size() > 1 ? 1.55 : 0.6);
}

std::string AxisName(absl::string_view name, const Page& page,
                     const Panel& panel, double ticks, int tag) {
  constexpr double kHalfRow = 0.06;
  return absl::StrFormat("set label %d %s at screen %.5f, screen %.5f center\n",
                         tag, PlotText(name),
                         (panel.left + panel.width / 2) / page.width,
                         (panel.bottom - ticks - kHalfRow) / page.height);
}

std::string SideLabel(absl::string_view text, double page_width, double height,
                      absl::string_view middle) {
  const std::vector<std::string> lines = Wrapped(text, height, 2);
  const double center = 0.03 + kLine * static_cast<double>(lines.size()) / 2;
  return absl::StrCat("set label ", PlotLines(lines), " at screen ",
                      ExactText(center / page_width), ", ", middle,
                      " center rotate by 90\n");
}

double LeftOf(absl::string_view side_label, double height, double numbers) {
  constexpr double kTicks = 0.16;
  constexpr double kBetween = 0.07;  // Gnuplot's gap between rotated lines.
  const auto lines = static_cast<double>(Wrapped(side_label, height, 2).size());
  return kLine * lines + kBetween * (lines - 1) + numbers + kTicks;
}

}  // namespace bigstep
