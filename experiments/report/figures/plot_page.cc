#include "experiments/report/figures/plot_page.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/gnuplot_text.h"
#include "experiments/report/figures/plot_style.h"

namespace bigstep {

// P scales markers, which come out smaller in SVG.
std::string ScriptHead(const std::string& name, double width, double height) {
  return absl::StrFormat(
      R"(# Draws %1$s.svg, %1$s.pdf and %1$s.png: gnuplot %1$s.gp
reset session
set encoding utf8
set datafile separator ','
set style line 100 lc rgb 'black' lw 0.5
do for [format in 'svg pdf png'] {
if (format eq 'svg') { set terminal svg size %2$d,%3$d font 'Helvetica,%4$g' fontscale 1.3333 linewidth 1.3333 }
if (format eq 'pdf') { set terminal pdfcairo size %5$gin,%6$gin font 'Helvetica,%4$g' fontscale 1 linewidth 1.5 }
if (format eq 'png') { set terminal pngcairo size %7$d,%8$d font 'Helvetica,%4$g' fontscale 4.1667 linewidth 4.1667 pointscale 4.1667 }
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

Page MakePage(size_t num_panels, const PageShape& shape,
              const std::vector<KeyEntry>& key) {
  constexpr double kMargin = 0.04;  // Above the key.
  Page page;
  page.columns = num_panels <= 4                      ? num_panels
                 : num_panels == 5 || num_panels == 6 ? 3
                                                      : 4;
  page.columns = std::max<size_t>(page.columns, 1);
  page.width = num_panels <= 2 ? kOneColumn : kTwoColumns;
  const size_t rows = (num_panels + page.columns - 1) / page.columns;
  const double row_height = shape.above + shape.panel_height + shape.below;
  const double top =
      key.empty() ? 0 : MakeKey(key, page.width, 1, 0).height + kMargin;
  page.height = top + static_cast<double>(rows) * row_height;
  page.key = MakeKey(key, page.width, page.height, kMargin).script;
  const double columns = static_cast<double>(page.columns);
  const double width =
      (page.width - shape.left - shape.right - (columns - 1) * shape.gap) /
      columns;
  for (size_t i = 0; i < num_panels; ++i) {
    const double column = static_cast<double>(i % page.columns);
    const double row = static_cast<double>(i / page.columns);
    page.panels.push_back({shape.left + column * (width + shape.gap),
                           page.height - top - row * row_height - shape.above -
                               shape.panel_height,
                           width, shape.panel_height});
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
  std::string title = PlotText(name);
  const size_t colon = title.find(": ");
  const bool wraps = TextWidth(name) > width && colon != std::string::npos;
  if (wraps) {
    // Only double quotes know line breaks; the text stays in single quotes.
    title = absl::StrCat(title.substr(0, colon + 1), "'.\"\\n\".'",
                         title.substr(colon + 2));
  }
  return absl::StrFormat(
      "set label %d %s at graph 0.5, graph 1 center offset 0,%g\n", tag, title,
      wraps ? 1.55 : 0.6);
}

std::string SideLabel(absl::string_view text, double page_width,
                      absl::string_view middle) {
  return absl::StrCat("set label ", PlotText(text), " at screen ",
                      ExactText(0.08 / page_width), ", ", middle,
                      " center rotate by 90\n");
}

}  // namespace bigstep
