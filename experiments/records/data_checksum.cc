#include "experiments/records/data_checksum.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bigstep {
namespace {

std::string Text(const Json& data, const char* key) {
  const Json value = data.is_object() ? data.value(key, Json()) : Json();
  return value.is_string() ? value.get<std::string>() : "";
}

// SHA-256 and content; the latter may be "".
std::pair<absl::string_view, absl::string_view> Parts(
    absl::string_view checksum) {
  return absl::StrSplit(checksum, absl::MaxSplits('/', 1));
}

}  // namespace

std::string DataChecksum(const Json& data) {
  const std::string sha256 = Text(data, "sha256");
  const std::string content = Text(data, "content");
  if (sha256.empty() || content.empty()) return sha256;
  return absl::StrCat(sha256, "/", content);
}

bool SameData(absl::string_view a, absl::string_view b) {
  const auto [sha256_a, content_a] = Parts(a);
  const auto [sha256_b, content_b] = Parts(b);
  return sha256_a == sha256_b &&
         (content_a == content_b || content_a.empty() || content_b.empty());
}

ShortChecksums Shorten(const std::vector<std::string>& checksums) {
  const bool by_content =
      !checksums.empty() &&
      std::all_of(checksums.begin(), checksums.end(),
                  [&](const std::string& checksum) {
                    return Parts(checksum).first == Parts(checksums[0]).first;
                  });
  ShortChecksums shortened;
  shortened.kind = by_content ? "content" : "sha256";
  for (const std::string& checksum : checksums) {
    const auto [sha256, content] = Parts(checksum);
    const absl::string_view part = by_content ? content : sha256;
    shortened.texts.push_back(
        part.empty() ? "unknown" : absl::StrCat(part.substr(0, 12), "…"));
  }
  return shortened;
}

}  // namespace bigstep
