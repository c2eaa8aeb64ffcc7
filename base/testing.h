// Helpers shared by tests.
#ifndef BIGSTEP_BASE_TESTING_H_
#define BIGSTEP_BASE_TESTING_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/registry.h"
#include "base/spec_reader.h"

// Passes on OK; shows the status otherwise.
#define EXPECT_OK(expr) \
  EXPECT_PRED_FORMAT1(::bigstep::IsOkPredicate, ::bigstep::ToStatus((expr)))
#define ASSERT_OK(expr) \
  ASSERT_PRED_FORMAT1(::bigstep::IsOkPredicate, ::bigstep::ToStatus((expr)))

namespace bigstep {

inline absl::Status ToStatus(const absl::Status& status) { return status; }
template <class T>
absl::Status ToStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

inline testing::AssertionResult IsOkPredicate(const char* text,
                                              const absl::Status& status) {
  if (status.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << text << " is " << status.ToString();
}

// The message with all errors, or "".
inline std::string Message(const Problems& problems) {
  return std::string(problems.ToStatus().message());
}

// A new empty folder below the test's temporary folder.
inline std::string MakeTestFolder() {
  // mkdtemp puts letters in place of the six at the end.
  std::string path = testing::TempDir() + "/bigstep" + std::string(6, 'X');
  EXPECT_NE(mkdtemp(path.data()), nullptr) << path;
  return path;
}

// The choice that the YAML text `spec` describes, which must be right.
template <class Family>
PluginConfig ParsePlugin(absl::string_view spec) {
  Problems problems;
  const SpecNode node = ReadSpec(spec, "test", 0, problems);
  PluginConfig config =
      Registry<Family>::Get().Read(node, Family::kSingular, problems);
  EXPECT_EQ(Message(problems), "");
  return config;
}

// Makes the plugin that `spec` describes: MakePlugin<ModelFamily>("{name:
// fcn}", {task, seed}).
template <class Family>
std::unique_ptr<typename Family::Product> MakePlugin(
    absl::string_view spec, const typename Family::Args& args) {
  auto made = Registry<Family>::Get().Make(ParsePlugin<Family>(spec), args);
  EXPECT_OK(made);
  return std::move(made).value();
}

// Makes the folders above it as well.
inline void WriteTestFile(const std::string& path, const std::string& content) {
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

// Empty if there is none.
inline std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace bigstep

#endif  // BIGSTEP_BASE_TESTING_H_
