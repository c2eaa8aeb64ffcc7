// Ticks of an x axis, and where their labels stand.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "experiments/report/analysis/number_style.h"
#include "experiments/report/figures/axis_scale.h"
#include "experiments/report/figures/gnuplot_text.h"

namespace bigstep {
namespace {

// Inches: the height of a row of text, the least space between two labels, the
// ticks themselves with the space below.
constexpr double kRow = 0.115, kSpace = 0.05, kTick = 0.045;
// Longer labels are cut to this; names of plugins are rarely longer.
constexpr size_t kMostLetters = 18;
constexpr double kDiagonal = 0.7071;

struct Label {
  double middle = 0;  // Inches along the axis.
  double width = 0;
  std::string text;  // As gnuplot takes it.
};

// A number's label without markup.
std::string Visible(absl::string_view label) {
  return absl::StrReplaceAll(label, {{"^", ""}, {"{", ""}, {"}", ""}});
}

std::vector<Label> LabelsOf(const AxisScale& scale, double width) {
  std::vector<Label> labels;
  for (size_t i = 0; i < scale.labels.size(); ++i) {
    const std::string word = Shortened(scale.labels[i], kMostLetters);
    labels.push_back({scale.Along(scale.positions[i]) * width,
                      TextWidth(scale.words ? word : Visible(word)),
                      // Labels of ticks are formats.
                      scale.words
                          ? absl::StrReplaceAll(PlotText(word), {{"%", "%%"}})
                          : absl::StrCat("'", word, "'")});
  }
  return labels;
}

// Whether labels `distance` apart in the list leave space between them.
bool Fit(const std::vector<Label>& labels, size_t distance) {
  for (size_t i = distance; i < labels.size(); ++i) {
    const Label &a = labels[i - distance], &b = labels[i];
    if (b.middle - b.width / 2 < a.middle + a.width / 2 + kSpace) return false;
  }
  return true;
}

double LeastGap(const std::vector<Label>& labels) {
  double gap = 100;
  for (size_t i = 1; i < labels.size(); ++i) {
    gap = std::min(gap, labels[i].middle - labels[i - 1].middle);
  }
  return gap;
}

// Every n-th label, so many that those fit in one row.
void Thin(std::vector<Label>& labels) {
  for (size_t n = 2;; ++n) {
    std::vector<Label> kept;
    for (size_t i = 0; i < labels.size(); i += n) kept.push_back(labels[i]);
    if (!Fit(kept, 1)) continue;
    for (size_t i = 0; i < labels.size(); ++i) {
      if (i % n != 0) labels[i].text = "''";
    }
    return;
  }
}

}  // namespace

Ticks MakeTicks(const AxisScale& scale, double width) {
  std::vector<Label> labels = LabelsOf(scale, width);
  double longest = 0;
  for (const Label& label : labels) longest = std::max(longest, label.width);
  std::string turn = "norotate offset 0,0.3";
  Ticks ticks;
  ticks.height = kTick + kRow;
  if (!Fit(labels, 1)) {
    const double gap = LeastGap(labels);
    if (Fit(labels, 2)) {
      for (size_t i = 1; i < labels.size(); i += 2) {
        // Only double quotes know line ends.
        labels[i].text = absl::StrCat("\"\\n\".", labels[i].text);
      }
      ticks.height += kRow;
    } else if (gap * kDiagonal > kRow && longest < 0.97) {
      turn = "rotate by 45 right offset 0.4,0.1";
      ticks.height = kTick + (longest + kRow) * kDiagonal;
    } else if (gap > 0.9 * kRow) {
      turn = "rotate by 90 right offset 0,0.1";
      ticks.height = kTick + longest;
    } else {
      Thin(labels);
    }
  }
  std::vector<std::string> texts;
  for (size_t i = 0; i < labels.size(); ++i) {
    texts.push_back(
        absl::StrCat(labels[i].text, " ", ExactText(scale.positions[i])));
  }
  ticks.script = absl::StrCat(
      scale.log ? "set logscale x\n" : "unset logscale x\n", "set xrange [",
      ExactText(scale.low), ":", ExactText(scale.high), "]\nset xtics ", turn,
      " (", absl::StrJoin(texts, ", "), ") scale 0.4\n");
  return ticks;
}

}  // namespace bigstep
