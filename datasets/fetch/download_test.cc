#include "datasets/fetch/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "datasets/fetch/files.h"
#include "datasets/fetch/testing/http_server.h"
#include "datasets/fetch/testing/test_files.h"

namespace bigstep {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// A hundred thousand bytes, no two stretches alike.
std::string Content() {
  std::string content;
  for (int i = 0; content.size() < 100000; ++i) absl::StrAppend(&content, i);
  content.resize(100000);
  return content;
}

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() {
    options_.pause = absl::Milliseconds(1);
    options_.stall_timeout = absl::Seconds(1);
    options_.attempts = 3;
    file_.path = MakeTestFolder() + "/file.part";
    file_.bad_path = file_.path + ".bad";
    file_.label = "set";
    file_.size = content_.size();
  }

  absl::Status Get(const HttpServer& server) {
    Meter meter(out_, /*terminal=*/false);
    return Download(server.Url("/file"), file_, options_, meter);
  }

  // Expects this status, with "URL" standing for the URL.
  void Expect(const HttpServer& server, absl::StatusCode code,
              const std::string& message) {
    const absl::Status status = Get(server);
    EXPECT_EQ(status.code(), code);
    EXPECT_EQ(absl::StrReplaceAll(std::string(status.message()),
                                  {{server.Url("/file"), "URL"}}),
              message);
  }

  const std::string content_ = Content();
  std::ostringstream out_;
  DownloadOptions options_;
  PartialFile file_;
};

TEST_F(DownloadTest, GetsAFile) {
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].path, "/file");
  EXPECT_EQ(server.requests()[0].range, "");
  // Nothing more to get.
  EXPECT_OK(Get(server));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(DownloadTest, GoesOnWhereTheConnectionWasCut) {
  int answers = 0;
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content_, request);
    if (++answers < 5) answer.cut_after = 20000;
    return answer;
  });
  // Four cuts with three attempts: those that get further do not count.
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  ASSERT_EQ(server.requests().size(), 5u);
  EXPECT_EQ(server.requests()[1].range, "bytes=20000-");
  EXPECT_EQ(server.requests()[4].range, "bytes=80000-");
  EXPECT_THAT(out_.str(), HasSubstr("trying again in 1ms\n"));
}

// Two bytes at a time would take a day for this file.
TEST_F(DownloadTest, AServerThatHandsOutAFewBytesIsGivenUp) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content_, request);
    answer.cut_after = 2;
    return answer;
  });
  options_.pause = absl::Milliseconds(20);
  const absl::Status status = Get(server);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("gave up after 3"));
}

// A partial file that is a link to another person's file.
TEST_F(DownloadTest, NothingIsWrittenThroughALink) {
  WriteTestFile(file_.path + ".theirs", "theirs");
  std::filesystem::create_symlink(file_.path + ".theirs", file_.path);
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  const absl::Status status = Get(server);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr(file_.path + " is a symbolic link"));
  EXPECT_EQ(ReadTestFile(file_.path + ".theirs"), "theirs");
}

TEST_F(DownloadTest, GoesOnWhereAnEarlierRunStopped) {
  WriteTestFile(file_.path, content_.substr(0, 12345));
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests()[0].range, "bytes=12345-");
  EXPECT_EQ(server.requests()[0].if_range, "");
}

TEST_F(DownloadTest, TakesAllFromAServerThatIgnoresRanges) {
  WriteTestFile(file_.path, "something else");
  const HttpServer server([&](const HttpRequest&) {
    return HttpAnswer{.headers = {}, .body = content_, .cut_after = {}};
  });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
}

TEST_F(DownloadTest, BeginsAnewIfThereIsMoreThanThereShouldBe) {
  WriteTestFile(file_.path, content_ + "x");
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
}

TEST_F(DownloadTest, BeginsAnewIfTheServerHasNoMore) {
  file_.size.reset();
  WriteTestFile(file_.path, content_ + "x");
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
}

// Without a checksum, two halves of different files would go unnoticed.
TEST_F(DownloadTest, AnUnverifiedFileGoesOnOnlyIfTheServerVouchesForIt) {
  file_.size.reset();
  file_.verified = false;
  std::string tag = "\"one\"";
  bool cut = true;
  const HttpServer server([&](const HttpRequest& request) {
    // The answer of a server whose file has changed (RFC 9110, section 13.1.5).
    HttpAnswer answer =
        request.if_range == tag
            ? Serve(content_, request)
            : Serve(content_,
                    {.path = request.path, .range = "", .if_range = ""});
    answer.headers.push_back("ETag: " + tag);
    if (cut) answer.cut_after = 20000;
    return answer;
  });
  options_.attempts = 1;
  EXPECT_EQ(Get(server).code(), absl::StatusCode::kUnavailable);
  tag = "\"two\"";
  EXPECT_EQ(Get(server).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReadTestFile(file_.path).size(), 20000u);
  cut = false;
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  ASSERT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.requests()[1].if_range, "\"one\"");
  EXPECT_EQ(server.requests()[2].if_range, "\"two\"");
}

// As do servers that know Range but not If-Range.
TEST_F(DownloadTest, AnUnverifiedFileBeginsAnewIfThePartIsOfAnother) {
  file_.size.reset();
  file_.verified = false;
  for (const std::string tag : {"ETag: \"two\"", "X-No: tag"}) {
    WriteTestFile(file_.path, "something else");
    WriteTestFile(file_.path + ".etag", "\"one\"");
    const HttpServer server([&](const HttpRequest& request) {
      HttpAnswer answer = Serve(content_, request);
      answer.headers.push_back(tag);
      return answer;
    });
    EXPECT_OK(Get(server));
    EXPECT_TRUE(ReadTestFile(file_.path) == content_) << tag;
    ASSERT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(server.requests()[0].range, "bytes=14-");
    EXPECT_EQ(server.requests()[0].if_range, "\"one\"");
    EXPECT_EQ(server.requests()[1].range, "");
  }
}

TEST_F(DownloadTest, AnUnverifiedFileWithoutTagBeginsAnew) {
  file_.verified = false;
  WriteTestFile(file_.path, "something else");
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  EXPECT_EQ(server.requests()[0].range, "");
}

TEST_F(DownloadTest, ReportsWhatIsNotThereAtOnce) {
  const HttpServer server([](const HttpRequest&) {
    return HttpAnswer{
        .code = 404, .headers = {}, .body = "no", .cut_after = {}};
  });
  Expect(server, absl::StatusCode::kUnavailable, "URL: the server answers 404");
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(*SizeOf(file_.path), 0);
}

TEST_F(DownloadTest, TriesABusyServerAgain) {
  int answers = 0;
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content_, request);
    if (++answers < 3) answer.code = answers == 1 ? 500 : 429;
    return answer;
  });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(DownloadTest, GivesUpOnAServerThatStaysBusy) {
  const HttpServer server([](const HttpRequest&) {
    return HttpAnswer{.code = 503, .headers = {}, .body = "", .cut_after = {}};
  });
  Expect(server, absl::StatusCode::kUnavailable,
         "URL: the server answers 503; gave up after 3 tries that made too "
         "little progress");
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST_F(DownloadTest, GivesUpOnAConnectionThatBringsNothing) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content_, request);
    answer.cut_after = 0;
    answer.stall = true;
    return answer;
  });
  options_.attempts = 1;
  const absl::Status status = Get(server);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("Operation too slow"));
}

TEST_F(DownloadTest, ReportsAServerThatIsNotThere) {
  std::string url;
  {
    const HttpServer server([](const HttpRequest&) { return HttpAnswer{}; });
    url = server.Url("/file");
  }
  Meter meter(out_, /*terminal=*/false);
  const absl::Status status = Download(url, file_, options_, meter);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              StartsWith(url + ": Failed to connect to 127.0.0.1"));
  EXPECT_EQ(out_.str(), "");  // No second try.
}

TEST_F(DownloadTest, FollowsRedirections) {
  const HttpServer server([&](const HttpRequest& request) {
    if (request.path == "/there") return Serve(content_, request);
    return HttpAnswer{.code = 302,
                      .headers = {"Location: /there"},
                      .body = "moved",
                      .cut_after = {}};
  });
  EXPECT_OK(Get(server));
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
}

TEST_F(DownloadTest, RefusesRedirectionsToFiles) {
  const std::string secret = file_.path + ".secret";
  WriteTestFile(secret, content_);
  const HttpServer server([&](const HttpRequest&) {
    return HttpAnswer{.code = 302,
                      .headers = {"Location: file://" + secret},
                      .body = "",
                      .cut_after = {}};
  });
  const absl::Status status = Get(server);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  // The next step differs between libcurl 7 and 8.
  EXPECT_THAT(std::string(status.message()),
              StartsWith(server.Url("/file") + ": Protocol \"file\" "));
  EXPECT_EQ(*SizeOf(file_.path), 0);
}

TEST_F(DownloadTest, RefusesAnotherSizeBeforeItComes) {
  const HttpServer server([](const HttpRequest&) {
    return HttpAnswer{
        .headers = {}, .body = "<html>log in</html>", .cut_after = {}};
  });
  Expect(server, absl::StatusCode::kDataLoss,
         "URL: expected 100000 bytes, found 19");
  EXPECT_EQ(*SizeOf(file_.path), 0);

  // For a part, the size of the whole file counts.
  file_.size = 100001;
  WriteTestFile(file_.path, content_.substr(0, 7));
  const HttpServer good(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  Expect(good, absl::StatusCode::kDataLoss,
         "URL: expected 100001 bytes, found 100000");
  EXPECT_EQ(ReadTestFile(file_.path), content_.substr(0, 7));
}

TEST_F(DownloadTest, PutsAsideWhatTurnsOutToBeOfAnotherSize) {
  std::string body = "<html>log in</html>";
  const HttpServer server([&](const HttpRequest&) {
    return HttpAnswer{.body = body, .announce = false};
  });
  Expect(server, absl::StatusCode::kDataLoss,
         "URL: expected 100000 bytes, found 19; kept as " + file_.bad_path);
  EXPECT_FALSE(Exists(file_.path));
  EXPECT_EQ(ReadTestFile(file_.bad_path), body);

  body = content_ + "x";
  Expect(server, absl::StatusCode::kDataLoss,
         "URL: expected 100000 bytes, found more; kept as " + file_.bad_path);
  EXPECT_FALSE(Exists(file_.path));

  // So that the next one begins at the beginning.
  body = content_;
  EXPECT_OK(Get(server));
  ASSERT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.requests()[1].range, "");
  EXPECT_EQ(server.requests()[2].range, "");
  EXPECT_TRUE(ReadTestFile(file_.path) == content_);
}

TEST_F(DownloadTest, KeepsNothingOfAnEmptyAnswer) {
  const HttpServer server([&](const HttpRequest&) {
    return HttpAnswer{.body = "", .announce = false};
  });
  Expect(server, absl::StatusCode::kDataLoss,
         "URL: expected 100000 bytes, found 0");
  EXPECT_FALSE(Exists(file_.bad_path));
}

TEST_F(DownloadTest, RefusesPartsThatWereNotAskedFor) {
  WriteTestFile(file_.path, content_.substr(0, 7));
  const HttpServer server([&](const HttpRequest&) {
    return Serve(content_,
                 {.path = "/file", .range = "bytes=8-", .if_range = ""});
  });
  Expect(server, absl::StatusCode::kUnavailable,
         "URL: expected the bytes from 7 on, found others");
  EXPECT_EQ(ReadTestFile(file_.path), content_.substr(0, 7));
}

TEST_F(DownloadTest, NoticesThatTheDiskIsFull) {
  const HttpServer server(
      [&](const HttpRequest& request) { return Serve(content_, request); });
  const FileSizeLimit limit(1000);
  Expect(server, absl::StatusCode::kOutOfRange,
         absl::StrCat("cannot write ", file_.path, ": File too large"));
}

TEST_F(DownloadTest, KeepsWhatCameWhenInterrupted) {
  const HttpServer server([&](const HttpRequest& request) {
    HttpAnswer answer = Serve(content_, request);
    answer.cut_after = 50000;
    answer.stall = true;
    return answer;
  });
  options_.interrupted = [&] {
    return ReadTestFile(file_.path).size() >= 50000;
  };
  EXPECT_EQ(Get(server).code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(ReadTestFile(file_.path) == content_.substr(0, 50000));
}

}  // namespace
}  // namespace bigstep
