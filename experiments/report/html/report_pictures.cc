#include "experiments/report/html/report_pictures.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/folder.h"
#include "base/html_text.h"
#include "experiments/records/record.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/recorded_trial.h"

namespace bigstep {
namespace {

// How much may still be added.
struct Room {
  size_t bytes = 0;
  size_t left_out = 0;
};

// Adds the PNG files of `study` in its folder `name`, if there is room. Links
// are left out: they may lead to any picture of the reader.
void AddFrom(const Folder& study, const std::string& name,
             const std::string& title, Room& room,
             std::vector<PagePicture>& pictures) {
  const auto files = study.List(name);
  if (!files.ok()) return;
  for (const std::string& file : *files) {
    if (!absl::EndsWith(file, ".png")) continue;
    const absl::StatusOr<std::string> png = study.Read(
        absl::StrCat(name, "/", file), static_cast<int64_t>(room.bytes));
    if (!png.ok()) {
      ++room.left_out;
      continue;
    }
    if (!absl::StartsWith(*png, "\x89PNG")) continue;
    room.bytes -= png->size();
    const std::string shown =
        PlainName(std::string(absl::StripSuffix(file, ".png")));
    pictures.push_back(
        {title.empty() ? shown : absl::StrCat(title, ": ", shown), *png});
  }
}

// The configurations whose pictures are shown, in order.
std::vector<size_t> ConfigurationsToShow(const Analysis& analysis) {
  std::vector<size_t> shown;
  for (const std::string& axis : AxesInOrder(analysis.study)) {
    if (shown.empty()) shown = ConfigurationsOf(analysis.study, axis);
  }
  for (const Best& best : analysis.best) {
    if (best.configuration) shown.push_back(*best.configuration);
  }
  return shown.empty() ? AllConfigurations(analysis.study) : shown;
}

}  // namespace

std::vector<PagePicture> FindPictures(const std::string& study_folder,
                                      const Analysis& analysis,
                                      const Records& records, size_t most_bytes,
                                      size_t* left_out) {
  Room room{most_bytes};
  std::vector<PagePicture> pictures;
  const Folder study(study_folder);
  AddFrom(study, "", "", room, pictures);
  const auto trials = TrialsOfConfigurations(analysis.study, records);
  std::vector<std::string> seen;
  for (const size_t i : ConfigurationsToShow(analysis)) {
    for (const RecordedTrial& trial : trials[i]) {
      if (trial.record == nullptr) continue;
      const std::string& id = trial.trial->id;
      if (std::find(seen.begin(), seen.end(), id) == seen.end()) {
        seen.push_back(id);
        AddFrom(study, TrialFile(id),
                absl::StrCat(analysis.study.configurations[i].name, ", seed ",
                             trial.trial->seed),
                room, pictures);
      }
      break;
    }
  }
  *left_out = room.left_out;
  return pictures;
}

std::string PicturesHtml(const std::vector<PagePicture>& pictures) {
  if (pictures.empty()) return "";
  std::string html = "<div class=\"pictures\">\n";
  for (const PagePicture& picture : pictures) {
    absl::StrAppend(&html, "<figure><img alt=\"", EscapeHtml(picture.title),
                    "\" src=\"data:image/png;base64,",
                    absl::Base64Escape(picture.png), "\"/><figcaption>",
                    EscapeHtml(picture.title), "</figcaption></figure>\n");
  }
  return html + "</div>\n";
}

}  // namespace bigstep
