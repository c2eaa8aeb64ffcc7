#include "experiments/plan/file_checksums.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/json.h"
#include "base/status.h"
#include "experiments/spec/read_map.h"
#include "experiments/spec/trial_reader.h"
#include "experiments/spec/trial_sections.h"

namespace bigstep {
namespace {

// Sets an option of a map.
void SetText(SpecNode& map, const std::string& option, std::string text,
             const Mark& mark) {
  SpecNode value;
  value.kind = SpecNode::Kind::kScalar;
  value.text = std::move(text);
  value.quoted = true;
  value.mark = mark;
  if (SpecNode* known = map.Find(option)) {
    *known = std::move(value);
  } else {
    map.entries.push_back({option, std::move(value), mark});
  }
}

absl::StatusOr<std::string> ChecksumOfFile(const std::string& typed) {
  ASSIGN_OR_RETURN(const std::string path, UserPath(typed));
  return Sha256OfFile(path);
}

}  // namespace

void FileChecksums::AddTo(const std::string& section, const SpecNode* node,
                          const std::string& path, Problems& problems,
                          TrialSettings* settings) {
  const PluginSection* choice = FindPluginSection(section);
  if (choice == nullptr || node == nullptr || !node->is_map()) return;
  const PluginConfig& config = settings->*choice->member;
  SpecNode completed = *node;
  bool changed = false;
  for (const Field& field : config.plugin->table->fields()) {
    if (field.checksum_of.empty()) continue;
    const Json options = config.ToJson();
    const SpecNode* file = node->Find(field.checksum_of);
    if (file == nullptr || options.at(field.checksum_of) == "" ||
        options.at(field.name) != "") {
      continue;
    }
    const absl::StatusOr<std::string>& checksum =
        Of(options.at(field.checksum_of).get<std::string>());
    if (!checksum.ok()) {
      problems.Add(file->mark,
                   PathBelow(PathBelow(path, section), field.checksum_of),
                   absl::StrCat(checksum.status().message(),
                                "; its checksum is part of a trial's identity: "
                                "put the file there, or give '",
                                field.name, "'"));
      return;
    }
    SetText(completed, field.name, *checksum, file->mark);
    changed = true;
  }
  if (!changed) return;
  ReadTrialSection(section, &completed, path, completed.mark, problems,
                   settings);
}

const absl::StatusOr<std::string>& FileChecksums::Of(const std::string& path) {
  const auto [it, is_new] = known_.emplace(path, "");
  if (is_new) it->second = ChecksumOfFile(path);
  return it->second;
}

}  // namespace bigstep
