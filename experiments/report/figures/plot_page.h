// The page of a figure: its script's frame, its panels, their titles, its key.
// Lengths are inches.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_PAGE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_PAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bigstep {

// The widths of one column and of both in a two-column paper.
inline constexpr double kOneColumn = 3.4;
inline constexpr double kTwoColumns = 7.0;

// Head and foot of a script that draws <name>.svg, .pdf and .png, one after the
// other. In between, drawing commands of a multiplot page.
std::string ScriptHead(const std::string& name, double width, double height);
std::string ScriptFoot();

// The rectangle of a page in which a panel draws, between its axes.
struct Panel {
  double left = 0, bottom = 0, width = 0, height = 0;
};

// One entry of a key: a marker, a line or both, then text.
struct KeyEntry {
  std::string text;
  std::string color;
  int marker = 0;  // 0: none.
  bool line = false;
  int dash = 1;       // gnuplot's number of the line's pattern.
  double size = 0.6;  // Of the marker.
};

// A key laid out like text: from left to right, then in the next row.
struct Key {
  std::string script;
  double height = 0;
};

// The key of a page `width` wide whose first row is `top` below the page's
// upper edge; the page is `page_height` high, on which the height of the key
// does not depend.
Key MakeKey(const std::vector<KeyEntry>& entries, double width,
            double page_height, double top);

// A page of panels in rows, all of one size.
struct Page {
  double width = 0;
  double height = 0;
  std::vector<Panel> panels;
  size_t columns = 1;
  std::string key;  // Commands that draw it.

  // Whether panel i is the first of its row.
  bool IsLeft(size_t i) const { return i % columns == 0; }
};

struct PageShape {
  // The same however many panels there are, so that figures compare.
  double panel_width = 1.4;
  double panel_height = 1.15;
  double left = 0.55;   // Of each row: numbers and name of the y axis.
  double right = 0.12;  // Of each row.
  double gap = 0.2;     // Between the panels of a row.
  double ticks = 0.16;  // Below each panel; its axis's name comes below.
  double above = 0.12;  // Each panel.
};

// For panels with a y axis and a name above, on up to two lines, of their own.
PageShape TitledPanels();

// As many panels in a row as both columns of a paper hold; the key is at the
// top.
Page MakePage(size_t num_panels, const PageShape& shape,
              const std::vector<KeyEntry>& key = {});

// Commands that make the next plot draw into `panel` of `page`.
std::string PlaceOn(const Page& page, const Panel& panel);

// The command that puts `name` above a panel `width` wide, on two lines if need
// be. Label `tag` of gnuplot.
std::string PanelTitle(absl::string_view name, double width, int tag);

// The command that puts the name of the x axis below the ticks of `panel`,
// which are `ticks` high. Label `tag` of gnuplot.
std::string AxisName(absl::string_view name, const Page& page,
                     const Panel& panel, double ticks, int tag);

// The command for a text along the left edge of the page, at the height
// `middle` ("graph 0.5"), on two lines if it is longer than `height` inches.
std::string SideLabel(absl::string_view text, double page_width, double height,
                      absl::string_view middle);

// PageShape::left for panels beside a SideLabel and numbers `numbers` wide.
double LeftOf(absl::string_view side_label, double height, double numbers);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_PAGE_H_
