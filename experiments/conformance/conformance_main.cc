// Runs the conformance tests: in Bigstep's own repository all, in another
// workspace only those of the plugins that it brings (and of Bigstep's whose
// names contain theirs).
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/registry.h"
#include "experiments/spec/describe.h"

namespace bigstep {
namespace {

// Patterns for the tests of these plugins, alone or in a pair with another.
std::string Filter(const std::vector<std::string>& names) {
  std::vector<std::string> patterns;
  for (const std::string& name : names) {
    for (const char* const before : {"*/", "*/*_"}) {
      for (const char* const after : {"", "_*"}) {
        patterns.push_back(absl::StrCat(before, name, after));
      }
    }
  }
  return absl::StrJoin(patterns, ":");
}

std::vector<std::string> ExternalPlugins() {
  std::vector<std::string> names;
  for (const PluginRegistry* const family : Families()) {
    for (const std::string& name : family->Names()) {
      if (family->Find(name)->is_external()) names.push_back(name);
    }
  }
  return names;
}

int Main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (!IsBuiltElsewhere()) return RUN_ALL_TESTS();
  const std::vector<std::string> names = ExternalPlugins();
  if (names.empty()) {
    std::cerr << "no plugin of this workspace is registered: name targets of "
                 "bigstep_plugin, whose .cc ends with BIGSTEP_REGISTER\n";
    return 2;
  }
  std::cout << "plugins: " << absl::StrJoin(names, ", ") << "\n";
  // Another one was asked for.
  if (testing::GTEST_FLAG(filter) == "*") {
    testing::GTEST_FLAG(filter) = Filter(names);
  }
  const int code = RUN_ALL_TESTS();
  if (testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
    std::cerr << "no test was run\n";
    return 2;
  }
  return code;
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) { return bigstep::Main(argc, argv); }
