#include "experiments/spec/spec.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/read_value.h"
#include "base/spec_reader.h"
#include "base/unicode.h"
#include "experiments/spec/extends.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// More is a typing error, and would fill the memory with trials.
constexpr size_t kMaxSeeds = 10000;
constexpr size_t kMaxSelections = 10;

// Where the name of an option begins in a path that leads into a map from
// options to values, in which the rest of the path is one key:
// "axes.lr.with[1].training.max_steps". Npos for other paths.
size_t OptionStart(absl::string_view path) {
  const std::vector<absl::string_view> steps = absl::StrSplit(path, '.');
  const auto name = [&steps](size_t i) {
    return steps[i].substr(0, steps[i].find('['));
  };
  const size_t map = name(0) == "axes" ? 2 : 1;
  if ((map == 1 && name(0) != "plan") || steps.size() < map + 2 ||
      (name(map) != "with" && name(map) != "when" && name(map) != "exclude")) {
    return absl::string_view::npos;
  }
  return static_cast<size_t>(steps[map + 1].data() - path.data());
}

// The node that --set replaces; nullptr if there can be none.
SpecNode* NodeToSet(SpecNode& root, absl::string_view path, const Mark& mark) {
  const size_t option = OptionStart(path);
  if (option == absl::string_view::npos) return NodeAtPath(root, path, mark);
  SpecNode* const map = NodeAtPath(root, path.substr(0, option - 1), mark);
  return map == nullptr ? nullptr : map->FindOrAdd(path.substr(option), mark);
}

// Applies "path=value" number `index` to the tree.
void Override(const std::string& text, int index, SpecNode& root,
              Problems& problems) {
  // Positions count from the value: the source is named without it.
  const std::string source =
      absl::StrCat("--set=", text.substr(0, text.find('=')));
  Mark mark{std::make_shared<const std::string>(source), index + 1, 1, 1};
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  if (parts.first.empty() || text.find('=') == std::string::npos) {
    problems.Add(mark, "", "expected path=value, as in optimizer.lr=0.3");
    return;
  }
  if (!IsUtf8(parts.first)) {
    problems.Add(mark, "", "not valid UTF-8");
    return;
  }
  if (absl::StripAsciiWhitespace(parts.second).empty()) {
    problems.Add(mark, "",
                 "expected a value after '=', as in optimizer.lr=0.3 (is a "
                 "variable not set?)");
    return;
  }
  if (parts.first == "extends") {
    problems.Add(mark, "",
                 "only the spec itself can name the spec that it extends; "
                 "write 'extends' there");
    return;
  }
  SpecNode value = ReadSpec(parts.second, source, index + 1, problems);
  value.mark = mark;
  const std::string path = IsTrialSection(SectionOf(parts.first))
                               ? absl::StrCat("base.", parts.first)
                               : parts.first;
  if (SpecNode* const node = NodeToSet(root, path, mark)) {
    *node = std::move(value);
  } else {
    problems.Add(mark, "",
                 absl::StrCat("cannot set '", path,
                              "': a part of the path is not a map, or is an "
                              "item that the list does not have"));
  }
}

void ReadAxesAndPlan(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* axes = root.Find("axes");
  const SpecNode none;
  if (axes != nullptr) spec.axes = ReadAxes(*axes, problems);
  const SpecNode* plan = root.Find("plan");
  if (plan == nullptr) {
    if (axes != nullptr) {
      problems.Add(axes->mark, "axes",
                   "these axes are in no plan; add a section 'plan' with "
                   "one_at_a_time or grid");
    }
    return;
  }
  const int before = problems.count();
  Sweeps read =
      ReadPlan(*plan, spec.axes, axes == nullptr ? none : *axes, problems);
  spec.sweeps = std::move(read.sweeps);
  spec.rules = std::move(read.rules);
  // The axes of a sweep with errors are not known.
  if (problems.count() != before) return;
  for (size_t i = 0; i < spec.axes.size(); ++i) {
    const bool used = std::any_of(
        spec.sweeps.begin(), spec.sweeps.end(), [i](const Sweep& sweep) {
          return std::find(sweep.axes.begin(), sweep.axes.end(), i) !=
                 sweep.axes.end();
        });
    if (used) continue;
    problems.Add(spec.axes[i].mark, absl::StrCat("axes.", spec.axes[i].name),
                 "this axis is in no sweep of the plan");
  }
}

// Reads a list of names, each of which may be there once.
void ReadNames(const SpecNode& list, const std::string& path,
               std::vector<NameInSpec>& names, Problems& problems) {
  for (size_t i = 0; i < list.items.size(); ++i) {
    const std::string item = absl::StrCat(path, "[", i, "]");
    std::string name;
    ReadValue(list.items[i], item, problems, &name);
    for (const NameInSpec& other : names) {
      if (other.name != name) continue;
      problems.Add(list.items[i].mark, item,
                   absl::StrCat("duplicate '", name, "'"));
    }
    names.push_back({name, list.items[i].mark});
  }
}

// Reads the names of the results to tabulate.
void ReadComparedMetrics(const SpecNode& metrics, Spec& spec,
                         Problems& problems) {
  if (!metrics.is_list()) {
    AddWrongType(metrics, "compare.metrics", "a list of results", problems);
    return;
  }
  ReadNames(metrics, "compare.metrics", spec.compare, problems);
}

// Reads a result, 'none', or a list of results.
void ReadSelections(const SpecNode& selection, Spec& spec, Problems& problems) {
  constexpr char kPath[] = "compare.selection";
  if (!selection.is_list()) {
    NameInSpec read{"", selection.mark};
    const int before = problems.count();
    ReadValue(selection, kPath, problems, &read.name);
    if (problems.count() == before) spec.selections.push_back(read);
    return;
  }
  if (selection.items.empty() || selection.items.size() > kMaxSelections) {
    problems.Add(selection.mark, kPath,
                 absl::StrCat("expected one to ", kMaxSelections, " results"));
  }
  ReadNames(selection, kPath, spec.selections, problems);
}

void ReadCompare(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* compare = root.Find("compare");
  if (compare == nullptr) return;
  if (!compare->is_map() || compare->entries.empty()) {
    AddWrongType(*compare, "compare",
                 "a map with 'metrics', 'reference' or 'selection'", problems);
    return;
  }
  RefuseUnknownKeys(*compare, "compare", {"metrics", "reference", "selection"},
                    problems);
  if (const SpecNode* metrics = compare->Find("metrics")) {
    ReadComparedMetrics(*metrics, spec, problems);
  }
  NameInSpec reference;
  if (ReadKey(*compare, "compare", "reference", problems, &reference.name)) {
    reference.mark = compare->Find("reference")->mark;
    spec.reference = reference;
  }
  const SpecNode* selection = compare->Find("selection");
  if (selection != nullptr) ReadSelections(*selection, spec, problems);
}

void ReadHead(const SpecNode& root, Spec& spec, Problems& problems) {
  ReadKey(root, "", "question", problems, &spec.question);
  if (const SpecNode* study = root.Find("study")) {
    ReadName(*study, "study", problems, &spec.study);
  } else {
    problems.Add(root.mark, "", "missing key 'study' (the name of the study)");
  }
}

void ReadMetrics(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* metrics = root.Find("metrics");
  if (metrics == nullptr) {
    problems.Add(root.mark, "", "missing key 'metrics' (what to measure)");
    return;
  }
  spec.metrics = ReadMetricChoices(*metrics, "metrics", problems);
  if (metrics->is_list() && metrics->items.empty()) {
    problems.Add(metrics->mark, "metrics", "expected at least one metric");
  }
}

// Reads a number of seeds, or a list of seeds.
void ReadSeeds(const SpecNode& root, Spec& spec, Problems& problems) {
  const SpecNode* const seeds = root.Find("seeds");
  if (seeds == nullptr) return;
  if (!seeds->is_list()) {
    int64_t count = 1;
    if (!ReadKey(root, "", "seeds", problems, &count)) return;
    if (count < 1 || count > static_cast<int64_t>(kMaxSeeds)) {
      problems.Add(
          seeds->mark, "seeds",
          absl::StrCat("must be >= 1, <= ", kMaxSeeds, ", got ", count));
      return;
    }
    spec.seeds.resize(count);
    std::iota(spec.seeds.begin(), spec.seeds.end(), 0);
    return;
  }
  if (seeds->items.empty() || seeds->items.size() > kMaxSeeds) {
    problems.Add(seeds->mark, "seeds",
                 absl::StrCat("expected one to ", kMaxSeeds,
                              " seeds, as in [3, 7], or their number"));
    return;
  }
  std::set<int64_t> read;
  for (size_t i = 0; i < seeds->items.size(); ++i) {
    const std::string path = absl::StrCat("seeds[", i, "]");
    const Mark& mark = seeds->items[i].mark;
    int64_t seed = 0;
    const int before = problems.count();
    ReadValue(seeds->items[i], path, problems, &seed);
    if (problems.count() != before) continue;
    if (seed < 0) {
      problems.Add(mark, path, absl::StrCat("must be >= 0, got ", seed));
    } else if (!read.insert(seed).second) {
      problems.Add(mark, path, absl::StrCat("duplicate ", seed));
    }
  }
  if (!read.empty()) spec.seeds.assign(read.begin(), read.end());
}

// Reads the axes of trials that are written out: a list of {name, set}.
void ReadResolvedAxes(const SpecNode& axes, Spec& spec, Problems& problems) {
  if (!axes.is_list()) {
    AddWrongType(axes, "axes",
                 "beside 'trials' a list of {name, set}; axes with values "
                 "belong to 'base' and 'plan'",
                 problems);
    return;
  }
  for (size_t i = 0; i < axes.items.size(); ++i) {
    const SpecNode& node = axes.items[i];
    const std::string path = absl::StrCat("axes[", i, "]");
    const SpecNode* name = node.Find("name");
    if (name == nullptr || node.Find("set") == nullptr) {
      problems.Add(node.mark, path, "expected {name, set}");
      continue;
    }
    RefuseUnknownKeys(node, path, {"name", "set"}, problems);
    Axis axis;
    axis.mark = node.mark;
    ReadName(*name, absl::StrCat(path, ".name"), problems, &axis.name);
    ReadKey(node, path, "set", problems, &axis.set);
    if (FindAxis(spec.axes, axis.name)) {
      problems.Add(node.mark, path,
                   absl::StrCat("duplicate '", axis.name, "'"));
    }
    spec.axes.push_back(std::move(axis));
  }
}

// The keys of a spec with a list of its trials, as --resolve writes it.
void ReadResolved(const SpecNode& root, const SpecNode& trials, Spec& spec,
                  Problems& problems) {
  if (!trials.is_list()) {
    AddWrongType(trials, "trials", "a list of trials", problems);
  } else if (trials.items.empty()) {
    problems.Add(trials.mark, "trials", "expected at least one trial");
  }
  spec.trials = trials.items;
  if (const SpecNode* configurations = root.Find("cells")) {
    spec.configurations = *configurations;
  }
  if (const SpecNode* axes = root.Find("axes")) {
    ReadResolvedAxes(*axes, spec, problems);
  }
}

// The keys of a spec that says how its trials come about.
void ReadPlanned(const SpecNode& root, Spec& spec, Problems& problems) {
  ReadAxesAndPlan(root, spec, problems);
  ReadSeeds(root, spec, problems);
  const SpecNode* base = root.Find("base");
  if (base == nullptr) {
    problems.Add(root.mark, "",
                 "missing key 'base' (one complete configuration)");
  } else if (!base->is_map()) {
    AddWrongType(*base, "base", "a map with the sections of a trial", problems);
  } else {
    spec.base = *base;
  }
}

}  // namespace

Spec ReadStudySpec(absl::string_view yaml, const std::string& source,
                   const std::vector<std::string>& overrides,
                   Problems& problems, const std::string& file) {
  Spec spec;
  SpecNode root = ReadSpec(yaml, source, 0, problems);
  if (!root.is_map()) {
    // The error of the syntax was added already.
    if (problems.empty()) AddWrongType(root, "", "a map", problems);
    return spec;
  }
  if (root.Find("extends") != nullptr) {
    const int before = problems.count();
    Extend(file, root, problems);
    if (problems.count() != before) return spec;  // The rest is not there.
    spec.merged = ToYaml(root);
  }
  for (size_t i = 0; i < overrides.size(); ++i) {
    Override(overrides[i], static_cast<int>(i), root, problems);
  }
  const SpecNode* const trials = root.Find("trials");
  RefuseUnknownKeys(
      root, "",
      trials != nullptr
          ? std::vector<std::string>{"study", "question", "axes", "metrics",
                                     "compare", "claims", "cells", "trials"}
          : std::vector<std::string>{"study", "question", "base", "metrics",
                                     "axes", "plan", "seeds", "compare",
                                     "claims", "extends"},
      problems);
  ReadHead(root, spec, problems);
  ReadMetrics(root, spec, problems);
  ReadCompare(root, spec, problems);
  if (const SpecNode* claims = root.Find("claims")) {
    spec.claims = ReadClaims(*claims, problems);
  }
  if (trials != nullptr) {
    ReadResolved(root, *trials, spec, problems);
  } else {
    ReadPlanned(root, spec, problems);
  }
  return spec;
}

}  // namespace bigstep
