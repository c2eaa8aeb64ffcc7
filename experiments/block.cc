#include "experiments/block.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/read_value.h"
#include "base/suggest.h"
#include "experiments/trial.h"

namespace bigstep {
namespace {

// More is a slip of the keyboard.
constexpr int64_t kMaxDraws = 1000000;

// Reads the blocks of a plan.
class PlanReader {
 public:
  PlanReader(const std::vector<Axis>& axes, const SpecNode& declared,
             Problems& problems)
      : axes_(axes), declared_(declared), problems_(problems) {}

  // One map of blocks.
  void ReadMap(const SpecNode& map, const std::string& path);

  Blocks TakeBlocks() { return std::move(read_); }

 private:
  void ReadRules(const SpecNode& map, const std::string& path);
  void ReadList(const std::string& kind, const SpecNode& node,
                const std::string& path);
  void ReadRandom(const SpecNode& node, const std::string& path);
  bool ReadAxisNames(const SpecNode& node, Block& block);
  bool ReadAxisName(const SpecNode& node, const std::string& path,
                    Block& block);
  void CheckAxis(const Block& block, size_t position);
  void CheckZip(const Block& block);
  void Add(Block block);

  const std::vector<Axis>& axes_;
  const SpecNode& declared_;
  Problems& problems_;
  Blocks read_;
};

void PlanReader::ReadMap(const SpecNode& map, const std::string& path) {
  if (!map.is_map()) {
    AddWrongType(map, path,
                 path == "plan" ? "a map of blocks, or a list of such maps"
                                : "a map of blocks",
                 problems_);
    return;
  }
  RefuseUnknownKeys(
      map, path, {"one_at_a_time", "grid", "zip", "random", "exclude", "when"},
      problems_);
  read_.rules.emplace_back();
  bool has_blocks = false;
  for (const auto& [key, node, key_mark] : map.entries) {
    const std::string here = absl::StrCat(path, ".", key);
    if (key == "one_at_a_time" || key == "grid" || key == "zip") {
      ReadList(key, node, here);
    } else if (key == "random") {
      ReadRandom(node, here);
    } else {
      continue;
    }
    has_blocks = true;
  }
  const int before = problems_.count();
  ReadRules(map, path);
  read_.rules.back().wrong = problems_.count() != before;
  if (!has_blocks && (path != "plan" || !map.entries.empty())) {
    problems_.Add(map.mark, path,
                  "expected a block: one_at_a_time, grid, zip or random");
  }
}

// Reads `exclude` and `when`.
void PlanReader::ReadRules(const SpecNode& map, const std::string& path) {
  BlockRules& rules = read_.rules.back();
  if (const SpecNode* when = map.Find("when")) {
    rules.when = ReadCondition(*when, absl::StrCat(path, ".when"), problems_);
    CheckCondition(*rules.when, axes_, declared_, problems_);
  }
  const SpecNode* exclude = map.Find("exclude");
  if (exclude == nullptr) return;
  const std::string here = absl::StrCat(path, ".exclude");
  if (!exclude->is_list()) {
    AddWrongType(*exclude, here, "a list of maps from axes to values",
                 problems_);
    return;
  }
  for (size_t i = 0; i < exclude->items.size(); ++i) {
    rules.exclude.push_back(ReadCondition(
        exclude->items[i], absl::StrCat(here, "[", i, "]"), problems_));
    CheckCondition(rules.exclude.back(), axes_, declared_, problems_);
  }
}

// Reads the blocks of one kind.
void PlanReader::ReadList(const std::string& kind, const SpecNode& node,
                          const std::string& path) {
  const bool alone = kind == "one_at_a_time";
  if (!node.is_list()) {
    AddWrongType(node, path,
                 alone ? "a list of axes" : "a list of lists of axes",
                 problems_);
    return;
  }
  if (node.items.empty()) {
    problems_.Add(node.mark, path, "expected at least one axis");
  }
  for (size_t i = 0; i < node.items.size(); ++i) {
    const SpecNode& item = node.items[i];
    Block block;
    block.kind = kind == "zip" ? Block::Kind::kZip : Block::Kind::kGrid;
    block.mark = item.mark;
    block.path = absl::StrCat(path, "[", i, "]");
    if (alone ? ReadAxisName(item, block.path, block)
              : ReadAxisNames(item, block)) {
      Add(std::move(block));
    }
  }
}

// Reads {axes, draws, seed}.
void PlanReader::ReadRandom(const SpecNode& node, const std::string& path) {
  if (!node.is_map()) {
    AddWrongType(node, path, "a map with 'axes', 'draws' and 'seed'",
                 problems_);
    return;
  }
  RefuseUnknownKeys(node, path, {"axes", "draws", "seed"}, problems_);
  Block block;
  block.kind = Block::Kind::kRandom;
  block.mark = node.mark;
  block.path = absl::StrCat(path, ".axes");
  if (const SpecNode* seed = node.Find("seed")) {
    ReadValue(*seed, absl::StrCat(path, ".seed"), problems_, &block.seed);
  }
  if (const SpecNode* draws = node.Find("draws")) {
    const int before = problems_.count();
    ReadValue(*draws, absl::StrCat(path, ".draws"), problems_, &block.draws);
    if (problems_.count() == before &&
        (block.draws < 1 || block.draws > kMaxDraws)) {
      problems_.Add(
          draws->mark, absl::StrCat(path, ".draws"),
          absl::StrCat("must be >= 1, <= ", kMaxDraws, ", got ", block.draws));
      block.draws = 1;
    }
  } else {
    problems_.Add(node.mark, path, "missing key 'draws' (how many settings)");
  }
  const SpecNode* axes = node.Find("axes");
  if (axes == nullptr) {
    problems_.Add(node.mark, path, "missing key 'axes' (what is drawn)");
  } else if (ReadAxisNames(*axes, block)) {
    Add(std::move(block));
  }
}

// Reads a list of axes; false if something is wrong.
bool PlanReader::ReadAxisNames(const SpecNode& node, Block& block) {
  if (!node.is_list()) {
    AddWrongType(node, block.path, "a list of axes", problems_);
    return false;
  }
  if (node.items.empty()) {
    problems_.Add(node.mark, block.path, "expected at least one axis");
    return false;
  }
  bool all = true;
  for (size_t j = 0; j < node.items.size(); ++j) {
    all &= ReadAxisName(node.items[j], absl::StrCat(block.path, "[", j, "]"),
                        block);
  }
  return all;
}

// Adds the axis that `node` names to the block; false if something is wrong,
// here or with the axis.
bool PlanReader::ReadAxisName(const SpecNode& node, const std::string& path,
                              Block& block) {
  if (!node.is_scalar()) {
    AddWrongType(node, path, "the name of an axis", problems_);
    return false;
  }
  if (const auto axis = FindAxis(axes_, node.text)) {
    block.axes.push_back(*axis);
    block.marks.push_back(node.mark);
    return true;
  }
  // An axis that is there but wrong was noted already.
  if (declared_.Find(node.text) != nullptr) return false;
  std::vector<std::string> known;
  for (const auto& entry : declared_.entries) known.push_back(entry.key);
  problems_.Add(
      node.mark, path,
      absl::StrCat("no axis '", node.text, "'", DidYouMean(node.text, known),
                   " (known: ", absl::StrJoin(known, ", "), ")"));
  return false;
}

// Notes what is wrong with an axis where it stands in its block.
void PlanReader::CheckAxis(const Block& block, size_t position) {
  const Axis& axis = axes_[block.axes[position]];
  const std::string path = block.axes.size() == 1
                               ? block.path
                               : absl::StrCat(block.path, "[", position, "]");
  const Mark& mark = block.marks[position];
  const auto before =
      block.axes.begin() + static_cast<std::ptrdiff_t>(position);
  if (axis.range && block.kind != Block::Kind::kRandom) {
    problems_.Add(mark, path,
                  absl::StrCat("axis '", axis.name,
                               "' has a range, which only a block 'random' "
                               "can draw from; give it 'values'"));
  }
  for (auto earlier = block.axes.begin(); earlier != before; ++earlier) {
    const Axis& other = axes_[*earlier];
    // Where either does not always apply, the settings will show.
    const bool always =
        *earlier == block.axes[position] || (!axis.when && !other.when);
    const std::string conflict = always ? Conflict(axis, other) : "";
    if (!conflict.empty()) problems_.Add(mark, path, conflict);
  }
  if (!axis.when) return;
  for (const Requirement& requirement : axis.when->all) {
    const auto other = FindAxis(axes_, requirement.key);
    if (!other || std::find(block.axes.begin(), before, *other) != before) {
      continue;
    }
    problems_.Add(
        mark, path,
        absl::StrCat("axis '", axis.name, "' depends on axis '",
                     requirement.key, "', which must be named before it here"));
  }
}

// Notes axes of different lengths and pairs that stand there twice.
void PlanReader::CheckZip(const Block& block) {
  if (block.axes.size() < 2) {
    problems_.Add(block.mark, block.path,
                  "expected at least two axes, whose values go together");
    return;
  }
  std::set<std::vector<std::string>> seen;
  const Axis& first = axes_[block.axes[0]];
  for (size_t i = 1; i < block.axes.size(); ++i) {
    const Axis& axis = axes_[block.axes[i]];
    if (axis.values.size() == first.values.size()) continue;
    problems_.Add(
        block.marks[i], absl::StrCat(block.path, "[", i, "]"),
        absl::StrCat("axis '", axis.name, "' has ", axis.values.size(),
                     " values, axis '", first.name, "' ", first.values.size(),
                     "; axes of a zip need equally many"));
    return;
  }
  for (size_t v = 0; v < first.values.size(); ++v) {
    std::vector<std::string> labels;
    for (const size_t axis : block.axes) {
      labels.push_back(axes_[axis].labels[v]);
    }
    if (seen.insert(labels).second) continue;
    problems_.Add(
        first.values[v].mark, block.path,
        absl::StrCat("'", absl::StrJoin(labels, ", "), "' stands there twice"));
  }
}

void PlanReader::Add(Block block) {
  const int before = problems_.count();
  for (size_t i = 0; i < block.axes.size(); ++i) CheckAxis(block, i);
  if (block.kind == Block::Kind::kZip) CheckZip(block);
  block.rules = read_.rules.size() - 1;
  const bool no_draws = block.kind == Block::Kind::kRandom && block.draws < 1;
  block.wrong = problems_.count() != before || no_draws;
  read_.blocks.push_back(std::move(block));
}

// Notes values that stand twice on an axis. Axes of a zip may repeat theirs.
void CheckRepeats(const std::vector<Axis>& axes,
                  const std::vector<Block>& blocks, Problems& problems) {
  std::set<size_t> crossed, used;
  for (const Block& block : blocks) {
    used.insert(block.axes.begin(), block.axes.end());
    if (block.kind == Block::Kind::kZip) continue;
    crossed.insert(block.axes.begin(), block.axes.end());
  }
  for (size_t a = 0; a < axes.size(); ++a) {
    if (used.count(a) > 0 && crossed.count(a) == 0) continue;
    std::set<std::string> seen;
    for (size_t i = 0; i < axes[a].labels.size(); ++i) {
      if (seen.insert(axes[a].labels[i]).second) continue;
      problems.Add(
          axes[a].values[i].mark,
          absl::StrCat("axes.", axes[a].name, ".values[", i, "]"),
          absl::StrCat("'", axes[a].labels[i], "' stands there twice"));
    }
  }
}

// The options that an axis sets, whatever its value.
std::vector<std::string> OptionsOf(const Axis& axis) {
  std::vector<std::string> options = {axis.set};
  for (const std::vector<OptionSetting>& settings : axis.with) {
    for (const OptionSetting& setting : settings) {
      options.push_back(setting.option);
    }
  }
  return options;
}

}  // namespace

Blocks ReadPlan(const SpecNode& plan, const std::vector<Axis>& axes,
                const SpecNode& declared, Problems& problems) {
  PlanReader reader(axes, declared, problems);
  if (plan.is_list()) {
    for (size_t i = 0; i < plan.items.size(); ++i) {
      reader.ReadMap(plan.items[i], absl::StrCat("plan[", i, "]"));
    }
  } else {
    reader.ReadMap(plan, "plan");
  }
  Blocks read = reader.TakeBlocks();
  CheckRepeats(axes, read.blocks, problems);
  return read;
}

std::string BlockName(const Block& block, const std::vector<Axis>& axes) {
  std::vector<std::string> names;
  for (const size_t axis : block.axes) names.push_back(axes[axis].name);
  return absl::StrCat(block.kind == Block::Kind::kZip      ? "zip "
                      : block.kind == Block::Kind::kRandom ? "random "
                                                           : "",
                      absl::StrJoin(names, " x "));
}

std::string Conflict(const Axis& later, const Axis& earlier) {
  for (const std::string& after : OptionsOf(later)) {
    for (const std::string& before : OptionsOf(earlier)) {
      if (!Undoes(after, before)) continue;
      return absl::StrCat(
          "axis '", later.name, "' sets ", after, " and so undoes axis '",
          earlier.name, "', which sets ", before,
          before == after ? "; they cannot be crossed" : "; name it first");
    }
  }
  return "";
}

}  // namespace bigstep
