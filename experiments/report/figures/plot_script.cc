#include "experiments/report/figures/plot_script.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/json.h"

namespace bigstep {
namespace {

constexpr double kPointsPerInch = 72;
// Size of the text, in points of a printed page.
constexpr double kFontSize = 6;
// gnuplot draws text larger than it is told to, by this factor.
constexpr double kFontExcess = 1.2;
// The width of a letter in ems; a little more than the average of Helvetica, so
// that wider substitutes fit too.
constexpr double kLetter = 0.56;

double TextWidth(absl::string_view text) {
  return static_cast<double>(Letters(text)) * kLetter * kFontSize *
         kFontExcess / kPointsPerInch;
}

// "0.003", "2e-5" (as a power, in gnuplot's markup), "15000".
std::string TickLabel(double value) {
  if (value == 0) return "'0'";
  const double size = std::fabs(value);
  if (size >= 1e-3 && size < 1e5) return absl::StrFormat("'%.3g'", value);
  const int exponent = static_cast<int>(std::floor(std::log10(size) + 1e-9));
  const double mantissa = value / std::pow(10.0, exponent);
  if (std::fabs(mantissa - 1) < 1e-9) {
    return absl::StrFormat("'10^{%d}'", exponent);
  }
  return absl::StrFormat("'%.2g·10^{%d}'", mantissa, exponent);
}

// What is seen of a tick's label: no markup.
std::string Visible(absl::string_view label) {
  std::string seen;
  for (const char c : label) {
    if (!absl::StrContains("'\\^{}", absl::string_view(&c, 1))) seen += c;
  }
  return seen;
}

// The labels of words as gnuplot takes them, so short that they fit.
std::vector<std::string> WordLabels(const AxisScale& scale, double width) {
  const double room = width / (scale.high - scale.low);
  const double letters = std::max(3.0, std::floor(room / TextWidth("x")) - 1);
  std::vector<std::string> labels;
  for (const std::string& word : scale.labels) {
    labels.push_back(absl::StrReplaceAll(
        PlotText(Shortened(word, static_cast<size_t>(letters))),
        {{"%", "%%"}}));
  }
  return labels;
}

double Along(const AxisScale& scale, double position) {
  const auto turn = [&scale](double x) {
    return scale.log ? std::log10(x) : x;
  };
  return (turn(position) - turn(scale.low)) /
         (turn(scale.high) - turn(scale.low));
}

}  // namespace

size_t Letters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Shortened(absl::string_view text, size_t most) {
  std::string shortened;
  size_t letters = 0;
  for (const char c : text) {
    const bool starts = (c & 0xC0) != 0x80;  // A code point of UTF-8.
    if (starts && letters == most) {
      while ((shortened.back() & 0xC0) == 0x80) shortened.pop_back();
      shortened.pop_back();
      return shortened + "…";
    }
    if (starts) ++letters;
    shortened += c;
  }
  return shortened;
}

std::string PlotText(absl::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '{') {
      quoted += '(';
    } else if (c == '}') {
      quoted += ')';
    } else if (c == '\'') {
      quoted += "''";
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      quoted += ' ';
    } else {
      if (absl::StrContains("\\^_@&~", absl::string_view(&c, 1))) {
        quoted += '\\';
      }
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string PlotWord(absl::string_view text) {
  return absl::StrCat(
      "'",
      absl::StrReplaceAll(
          text, {{"\n", " "}, {"\r", " "}, {"'", "''"}, {"\"", "''"}}),
      "'");
}

std::string FileStem(absl::string_view name) {
  std::string stem(name);
  for (char& c : stem) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '_') {
      c = '-';
    }
  }
  return stem;
}

std::string PlainName(absl::string_view column) {
  return absl::StrReplaceAll(column, {{".", ": "}, {"_", " "}});
}

std::string PlotNumber(double number) {
  return std::isfinite(number) ? Json(number).dump() : "";
}

std::string DataField(absl::string_view text) {
  // gnuplot knows no doubled quotes in fields.
  const std::string line =
      absl::StrReplaceAll(text, {{"\n", " "}, {"\r", " "}, {"\"", "'"}});
  return line.find(',') == std::string::npos ? line
                                             : absl::StrCat("\"", line, "\"");
}

std::string Color(size_t i) {
  static constexpr std::array<const char*, 7> kColors = {
      "#0072B2", "#D55E00", "#009E73", "#CC79A7",
      "#E69F00", "#56B4E9", "#7F7F7F"};
  return kColors[i % kColors.size()];
}

int Marker(size_t i) {
  static constexpr std::array<int, 12> kMarkers = {7, 5, 9, 13, 11, 15,
                                                   6, 4, 8, 12, 10, 14};
  return kMarkers[i % kMarkers.size()];
}

std::string ScaleColor(double share) {
  // Nine places on matplotlib's viridis.
  static constexpr std::array<std::array<int, 3>, 9> kStops = {
      {{68, 1, 84},
       {71, 44, 122},
       {59, 81, 139},
       {44, 113, 142},
       {33, 144, 141},
       {39, 173, 129},
       {92, 200, 99},
       {170, 220, 50},
       {253, 231, 37}}};
  const double place = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
  const size_t stop = std::min(static_cast<size_t>(place), kStops.size() - 2);
  std::array<int, 3> mixed;
  for (size_t c = 0; c < mixed.size(); ++c) {
    const double step = kStops[stop + 1][c] - kStops[stop][c];
    mixed[c] = static_cast<int>(std::lround(
        kStops[stop][c] + (place - static_cast<double>(stop)) * step));
  }
  return absl::StrFormat("#%02X%02X%02X", mixed[0], mixed[1], mixed[2]);
}

std::string Faint(absl::string_view color) {
  return absl::StrCat("#A0", color.substr(1));
}

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

Page MakePage(size_t num_panels, const PageShape& shape) {
  Page page;
  page.columns = num_panels <= 4                      ? num_panels
                 : num_panels == 5 || num_panels == 6 ? 3
                                                      : 4;
  page.columns = std::max<size_t>(page.columns, 1);
  page.width = num_panels <= 2 ? kOneColumn : kTwoColumns;
  const size_t rows = (num_panels + page.columns - 1) / page.columns;
  const double row_height = shape.above + shape.panel_height + shape.below;
  page.height =
      shape.top + static_cast<double>(rows) * row_height + shape.bottom;
  const double columns = static_cast<double>(page.columns);
  const double width =
      (page.width - shape.left - shape.right - (columns - 1) * shape.gap) /
      columns;
  for (size_t i = 0; i < num_panels; ++i) {
    const double column = static_cast<double>(i % page.columns);
    const double row = static_cast<double>(i / page.columns);
    page.panels.push_back({shape.left + column * (width + shape.gap),
                           page.height - shape.top - row * row_height -
                               shape.above - shape.panel_height,
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

std::string Dash(int dash) {
  return dash == 1 ? "dt 1" : dash == 2 ? "dt (5,3)" : "dt (1.5,2)";
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
    // Only double quotes know line breaks; what is text stays in single ones.
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
                      PlotNumber(0.08 / page_width), ", ", middle,
                      " center rotate by 90\n");
}

AxisScale MakeAxisScale(const std::vector<AxisValue>& axis_values) {
  AxisScale scale;
  double least = kInfinity, most = 0;  // Of the positive ones.
  bool negative = false;
  for (const AxisValue& axis_value : axis_values) {
    scale.numeric = scale.numeric && axis_value.number.has_value();
    if (!axis_value.number) continue;
    negative = negative || *axis_value.number < 0;
    if (*axis_value.number <= 0) continue;
    least = std::min(least, *axis_value.number);
    most = std::max(most, *axis_value.number);
  }
  scale.log = scale.numeric && !negative && most > 10 * least;
  for (size_t i = 0; i < axis_values.size(); ++i) {
    if (!scale.numeric) {
      scale.positions.push_back(static_cast<double>(i));
      scale.labels.push_back(axis_values[i].label);
      continue;
    }
    const double value = *axis_values[i].number;
    scale.positions.push_back(scale.log && value == 0 ? least / std::sqrt(10)
                                                      : value);
    scale.labels.push_back(TickLabel(value));
  }
  if (axis_values.empty()) return scale;
  const auto [low, high] =
      std::minmax_element(scale.positions.begin(), scale.positions.end());
  if (scale.log) {
    const double margin = std::pow(*high / *low, 0.06);
    scale.low = *low / margin;
    scale.high = *high * margin;
  } else {
    double margin = (*high - *low) * (scale.numeric ? 0.06 : 0);
    if (!scale.numeric) margin = 0.4;
    if (margin == 0) margin = *high == 0 ? 1 : std::fabs(*high) / 2;
    scale.low = *low - margin;
    scale.high = *high + margin;
  }
  return scale;
}

std::string AxisTicks(const AxisScale& scale, double width) {
  const std::vector<std::string> labels =
      scale.numeric ? scale.labels : WordLabels(scale, width);
  // The ends first, then from left to right what has room.
  std::vector<size_t> order;
  if (!scale.positions.empty()) order.push_back(0);
  if (scale.positions.size() > 1) order.push_back(scale.positions.size() - 1);
  for (size_t i = 1; i + 1 < scale.positions.size(); ++i) order.push_back(i);
  std::vector<std::pair<double, double>> taken;
  std::set<size_t> labelled;
  for (const size_t i : order) {
    const double middle = Along(scale, scale.positions[i]) * width;
    const double half = TextWidth(Visible(labels[i])) / 2 + 0.025;
    const bool free =
        std::none_of(taken.begin(), taken.end(), [&](const auto& other) {
          return middle - half < other.second && middle + half > other.first;
        });
    if (!free) continue;
    taken.push_back({middle - half, middle + half});
    labelled.insert(i);
  }
  std::vector<std::string> ticks;
  for (size_t i = 0; i < scale.positions.size(); ++i) {
    ticks.push_back(absl::StrCat(labelled.count(i) > 0 ? labels[i] : "''", " ",
                                 PlotNumber(scale.positions[i])));
  }
  return absl::StrCat(scale.log ? "set logscale x\n" : "unset logscale x\n",
                      "set xrange [", PlotNumber(scale.low), ":",
                      PlotNumber(scale.high), "]\nset xtics (",
                      absl::StrJoin(ticks, ", "), ") scale 0.4 offset 0,0.3\n");
}

ValueRange MakeValueRange(const std::vector<double>& values, bool may_be_log) {
  double low = kInfinity, high = -kInfinity;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return {};
  ValueRange range;
  range.log = may_be_log && low > 0 && high > low * 30;
  if (range.log) {
    const double margin = std::pow(high / low, 0.06);
    return {true, low / margin, high * margin};
  }
  double margin = (high - low) * 0.06;
  // Equal values: a range as wide as they are large.
  if (margin <= 1e-12 * std::fabs(high)) {
    margin = high == 0 ? 0.5 : std::fabs(high) * 0.1;
  }
  return {false, low - margin, high + margin};
}

std::string ValueTicks(const ValueRange& range) {
  return absl::StrCat(range.log ? "set logscale y\nset format y '10^{%L}'\n"
                                : "unset logscale y\nset format y '%g'\n",
                      "set yrange [", PlotNumber(range.low), ":",
                      PlotNumber(range.high), "]\nset ytics auto\n");
}

}  // namespace bigstep
