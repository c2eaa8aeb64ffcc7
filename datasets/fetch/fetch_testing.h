// The server and the data root that the tests of fetching share.
#ifndef BIGSTEP_DATASETS_FETCH_FETCH_TESTING_H_
#define BIGSTEP_DATASETS_FETCH_FETCH_TESTING_H_

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/files.h"
#include "base/testing.h"
#include "datasets/fetch/checksum.h"
#include "datasets/fetch/fetch.h"
#include "datasets/fetch/testing/archives.h"
#include "datasets/fetch/testing/http_server.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {

// A server with files, a catalogue entry that names them, and a data root.
class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    options_.data_root = root_;
    options_.download.pause = absl::Milliseconds(1);
    options_.download.attempts = 2;
    entry_.name = "digits";
    entry_.terms = "free";
  }

  // Offers `content` as /<name>; the entry expects `official`, whose size and
  // SHA-256 it knows.
  SourceFile& Offer(const std::string& name, const std::string& content,
                    const std::string& official) {
    served_["/" + name] = content;
    const std::string path = scratch_ + "/official";
    WriteTestFile(path, official);
    entry_.files.push_back({.name = name,
                            .target = "digits/" + name,
                            .size = official.size(),
                            .sha256 = *Sha256OfFile(path),
                            .urls = {server_.Url("/" + name)}});
    return entry_.files.back();
  }
  SourceFile& Offer(const std::string& name, const std::string& content) {
    return Offer(name, content, content);
  }
  // The same for an archive that is unpacked to "birds" and must hold a list.
  SourceFile& OfferArchive(const std::string& content) {
    SourceFile& file = Offer("birds.tar.gz", content);
    file.target = "birds";
    file.archive = {{.folder = "set", .files = {{"list", 3}}}};
    return file;
  }

  absl::Status Get() {
    Meter meter(out_, /*terminal=*/false);
    return Fetch(entry_, options_, meter);
  }

  // Expects this status. In `message`, ROOT stands for the data root, MIRROR
  // for the mirror and SERVER for the server.
  void Expect(absl::StatusCode code, const std::string& message) {
    const absl::Status status = Get();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(absl::StrReplaceAll(std::string(status.message()),
                                  {{root_, "ROOT"},
                                   {mirror_, "MIRROR"},
                                   {server_.Url(""), "SERVER"}}),
              message);
  }

  std::string Installed(const std::string& path) {
    return ReadTestFile(absl::StrCat(root_, "/", path));
  }

  const std::string scratch_ = MakeTestFolder();
  const std::string root_ = scratch_ + "/root";
  const std::string mirror_ = scratch_ + "/mirror";
  std::map<std::string, std::string> served_;
  std::ostringstream out_;
  CatalogueEntry entry_;
  FetchOptions options_;
  bool announce_ = true;  // Whether the server announces sizes.
  const HttpServer server_{[this](const HttpRequest& request) {
    const auto file = served_.find(request.path);
    if (file == served_.end()) return HttpAnswer{.code = 404};
    HttpAnswer answer = Serve(file->second, request);
    answer.announce = announce_;
    return answer;
  }};
};

// The content of an archive for OfferArchive.
inline const std::vector<TestEntry>& GoodEntries() {
  static const auto* const entries =
      new std::vector<TestEntry>{{.name = "set/list", .content = "abc"},
                                 {.name = "set/x/1.jpg", .content = "1"}};
  return *entries;
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_FETCH_TESTING_H_
