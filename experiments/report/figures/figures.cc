#include "experiments/report/figures/figures.h"

#include <filesystem>
#include <iterator>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "base/html_text.h"
#include "base/status.h"
#include "experiments/report/figures/gnuplot.h"

namespace bigstep {
namespace {

// A damaged history only loses its lines in the figure.
Histories ReadHistories(const std::string& study_folder, const Study& study,
                        std::vector<std::string>& notes) {
  Histories histories;
  for (const std::string& id : DynamicsTrials(study)) {
    auto history = ReadHistory(study_folder, id);
    if (!history.ok()) {
      notes.push_back(std::string(history.status().message()));
    } else if (*history) {
      histories[id] = **std::move(history);
    }
  }
  return histories;
}

absl::Status RemoveDate(const std::string& path) {
  ASSIGN_OR_RETURN(std::string pdf, ReadFile(path));
  std::string undated = WithoutDate(pdf);
  if (undated == pdf) return absl::OkStatus();
  return WriteFileAtomically(path, undated);
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
void RemovePictures(const std::string& base) {
  for (const char* kind : {".svg", ".pdf", ".png"}) {
    std::error_code ignored;
    std::filesystem::remove(base + kind, ignored);
  }
}

// The element of a page for the figure in <base>.svg and <base>.png: the
// drawing, or its pixels if it has so many parts that they are smaller.
// `number` is unique within a page.
absl::StatusOr<std::string> Picture(const std::string& base,
                                    const Figure& figure, size_t number) {
  constexpr size_t kMaxSvg = 200000;
  ASSIGN_OR_RETURN(const std::string file, ReadFile(base + ".svg"));
  if (file.size() <= kMaxSvg) {
    return InlineSvg(file, absl::StrCat("f", number), figure.title);
  }
  ASSIGN_OR_RETURN(const std::string png, ReadFile(base + ".png"));
  return absl::StrCat("<img class=\"drawn\" alt=\"", EscapeHtml(figure.title),
                      "\" src=\"data:image/png;base64,",
                      absl::Base64Escape(png), "\"/>");
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
      ReadHistories(study_folder, analysis.study, drawn.notes);
  std::vector<Figure> figures = MakeFigures(analysis, records, histories);
  if (figures.empty()) return drawn;
  const std::string folder = absl::StrCat(study_folder, "/figures");
  RETURN_IF_ERROR(MakeFolder(folder));
  std::vector<std::string> scripts;
  for (const Figure& figure : figures) {
    for (const FigureFile& file : figure.data) {
      RETURN_IF_ERROR(WriteFileAtomically(absl::StrCat(folder, "/", file.name),
                                          file.content));
    }
    scripts.push_back(absl::StrCat(figure.name, ".gp"));
    RETURN_IF_ERROR(WriteFileAtomically(
        absl::StrCat(folder, "/", scripts.back()), figure.script));
  }
  const std::set<std::string> failed =
      Draw(folder, scripts, gnuplot, drawn.notes);
  for (Figure& figure : figures) {
    const std::string base = absl::StrCat(folder, "/", figure.name);
    std::string html;
    if (failed.count(figure.name + ".gp") > 0) {
      RemovePictures(base);
    } else {
      RETURN_IF_ERROR(RemoveDate(base + ".pdf"));
      ASSIGN_OR_RETURN(html, Picture(base, figure, drawn.figures.size()));
    }
    drawn.figures.push_back({std::move(figure), std::move(html)});
  }
  return drawn;
}

}  // namespace bigstep
