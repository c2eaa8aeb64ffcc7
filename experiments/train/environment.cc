#include "experiments/train/environment.h"

#include "absl/strings/str_cat.h"
#include "base/device.h"
#include "base/machine.h"
#include "base/seed.h"
#include "base/version.h"
#include "experiments/records/provenance.h"

namespace bigstep {
namespace {

// The streams that every trial has; those of datasets, models and metrics
// follow the same rule under names of their own.
constexpr const char* kStreams[] = {"model/init", "order", "augmentation",
                                    "evaluation/train"};

// -c opt, and what else changes the code: sanitizers.
std::string BuildMode() {
  std::string mode = BIGSTEP_COMPILATION_MODE;  // Set in BUILD.
#ifdef __SANITIZE_ADDRESS__
  mode += ", address sanitizer";
#endif
#ifdef __SANITIZE_THREAD__
  mode += ", thread sanitizer";
#endif
#ifdef __AVX2__
  mode += ", AVX2";
#endif
#ifdef __FAST_MATH__
  mode += ", fast math";
#endif
  return mode;
}

std::string Compiler() {
#ifdef __clang__
  return __VERSION__;  // "Clang 14.0.6".
#else
  return absl::StrCat("gcc ", __VERSION__);
#endif
}

Json Seeds(int64_t seed) {
  Json streams = Json::object();
  // As text: JSON readers keep 53 bits of a number.
  for (const char* stream : kStreams) {
    streams[stream] = absl::StrCat(Seed(seed, stream));
  }
  return {{"trial", seed}, {"streams", streams}};
}

}  // namespace

Provenance MakeProvenance(c10::Device device, const std::string& commit,
                          const std::string& workspace_commit) {
  const Json libraries = LibraryVersions();
  Provenance provenance;
  provenance.environment = {{"commit", commit},
                            {"build", BuildMode()},
                            {"compiler", Compiler()},
                            {"libtorch", libraries.at("libtorch")},
                            {"libraries", libraries},
                            {"device", device.str()},
                            {"device_name", DeviceDescription(device)},
                            {"cpu_capability", CpuCapability()},
                            {"gpu", DescribeGpu(device)},
                            {"os", OperatingSystem()}};
  if (!workspace_commit.empty()) {
    provenance.environment["workspace_commit"] = workspace_commit;
  }
  return provenance;
}

std::string VersionText(const std::string& commit,
                        const std::string& workspace_commit) {
  const Json environment =
      MakeProvenance(ParseDevice("auto").value(), commit, workspace_commit)
          .environment;
  const auto text = [&environment](const char* key) {
    return environment.at(key).get<std::string>();
  };
  std::string lines =
      absl::StrCat("Bigstep ", kVersion, ", commit ", text("commit"), "\n");
  if (environment.contains("workspace_commit")) {
    absl::StrAppend(&lines, "workspace, commit ", text("workspace_commit"),
                    "\n");
  }
  absl::StrAppend(
      &lines, "LibTorch ", text("libtorch"),
      "\nBLAS: ", environment.at("libraries").at("blas").get<std::string>(),
      "\ndevice: ", text("device_name"), ", ", text("cpu_capability"),
      "\ncompiler: ", text("compiler"), ", ", text("build"), "\n");
  return lines;
}

Json ProvenanceJson(const Provenance& provenance,
                    const TrialSettings& settings) {
  const Json threads = ThreadsInForce();
  Json json = provenance.environment;
  json.update({{"threads", threads.at("intra_op")},
               {"inter_op_threads", threads.at("inter_op")},
               {"blas_threads", threads.at("blas")},
               {"workers", provenance.workers},
               {"attempt", provenance.attempt},
               {"cuda_graphs", provenance.cuda_graphs},
               {"peak_memory_bytes", PeakMemoryBytes()},
               {"plugins", PluginVersions(settings)},
               {"seeds", Seeds(settings.seed)}});
  if (!provenance.other_data.empty()) {
    json["other_data"] = provenance.other_data;
  }
  return json;
}

}  // namespace bigstep
