// Reads every image of a folder once, as an epoch of training does, and prints
// how long that took and how much memory.
//   bazel run //tools:bench_epoch -- <folder> <size> [<cache folder>]
// With a cache folder the inputs come from there; the first run fills it.
#include <ATen/ATen.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/files.h"
#include "base/log.h"
#include "base/parallel.h"
#include "datasets/images/image_cache.h"
#include "datasets/images/image_source.h"

namespace bigstep {
namespace {

constexpr int64_t kBatch = 128;

std::vector<std::string> ListImages(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string path = fs::relative(entry.path(), folder).string();
    if (absl::EndsWith(path, ".jpg")) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

double PeakMiB() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// An empty `cache_folder`: no cache.
int Run(const std::string& folder, int64_t size,
        const std::string& cache_folder) {
  const double before = PeakMiB();
  ImageTransform transform;
  transform.size = size;
  transform.resized = size * 256 / 224;
  const ImageSource source(folder, ListImages(folder), transform,
                           MakeHelpers());
  const int64_t n = source.size();
  const auto start = std::chrono::steady_clock::now();
  at::Tensor cached;
  if (!cache_folder.empty()) {
    const auto key = source.Fingerprint();
    BIGSTEP_CHECK(key.ok()) << key.status();
    const auto inputs =
        LoadThroughCache(cache_folder, *key, {n, 3, size, size}, source);
    BIGSTEP_CHECK(inputs.ok()) << inputs.status();
    cached = *inputs;
  }
  const at::Tensor order = at::randperm(n, at::kLong);
  for (int64_t begin = 0; begin < n; begin += kBatch) {
    const at::Tensor indices = order.slice(0, begin, begin + kBatch);
    const absl::StatusOr<at::Tensor> inputs =
        cached.defined() ? cached.index_select(0, indices)
                         : source.Load(indices, {});
    BIGSTEP_CHECK(inputs.ok()) << inputs.status();
  }
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  std::cout << n << " images in " << took.count() << " s, "
            << static_cast<double>(n) / took.count()
            << " images/s; peak memory " << PeakMiB() << " MiB, " << before
            << " of them at the start\n";
  return 0;
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  int64_t size = 0;
  if (argc < 3 || argc > 4 || !absl::SimpleAtoi(argv[2], &size) || size < 1) {
    std::cerr << "usage: bench_epoch <folder> <size> [<cache folder>]\n";
    return 2;
  }
  return bigstep::Run(bigstep::UserPath(argv[1]).value(), size,
                      argc > 3 ? bigstep::UserPath(argv[3]).value() : "");
}
