// The parts that all figures' scripts share: terminals, colours, text, keys,
// panels and the ticks of axis_values. Lengths are inches.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_SCRIPT_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_SCRIPT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/records/study.h"

namespace bigstep {

// The widths of one column and of both in a two-column paper.
inline constexpr double kOneColumn = 3.4;
inline constexpr double kTwoColumns = 7.0;

// `text` as a quoted string for gnuplot, shown as it is: nothing in it is
// markup or a command. Braces become parentheses (gnuplot counts them even in
// strings), control characters spaces.
std::string PlotText(absl::string_view text);

// `text` as a quoted string for gnuplot that is not shown but compared with
// fields of data: strcol(1) equals it where DataField(text) was written.
std::string PlotWord(absl::string_view text);

// `name` as part of a file's name: all but letters, digits and _ become '-'.
std::string FileStem(absl::string_view name);

// How many letters (code points of UTF-8) `text` has.
size_t Letters(absl::string_view text);

// The first letters of `text`, at most `most`, the last of them dots if there
// were more.
std::string Shortened(absl::string_view text, size_t most);

// "accuracy: unbiased test" of "accuracy.unbiased_test".
std::string PlainName(absl::string_view column);

// `number` as text that reads back equal; empty if it is NaN or infinite.
std::string PlotNumber(double number);

// A field of a data file: quoted if it must be, on one line.
std::string DataField(absl::string_view text);

// "#rrggbb", from the palette of Okabe and Ito, which colour-blind people can
// tell apart; repeats after 7.
std::string Color(size_t i);

// gnuplot's number of the i-th marker; repeats after 12.
int Marker(size_t i);

// "#rrggbb" for `share` 0..1 of the way along a scale from dark to light.
std::string ScaleColor(double share);

// `color` for gnuplot with most of it transparent.
std::string Faint(absl::string_view color);

// Head and foot of a script that draws <name>.svg, .pdf and .png, one after the
// other. In between, drawing commands of a multiplot page.
std::string ScriptHead(const std::string& name, double width, double height);
std::string ScriptFoot();

// The rectangle of a page in which a panel draws, between its axes.
struct Panel {
  double left = 0, bottom = 0, width = 0, height = 0;
};

// A page of panels in rows, all of one size.
struct Page {
  double width = 0;
  double height = 0;
  std::vector<Panel> panels;
  size_t columns = 1;

  // Whether panel i is the first of its row.
  bool IsLeft(size_t i) const { return i % columns == 0; }
};

struct PageShape {
  double panel_height = 1.15;
  double left = 0.55;   // Of each row: numbers and name of the y axis.
  double right = 0.12;  // Of each row.
  double gap = 0.2;     // Between the panels of a row.
  double below = 0.36;  // Each panel: ticks and name of the x axis.
  double above = 0.12;  // Each panel.
  double top = 0;       // The key of the page.
  double bottom = 0;
};

// Up to two panels make one column of a paper, more of them both.
Page MakePage(size_t num_panels, const PageShape& shape);

// Commands that make the next plot draw into `panel` of `page`.
std::string PlaceOn(const Page& page, const Panel& panel);

// One entry of a key: a marker, a line or both, then text.
struct KeyEntry {
  std::string text;
  std::string color;
  int marker = 0;  // 0: none.
  bool line = false;
  int dash = 1;       // gnuplot's number of the line's pattern.
  double size = 0.6;  // Of the marker.
};

// The option that gives a line a pattern: 1 solid, 2 dashed, 3 dotted.
std::string Dash(int dash);

// A key laid out as text is: from left to right, then in the next row.
struct Key {
  std::string script;
  double height = 0;
};

// The key of a page `width` wide whose first row is `top` below the page's
// upper edge; the page is `page_height` high. With a page of unknown height,
// call it twice: the height of the key does not depend on it.
Key MakeKey(const std::vector<KeyEntry>& entries, double width,
            double page_height, double top);

// The command that puts `name` above a panel `width` wide: on two lines, broken
// at its colon, if one is too short. Label `tag` of gnuplot.
std::string PanelTitle(absl::string_view name, double width, int tag);

// The command for a text along the left edge of the page, at the height
// `middle` ("graph 0.5").
std::string SideLabel(absl::string_view text, double page_width,
                      absl::string_view middle);

// Where the values of an axis stand along x.
struct AxisScale {
  // Whether all axis_values are numbers. If not, they stand at 0, 1, 2, ...
  bool numeric = true;
  // Positive numbers over more than a decade; zeros among them stand one step
  // left of the least.
  bool log = false;
  double low = 0, high = 1;         // The range to show.
  std::vector<double> positions;    // One for each axis_value.
  std::vector<std::string> labels;  // Numbers in gnuplot's markup, or words.
};

// `axis_values` in the order of numbers, if they are numbers.
AxisScale MakeAxisScale(const std::vector<AxisValue>& axis_values);

// Commands for the x axis of a panel `width` wide: range, logarithm, ticks at
// the axis_values. Words are shortened to fit; labels that would
// still overlap are left out.
std::string AxisTicks(const AxisScale& scale, double width);

// The same for values of a metric, without ticks of their own.
struct ValueRange {
  bool log = false;
  double low = 0, high = 1;
};

// A range with margins around `values` (finite ones count); logarithmic only if
// `may_be_log` and they are positive and span more than 1.5 decades.
ValueRange MakeValueRange(const std::vector<double>& values, bool may_be_log);

// `set yrange` and, if need be, `set logscale y`.
std::string ValueTicks(const ValueRange& range);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_SCRIPT_H_
