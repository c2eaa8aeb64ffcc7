#include "experiments/report/html/report_pictures.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/html_text.h"
#include "experiments/records/record.h"
#include "experiments/report/analysis/plain_name.h"
#include "experiments/report/analysis/recorded_trial.h"

namespace bigstep {
namespace {

// The PNG files in `folder`, by name.
std::vector<std::filesystem::path> PngFiles(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".png") paths.push_back(it->path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// How much may still be added.
struct Room {
  size_t bytes = 0;
  size_t left_out = 0;
};

void AddFrom(const std::string& folder, const std::string& title, Room& room,
             std::vector<PagePicture>& pictures) {
  for (const std::filesystem::path& path : PngFiles(folder)) {
    const absl::StatusOr<std::string> png = ReadFile(path.string());
    if (!png.ok() || !absl::StartsWith(*png, "\x89PNG")) continue;
    if (png->size() > room.bytes) {
      ++room.left_out;
      continue;
    }
    room.bytes -= png->size();
    const std::string name = PlainName(path.stem().string());
    pictures.push_back(
        {title.empty() ? name : absl::StrCat(title, ": ", name), *png});
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
  AddFrom(study_folder, "", room, pictures);
  const auto trials = TrialsOfConfigurations(analysis.study, records);
  std::vector<std::string> seen;
  for (const size_t i : ConfigurationsToShow(analysis)) {
    for (const RecordedTrial& trial : trials[i]) {
      if (trial.record == nullptr) continue;
      const std::string& id = trial.trial->id;
      if (std::find(seen.begin(), seen.end(), id) == seen.end()) {
        seen.push_back(id);
        AddFrom(TrialFolder(study_folder, id),
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
