#include "experiments/report/figures/figures.h"

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/folder.h"
#include "base/html_text.h"
#include "base/status.h"
#include "experiments/report/figures/gnuplot.h"

namespace bigstep {
namespace {

// A damaged history only loses its lines in the figure.
Histories ReadHistories(const std::string& study_folder, const Study& study,
                        const Records& records,
                        std::vector<std::string>& notes) {
  Histories histories;
  for (const std::string& id : DynamicsTrials(study)) {
    const auto record = records.find(id);
    if (record == records.end()) continue;  // Not finished.
    auto history = ReadHistory(study_folder, record->second);
    if (!history.ok()) {
      notes.push_back(std::string(history.status().message()));
    } else if (*history) {
      histories[id] = **std::move(history);
    }
  }
  return histories;
}

// Writes a file for gnuplot to read.
absl::Status WriteForDrawing(const std::string& path,
                             const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content << std::flush;
  if (file.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot write ", path));
}

// Draws all at once; if that fails, one by one, so that one bad figure does
// not stop the others. Returns the scripts that were not drawn.
std::set<std::string> Draw(const std::string& folder,
                           const std::vector<std::string>& scripts,
                           const std::string& gnuplot,
                           std::vector<std::string>& notes) {
  const absl::Status all = RunGnuplot(folder, scripts, gnuplot);
  if (all.ok()) return {};
  if (absl::IsNotFound(all)) {
    notes.push_back(std::string(all.message()));
    return {scripts.begin(), scripts.end()};
  }
  std::set<std::string> failed;
  for (const std::string& script : scripts) {
    const absl::Status one = RunGnuplot(folder, {script}, gnuplot);
    if (one.ok()) continue;
    failed.insert(script);
    notes.push_back(
        absl::StrCat(script, " was not drawn: ", std::string(one.message())));
  }
  return failed;
}

// Pictures of earlier data would mislead. If they cannot be removed, the note
// that nothing was drawn has to suffice.
void RemovePictures(const Folder& study, const std::string& name) {
  for (const char* kind : {".svg", ".pdf", ".png"}) {
    (void)study.Remove(absl::StrCat("figures/", name, kind));
  }
}

// Moves the pictures of `figure` from the folder `drawing` to the study's.
// Returns the element of a page for it: the drawing, or its pixels if it has so
// many parts that they are smaller. `number` is unique within a page.
absl::StatusOr<std::string> TakePictures(const std::string& drawing,
                                         const Folder& study,
                                         const Figure& figure, size_t number) {
  constexpr size_t kMaxSvg = 200000;
  std::map<std::string, std::string> pictures;
  for (const char* kind : {".svg", ".pdf", ".png"}) {
    const std::string name = absl::StrCat(figure.name, kind);
    ASSIGN_OR_RETURN(std::string picture,
                     ReadFile(absl::StrCat(drawing, "/", name)));
    picture = WithoutDate(std::move(picture));
    RETURN_IF_ERROR(study.Write(absl::StrCat("figures/", name), picture));
    pictures[kind] = std::move(picture);
  }
  if (pictures[".svg"].size() <= kMaxSvg) {
    return InlineSvg(pictures[".svg"], absl::StrCat("f", number), figure.title);
  }
  return absl::StrCat("<img class=\"drawn\" alt=\"", EscapeHtml(figure.title),
                      "\" src=\"data:image/png;base64,",
                      absl::Base64Escape(pictures[".png"]), "\"/>");
}

// Adds a figure with its element of a page, empty if it was not drawn.
void AddFigure(const Folder& study, Figure figure,
               const absl::StatusOr<std::string>& html, DrawnFigures& drawn) {
  if (!html.ok()) {
    drawn.notes.push_back(absl::StrCat(
        figure.name, ".gp was not drawn: ", html.status().message()));
    RemovePictures(study, figure.name);
  }
  drawn.figures.push_back({std::move(figure), html.ok() ? *html : ""});
}

template <typename T>
void Append(std::vector<T> more, std::vector<T>& all) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

std::vector<Figure> MakeFigures(const Analysis& analysis,
                                const Records& records,
                                const Histories& histories) {
  std::vector<Figure> figures = CurveFigures(analysis, records);
  Append(PlaneFigure(analysis), figures);
  Append(HeatMapFigures(analysis), figures);
  Append(RandomFigures(analysis), figures);
  Append(DerivedFigures(analysis, records), figures);
  Append(NormalizedFigure(analysis), figures);
  Append(DynamicsFigure(analysis.study, histories), figures);
  return figures;
}

absl::StatusOr<DrawnFigures> WriteFigures(const std::string& study_folder,
                                          const Analysis& analysis,
                                          const Records& records,
                                          const std::string& gnuplot) {
  DrawnFigures drawn;
  const Histories histories =
      ReadHistories(study_folder, analysis.study, records, drawn.notes);
  std::vector<Figure> figures = MakeFigures(analysis, records, histories);
  if (figures.empty()) return drawn;
  const Folder study(study_folder);
  RETURN_IF_ERROR(study.Make("figures"));
  // gnuplot follows links, so it draws where nobody else can put one.
  ASSIGN_OR_RETURN(const PrivateFolder drawing, PrivateFolder::Create());
  const auto put = [&](const std::string& name, const std::string& content) {
    const absl::Status status =
        WriteForDrawing(absl::StrCat(drawing.path(), "/", name), content);
    if (!status.ok()) return status;
    return study.Write(absl::StrCat("figures/", name), content);
  };
  std::vector<std::string> scripts;
  for (const Figure& figure : figures) {
    for (const FigureFile& file : figure.data) {
      RETURN_IF_ERROR(put(file.name, file.content));
    }
    scripts.push_back(absl::StrCat(figure.name, ".gp"));
    RETURN_IF_ERROR(put(scripts.back(), figure.script));
  }
  const std::set<std::string> failed =
      Draw(drawing.path(), scripts, gnuplot, drawn.notes);
  for (const std::string& script : failed) {
    RemovePictures(study, script.substr(0, script.size() - 3));  // No ".gp".
  }
  for (Figure& figure : figures) {
    const absl::StatusOr<std::string> html =
        failed.count(figure.name + ".gp") > 0
            ? std::string()
            : TakePictures(drawing.path(), study, figure, drawn.figures.size());
    AddFigure(study, std::move(figure), html, drawn);
  }
  return drawn;
}

}  // namespace bigstep
