// Colours, markers and lines of figures.
#ifndef BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_STYLE_H_
#define BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_STYLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// The size of text, in points of a figure printed at its own size. 7 points
// remain where a paper's column makes 3.4 inches 3.3.
inline constexpr double kFontSize = 7.3;

// "#rrggbb", from the palette of Okabe and Ito, which colour-blind people can
// distinguish; repeats after 7.
std::string Color(size_t i);

// gnuplot's number of the i-th marker; repeats after 12.
int Marker(size_t i);

// "#rrggbb" for `share` 0..1 of the way along a scale from dark to light.
std::string ScaleColor(double share);

// `color` for gnuplot with most of it transparent.
std::string Faint(absl::string_view color);

// Whether the i-th of `total` marks is among the about `most` that are drawn:
// all, or a share that no rhythm of the marks hits.
bool IsDrawn(size_t i, size_t total, size_t most);

// " About 1000 of 2500 are drawn."; empty if all are.
std::string DrawnText(size_t total, size_t most);

// The option that gives a line a pattern: 1 solid, 2 dashed, 3 dotted.
std::string Dash(int dash);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_REPORT_FIGURES_PLOT_STYLE_H_
