#include "datasets/fetch/testing/http_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/log.h"

namespace bigstep {
namespace {

// The head of a request, up to the empty line.
std::string ReadHead(int connection) {
  std::string head;
  char buffer[4096];
  while (!absl::StrContains(head, "\r\n\r\n")) {
    const ssize_t size = recv(connection, buffer, sizeof(buffer), 0);
    if (size <= 0) break;
    head.append(buffer, size);
  }
  return head;
}

HttpRequest ParseHead(const std::string& head) {
  HttpRequest request;
  for (absl::string_view line : absl::StrSplit(head, "\r\n")) {
    if (absl::ConsumePrefix(&line, "GET ")) {
      request.path = std::string(line.substr(0, line.find(' ')));
    } else if (absl::ConsumePrefix(&line, "Range: ")) {
      request.range = std::string(line);
    } else if (absl::ConsumePrefix(&line, "If-Range: ")) {
      request.if_range = std::string(line);
    }
  }
  return request;
}

void SendAll(int connection, absl::string_view data) {
  while (!data.empty()) {
    // The other side may have gone, which must not end the test.
    const ssize_t sent =
        send(connection, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    data.remove_prefix(sent);
  }
}

}  // namespace

HttpAnswer Serve(const std::string& content, const HttpRequest& request) {
  absl::string_view range = request.range;
  size_t first = 0;
  if (!absl::ConsumePrefix(&range, "bytes=") ||
      !absl::ConsumeSuffix(&range, "-") || !absl::SimpleAtoi(range, &first)) {
    return {.code = 200, .headers = {}, .body = content, .cut_after = {}};
  }
  if (first >= content.size()) {
    return {.code = 416, .headers = {}, .body = "", .cut_after = {}};
  }
  return {.code = 206,
          .headers = {absl::StrCat("Content-Range: bytes ", first, "-",
                                   content.size() - 1, "/", content.size())},
          .body = content.substr(first),
          .cut_after = {}};
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  // A proxy of the environment would not reach this server.
  setenv("no_proxy", "127.0.0.1", /*replace=*/1);
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = 0;  // Any that is free.
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  BIGSTEP_CHECK(socket_ >= 0 && bind(socket_, generic, size) == 0 &&
                listen(socket_, 16) == 0 &&
                getsockname(socket_, generic, &size) == 0)
      << "cannot serve on 127.0.0.1";
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

HttpServer::~HttpServer() {
  shutdown(socket_, SHUT_RDWR);  // Ends accept().
  thread_.join();
  close(socket_);
}

std::string HttpServer::Url(const std::string& path) const {
  return absl::StrCat("http://127.0.0.1:", port_, path);
}

std::vector<HttpRequest> HttpServer::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

void HttpServer::Run() {
  for (;;) {
    const int connection = accept(socket_, nullptr, nullptr);
    if (connection < 0) return;
    Answer(connection);
    close(connection);
  }
}

void HttpServer::Answer(int connection) {
  const HttpRequest request = ParseHead(ReadHead(connection));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    requests_.push_back(request);
  }
  const HttpAnswer answer = handler_(request);
  std::string head =
      absl::StrCat("HTTP/1.1 ", answer.code, " Test\r\nConnection: close\r\n");
  if (answer.announce) {
    absl::StrAppend(&head, "Content-Length: ", answer.body.size(), "\r\n");
  }
  for (const std::string& header : answer.headers) {
    absl::StrAppend(&head, header, "\r\n");
  }
  SendAll(connection, head + "\r\n");
  absl::string_view body = answer.body;
  if (answer.cut_after) body = body.substr(0, *answer.cut_after);
  SendAll(connection, body);
  char ignored;
  if (answer.stall) recv(connection, &ignored, 1, 0);
}

}  // namespace bigstep
