#include "experiments/train/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "experiments/plan/testing.h"
#include "experiments/records/provenance.h"

namespace bigstep {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TrialSettings Settings() {
  return PlanOf(kTinySpec, {"optimizer={name: sam, lr: 0.1, base: {name: "
                            "momentum, momentum: 0.5}}",
                            "axes.lr={set: optimizer.rho, values: [0.1, 0.2]}"})
      .trials[0]
      .settings;
}

Json Here() {
  return ProvenanceJson(MakeProvenance(c10::kCPU, "abc"), Settings());
}

TEST(EnvironmentTest, SaysWithWhatATrialRan) {
  Provenance provenance = MakeProvenance(c10::kCPU, "abc");
  provenance.workers = 4;
  provenance.attempt = 2;
  const Json json = ProvenanceJson(provenance, Settings());
  EXPECT_EQ(json.at("commit"), "abc");
  EXPECT_EQ(json.at("workers"), 4);
  EXPECT_EQ(json.at("attempt"), 2);
  EXPECT_EQ(json.at("cuda_graphs"), false);
  EXPECT_EQ(json.at("device"), "cpu");
  EXPECT_TRUE(json.at("gpu").is_null());
  EXPECT_GE(json.at("threads"), 1);
  EXPECT_GT(json.at("peak_memory_bytes"), 1 << 20);
  EXPECT_EQ(json.at("libtorch"), json.at("libraries").at("libtorch"));
  for (const char* key : {"build", "compiler", "cpu_capability", "os"}) {
    EXPECT_NE(json.at(key).get<std::string>(), "") << key;
  }
  EXPECT_THAT(json.at("device_name").get<std::string>(), StartsWith("cpu: "));
}

TEST(EnvironmentTest, NamesNoHostUserOrPath) {
  const std::string text = Here().dump();
  std::string host(256, '\0');
  ASSERT_EQ(gethostname(host.data(), host.size()), 0);
  host.resize(host.find('\0'));
  EXPECT_THAT(text, Not(HasSubstr("\"" + host + "\"")));
  for (const char* name : {"HOME", "TEST_TMPDIR", "TEST_SRCDIR"}) {
    const char* const path = std::getenv(name);
    if (path == nullptr || std::string(path) == "/") continue;
    EXPECT_THAT(text, Not(HasSubstr(path))) << name;
  }
}

TEST(EnvironmentTest, SeedsOfStreamsFollowTheirRule) {
  const Json seeds = Here().at("seeds");
  EXPECT_EQ(seeds.at("trial"), 0);
  // python3 -c "import hashlib as h; print(int.from_bytes(
  //     h.sha256(b'0/model/init').digest()[:8], 'big'))"
  EXPECT_EQ(seeds.at("streams").at("model/init"), "17199511098979716713");
}

TEST(EnvironmentTest, VersionsOfAllPluginsAreThere) {
  const Json versions = PluginVersions(Settings());
  for (const char* what :
       {"training", "dataset parity", "model fcn", "loss cross_entropy",
        "optimizer sam", "optimizer.base momentum", "schedule constant",
        "metric accuracy", "metric prunability"}) {
    EXPECT_TRUE(versions.contains(what)) << what << " in " << versions.dump();
  }
}

TEST(EnvironmentDifferencesTest, TheSameProgramDiffersInNothing) {
  EXPECT_THAT(EnvironmentDifferences(Here(), Here()), IsEmpty());
}

TEST(EnvironmentDifferencesTest, NamesWhatMayChangeBits) {
  Json recorded = Here();
  recorded["commit"] = "def";
  recorded["libraries"]["blas"] = "another";
  recorded["threads"] = 7;
  // These change none, and nobody compares what only one of them knows.
  recorded["workers"] = 3;
  recorded["os"] = "another";
  recorded["peak_memory_bytes"] = 1;
  recorded["future"] = "unknown";
  recorded.erase("compiler");
  EXPECT_THAT(EnvironmentDifferences(recorded, Here()),
              ElementsAre("commit: recorded def, here abc",
                          StartsWith("threads: recorded 7, here "),
                          StartsWith("blas: recorded another, here ")));
}

}  // namespace
}  // namespace bigstep
