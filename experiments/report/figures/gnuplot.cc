#include "experiments/report/figures/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/html_text.h"

namespace bigstep {
namespace {

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
}

// The error of gnuplot: the last line, in which the script's line is
// named, after the text that it could not read.
std::string Complaint(const std::string& messages) {
  std::string last = "no message";
  for (const absl::string_view line : absl::StrSplit(messages, '\n')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(line);
    if (!stripped.empty()) last = std::string(stripped);
  }
  return last;
}

// Starts `argv` in `folder`, its messages going to `messages`.
int Spawn(const std::string& folder, std::vector<char*>& argv, int messages,
          pid_t* pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
  posix_spawn_file_actions_adddup2(&actions, messages, 1);
  posix_spawn_file_actions_adddup2(&actions, messages, 2);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  // Cairo from 1.18 on compresses the date as well, where WithoutDate cannot
  // find it; so PDF files are not compressed, at twice the size.
  std::string uncompressed = "CAIRO_DEBUG_PDF=1";
  std::vector<char*> environment = {uncompressed.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    environment.push_back(*variable);
  }
  environment.push_back(nullptr);
  const int error = posix_spawnp(pid, argv[0], &actions, nullptr, argv.data(),
                                 environment.data());
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

absl::Status RunGnuplot(const std::string& folder,
                        const std::vector<std::string>& scripts,
                        const std::string& program) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), scripts.begin(), scripts.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a pipe to gnuplot");
  }
  pid_t pid = 0;
  const int error = Spawn(folder, argv, ends[1], &pid);
  close(ends[1]);
  const std::string messages = error == 0 ? ReadAll(ends[0]) : "";
  close(ends[0]);
  if (error == ENOENT) {
    return absl::NotFoundError(absl::StrCat(
        "figures were not drawn: there is no program ", program,
        " (Debian and Ubuntu: apt-get install gnuplot-nox); their scripts and "
        "data are in figures/"));
  }
  if (error != 0) return absl::ErrnoToStatus(error, "cannot start gnuplot");
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("gnuplot failed: ", Complaint(messages)));
}

std::string WithoutDate(std::string pdf) {
  static constexpr char kKey[] = "/CreationDate (D:";
  const size_t start = pdf.rfind(kKey);
  if (!absl::StartsWith(pdf, "%PDF") || start == std::string::npos) return pdf;
  // As long as before: the file knows where its parts begin.
  for (size_t i = start + sizeof(kKey) - 1; i < pdf.size() && pdf[i] != ')';
       ++i) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(pdf[i]))) pdf[i] = '0';
  }
  return pdf;
}

namespace {

// Drops groups that hold nothing, a quarter of what gnuplot writes.
void RemoveEmptyGroups(std::string& text) {
  std::string kept;
  size_t from = 0;
  for (size_t at = 0; (at = text.find("<g ", at)) != std::string::npos;) {
    const size_t inside = text.find('>', at);
    if (inside == std::string::npos) break;
    const size_t end = text.find_first_not_of(" \t\r\n", inside + 1);
    if (end != std::string::npos && text.compare(end, 4, "</g>") == 0) {
      kept.append(text, from, at - from);
      from = end + 4;
    }
    at = inside;
  }
  kept.append(text, from);
  text = std::move(kept);
}

// The width of a drawing with this view box, of 1/96 inch a unit.
std::string InchesOf(absl::string_view view_box) {
  const std::vector<absl::string_view> parts = absl::StrSplit(view_box, ' ');
  double units = 0;
  if (parts.size() != 4 || !absl::SimpleAtod(parts[2], &units)) return "7";
  return absl::StrCat(units / 96);
}

}  // namespace

std::string InlineSvg(const std::string& svg, const std::string& prefix,
                      const std::string& description) {
  const size_t start = svg.find("<svg");
  const size_t size = svg.find("width=\"", start);
  const size_t view = svg.find("viewBox=\"", start);
  const size_t title = svg.find("<title>", start);
  const size_t canvas = svg.find("<g id=\"gnuplot_canvas\">", start);
  if (std::max({start, size, view, title, canvas}) == std::string::npos) {
    return "";
  }
  const size_t view_end = svg.find('"', view + 9);
  std::string text = absl::StrCat(
      "<svg ", svg.substr(view, view_end + 1 - view),
      " style=\"--inches:", InchesOf(svg.substr(view + 9, view_end - view - 9)),
      "\"",
      " xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" aria-label=\"",
      EscapeHtml(description), "\">\n", svg.substr(canvas));
  // The titles of gnuplot's plots are its commands: nothing to show.
  for (size_t at = 0; (at = text.find("<title>", at)) != std::string::npos;) {
    text.erase(at, text.find("</title>", at) + 8 - at);
  }
  RemoveEmptyGroups(text);
  return absl::StrReplaceAll(
      text, {// Defaults need not be repeated a thousand times.
             {" stroke-linecap=\"butt\" stroke-linejoin=\"miter\"", ""},
             {"<tspan font-family=\"Helvetica\" >", "<tspan>"},
             {"id=\"", absl::StrCat("id=\"", prefix, "-")},
             {"id='", absl::StrCat("id='", prefix, "-")},
             {"href='#", absl::StrCat("href='#", prefix, "-")},
             {"url(#", absl::StrCat("url(#", prefix, "-")},
             {"\"black\"", "\"currentColor\""},
             {"\"rgb(0,0,0)\"", "\"currentColor\""},
             {"'rgb(  0,   0,   0)'", "'currentColor'"},
             {"\"rgb(  0,   0,   0)\"", "\"currentColor\""},
             {"\t", ""},
             // There may be thousands of marks.
             {"rgb(  ", "rgb("},
             {"rgb( ", "rgb("},
             {",  ", ","},
             {",   ", ","}});
}

}  // namespace bigstep
