#include "experiments/records/data_table.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/terminal_text.h"

namespace bigstep {
namespace {

constexpr size_t kMaxRows = 20;
constexpr size_t kMaxSplits = 4;  // More do not fit a line.
constexpr size_t kMaxCell = 24;   // Characters.
constexpr size_t kMaxLine = 100;  // Characters.
constexpr size_t kMaxWarnings = 20;

using Groups = std::vector<std::vector<double>>;  // [K][B] counts.

struct SplitCounts {
  std::string name;
  double examples = 0;
  double conflicting = 0;
  Groups groups;  // Empty if unknown.
};

struct Counts {
  std::vector<std::string> labels, bias_labels;  // Empty if unknown.
  bool biased = false;
  std::vector<SplitCounts> splits;
};

std::string Number(double count) { return absl::StrFormat("%.0f", count); }

// Throws what Json throws.
Counts ReadCounts(const Json& json) {
  Counts counts;
  counts.labels = json.value("labels", std::vector<std::string>());
  counts.bias_labels = json.value("bias_labels", std::vector<std::string>());
  counts.biased = json.at("num_bias_labels").get<double>() > 1;
  bool known = !counts.labels.empty() && !counts.bias_labels.empty();
  for (const Json& split : json.at("splits")) {
    SplitCounts read;
    read.name = split.at("name").get<std::string>();
    read.examples = split.at("examples").get<double>();
    read.conflicting = split.value("bias_conflicting", 0.0);
    read.groups = split.value("groups", Groups());
    known = known && read.groups.size() == counts.labels.size() &&
            std::all_of(read.groups.begin(), read.groups.end(),
                        [&](const std::vector<double>& row) {
                          return row.size() == counts.bias_labels.size();
                        });
    counts.splits.push_back(std::move(read));
  }
  if (!known) counts.labels.clear();
  return counts;
}

double Sum(const std::vector<double>& row) {
  double sum = 0;
  for (const double count : row) sum += count;
  return sum;
}

// The examples of one label: bias-aligned ones apart, if there are bias labels.
std::string LabelCell(const Counts& counts, const SplitCounts& split,
                      size_t label) {
  const std::vector<double>& row = split.groups[label];
  if (!counts.biased) return Number(Sum(row));
  const double aligned = label < row.size() ? row[label] : 0;
  return absl::StrCat(Number(aligned), " + ", Number(Sum(row) - aligned));
}

// The name of the bias label that goes with a label; "" if there is none.
std::string Partner(const Counts& counts, size_t label) {
  if (!counts.biased || label >= counts.bias_labels.size()) return "";
  return counts.bias_labels[label];
}

// Writes the rows of a table. Texts are the label and, with bias labels, one
// more.
class TableWriter {
 public:
  explicit TableWriter(const Counts& counts) : counts_(counts) {
    const size_t groups = counts.labels.size() * counts.bias_labels.size();
    by_group_ = counts.biased && groups <= kMaxRows;
    table_.columns = {"label"};
    if (counts.biased) {
      table_.columns.push_back(by_group_ ? "bias label" : "aligned with");
    }
    table_.text_columns = table_.columns.size();
    for (const SplitCounts& split : counts.splits) {
      table_.columns.push_back(split.name);
    }
  }

  DataTable Write() && {
    const size_t labels = counts_.labels.size();
    if (by_group_ && labels > 0) {
      for (size_t label = 0; label < labels; ++label) AddGroups(label);
    } else if (labels > 0 && labels <= kMaxRows) {
      for (size_t label = 0; label < labels; ++label) {
        AddLabel(counts_.labels[label], label);
      }
    } else if (labels > 0) {
      AddExtremes();
    }
    AddTotals();
    return std::move(table_);
  }

 private:
  template <class Cell>  // (const SplitCounts&) -> std::string
  void AddRow(const std::string& first, const std::string& second,
              const Cell& cell) {
    std::vector<std::string> row = {first};
    if (counts_.biased) row.push_back(second);
    for (const SplitCounts& split : counts_.splits) row.push_back(cell(split));
    table_.rows.push_back(std::move(row));
  }

  void AddGroups(size_t label) {
    for (size_t bias = 0; bias < counts_.bias_labels.size(); ++bias) {
      AddRow(counts_.labels[label],
             absl::StrCat(counts_.bias_labels[bias],
                          bias == label ? " (aligned)" : ""),
             [&](const SplitCounts& split) {
               return Number(split.groups[label][bias]);
             });
    }
  }

  void AddLabel(const std::string& text, size_t label) {
    AddRow(text, Partner(counts_, label), [&](const SplitCounts& split) {
      return LabelCell(counts_, split, label);
    });
  }

  void AddExtremes() {
    if (counts_.splits.empty()) return;
    const Groups& groups = counts_.splits[0].groups;
    const auto [least, most] = std::minmax_element(
        groups.begin(), groups.end(),
        [](const auto& a, const auto& b) { return Sum(a) < Sum(b); });
    for (const auto& [text, found] :
         {std::pair("fewest: ", least), std::pair("most: ", most)}) {
      const size_t label = found - groups.begin();
      AddLabel(absl::StrCat(text, counts_.labels[label]), label);
    }
  }

  void AddTotals() {
    AddRow("all", "",
           [](const SplitCounts& split) { return Number(split.examples); });
    if (!counts_.biased) return;
    AddRow("bias-conflicting", "", [](const SplitCounts& split) {
      const double share =
          split.examples > 0 ? split.conflicting / split.examples : 0;
      return absl::StrFormat("%.0f (%.3g %%)", split.conflicting, 100 * share);
    });
  }

  const Counts& counts_;
  DataTable table_;
  bool by_group_ = false;
};

// The columns that fit a line, with short cells.
std::vector<std::vector<std::string>> Lines(const DataTable& table) {
  std::vector<std::vector<std::string>> lines = {table.columns};
  lines.insert(lines.end(), table.rows.begin(), table.rows.end());
  for (std::vector<std::string>& line : lines) {
    if (line.size() > table.text_columns + kMaxSplits) {
      line.resize(table.text_columns + kMaxSplits);
    }
    for (std::string& cell : line)
      cell = CutToWidth(VisibleText(cell), kMaxCell);
  }
  return lines;
}

std::string TableText(const DataTable& table) {
  const std::vector<std::vector<std::string>> lines = Lines(table);
  std::vector<size_t> widths(lines[0].size(), 0);
  for (const std::vector<std::string>& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      widths[i] = std::max(widths[i], TerminalWidth(line[i]));
    }
  }
  std::string text;
  for (const std::vector<std::string>& line : lines) {
    std::string row;
    for (size_t i = 0; i < line.size(); ++i) {
      absl::StrAppend(&row, "  ",
                      PadToWidth(line[i], widths[i], i < table.text_columns));
    }
    absl::StrAppend(&text, CutToWidth(row, kMaxLine), "\n");
  }
  const size_t hidden = table.columns.size() - lines[0].size();
  if (hidden > 0) absl::StrAppend(&text, "  (", hidden, " more splits)\n");
  return text;
}

}  // namespace

DataTable MakeDataTable(const Json& data) {
  try {
    if (!data.is_object() || !data.contains("counts")) return {};
    const Counts counts = ReadCounts(data.at("counts"));
    return TableWriter(counts).Write();
  } catch (const Json::exception&) {
    return {};  // Not as CountExamples writes them.
  }
}

std::vector<std::string> DataWarnings(const Json& data) {
  std::vector<std::string> warnings;
  if (!data.is_object()) return warnings;
  const Json texts = data.contains("warnings") ? data["warnings"] : Json();
  for (const Json& text : texts.is_array() ? texts : Json::array()) {
    if (text.is_string()) warnings.push_back(text.get<std::string>());
    if (warnings.size() == kMaxWarnings) break;
  }
  const Json corrupt =
      data.contains("corrupt_images") ? data["corrupt_images"] : Json();
  if (!corrupt.is_object()) return warnings;
  for (const auto& [split, count] : corrupt.items()) {
    if (!count.is_number() || count.get<double>() == 0) continue;
    const double images = count.get<double>();
    warnings.push_back(absl::StrCat("left out ", Number(images), " corrupt ",
                                    images == 1 ? "image" : "images", " of ",
                                    split));
  }
  return warnings;
}

std::string DataText(const std::string& title, const Json& data) {
  const DataTable table = MakeDataTable(data);
  const std::vector<std::string> warnings = DataWarnings(data);
  if (table.rows.empty() && warnings.empty()) return "";
  std::string text =
      absl::StrCat(CutToWidth(VisibleText(title), kMaxLine), "\n");
  if (!table.rows.empty()) text += TableText(table);
  for (const std::string& warning : warnings) {
    absl::StrAppend(&text, "  warning: ", VisibleText(warning), "\n");
  }
  return text;
}

}  // namespace bigstep
