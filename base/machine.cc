#include "base/machine.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <sys/utsname.h>
#include <torch/version.h>

#include <algorithm>
#include <array>
#include <cstdio>  // jpeglib.h needs it.
#include <fstream>
#include <iterator>
// After the one above.
#include <jpeglib.h>

#include "absl/base/config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/blas_kernels.h"

namespace bigstep {
namespace {

#define BIGSTEP_TEXT_INNER(x) #x
#define BIGSTEP_TEXT(x) BIGSTEP_TEXT_INNER(x)

// The rest of the line of `text` after `label`; empty if there is none.
std::string After(absl::string_view text, absl::string_view label) {
  const size_t at = text.find(label);
  if (at == absl::string_view::npos) return "";
  absl::string_view rest = text.substr(at + label.size());
  return std::string(
      absl::StripAsciiWhitespace(rest.substr(0, rest.find('\n'))));
}

// The whole file; empty if it cannot be read.
std::string Content(const char* path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

template <class Function>
Function* FindSymbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

// "OpenBLAS 0.3.21 ... Haswell MAX_THREADS=64"; MKL's own words; or null.
Json BlasVersion() {
  // Looked up at run time: LibTorch may have been built with another BLAS.
  if (auto* config = FindSymbol<char*()>(RTLD_DEFAULT, "openblas_get_config")) {
    std::string text = config();
    const std::string kernels = BlasKernels();
    if (!kernels.empty()) absl::StrAppend(&text, ", kernels for ", kernels);
    return text;
  }
  if (at::hasMKL()) return at::get_mkl_version();
  return nullptr;
}

}  // namespace

std::string CpuCapability() {
  const std::string found = After(at::show_config(), "CPU capability usage:");
  return found.empty() ? "unknown" : found;
}

std::string OperatingSystem() {
  struct utsname kernel;
  std::string text = "unknown";
  if (uname(&kernel) == 0) {
    text =
        absl::StrCat(kernel.sysname, " ", kernel.release, " ", kernel.machine);
  }
  std::string distribution =
      After("\n" + Content("/etc/os-release"), "\nPRETTY_NAME=");
  distribution.erase(std::remove(distribution.begin(), distribution.end(), '"'),
                     distribution.end());
  if (!distribution.empty()) absl::StrAppend(&text, ", ", distribution);
  return text;
}

Json LibraryVersions() {
  Json versions = {
      {"libtorch", TORCH_VERSION},
      {"blas", BlasVersion()},
      {"openmp", at::get_openmp_version()},
      {"glibc", gnu_get_libc_version()},
      {"nlohmann_json", absl::StrCat(NLOHMANN_JSON_VERSION_MAJOR, ".",
                                     NLOHMANN_JSON_VERSION_MINOR, ".",
                                     NLOHMANN_JSON_VERSION_PATCH)},
#ifdef ABSL_LTS_RELEASE_VERSION
      {"abseil", absl::StrCat(ABSL_LTS_RELEASE_VERSION, ".",
                              ABSL_LTS_RELEASE_PATCH_LEVEL)},
#endif
#ifdef LIBJPEG_TURBO_VERSION
      {"libjpeg_turbo", BIGSTEP_TEXT(LIBJPEG_TURBO_VERSION)},
#endif
  };
  if (at::hasMKLDNN()) {
    versions["onednn"] =
        absl::StrCat(at::get_mkldnn_version(),
                     at::globalContext().userEnabledMkldnn()
                         ? ""
                         : " (off: see UseRightConvolutions in base/device.h)");
  }
  return versions;
}

Json DescribeGpu(c10::Device device) {
  if (!device.is_cuda()) return nullptr;
  Json gpu = {{"name", nullptr}, {"driver", nullptr}};
  // The driver itself: LibTorch's headers for CUDA need CUDA's own. It is
  // loaded already, and LibTorch has started it.
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY);
  if (driver == nullptr) return gpu;
  auto* const start = FindSymbol<int(unsigned)>(driver, "cuInit");
  auto* const get = FindSymbol<int(int*, int)>(driver, "cuDeviceGet");
  auto* const name =
      FindSymbol<int(char*, int, int)>(driver, "cuDeviceGetName");
  auto* const version = FindSymbol<int(int*)>(driver, "cuDriverGetVersion");
  const int index = device.has_index() ? device.index() : 0;
  int handle = 0, number = 0;
  std::array<char, 256> text = {};
  if (start != nullptr && get != nullptr && name != nullptr && start(0) == 0 &&
      get(&handle, index) == 0 && name(text.data(), text.size(), handle) == 0) {
    gpu["name"] = text.data();
  }
  if (version != nullptr && version(&number) == 0) {
    gpu["driver"] = absl::StrCat(number / 1000, ".", number % 1000 / 10);
  }
  return gpu;
}

Json ThreadsInForce() {
  Json threads = {{"intra_op", at::get_num_threads()},
                  {"inter_op", at::get_num_interop_threads()},
                  {"blas", nullptr}};
  if (auto* blas =
          FindSymbol<int()>(RTLD_DEFAULT, "openblas_get_num_threads")) {
    threads["blas"] = blas();
  }
  return threads;
}

int64_t PeakMemoryBytes() {
  const std::string peak = After(Content("/proc/self/status"), "VmHWM:");
  int64_t kilobytes = 0;
  return absl::SimpleAtoi(absl::StripSuffix(peak, " kB"), &kilobytes)
             ? kilobytes * 1024
             : 0;
}

void ResetPeakMemory() {
  // 5: the high-water mark becomes what is in use; see proc(5).
  std::ofstream("/proc/self/clear_refs") << 5;
}

}  // namespace bigstep
