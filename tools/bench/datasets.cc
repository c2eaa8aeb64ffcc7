// How long a dataset takes until a trial can use it: made of its files, made
// and kept for other processes, taken from what was kept.
//   bazel run //tools:bench_datasets -- <data root> '{name: colored_mnist}' ...
// Each dataset is tried three times in a new cache folder; the best counts.
#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <string>

#include "base/device.h"
#include "base/files.h"
#include "base/log.h"
#include "base/problems.h"
#include "base/spec_reader.h"
#include "datasets/cache/data_checksum.h"
#include "datasets/cache/dataset_cache.h"
#include "datasets/dataset.h"

namespace bigstep {
namespace {

// In milliseconds, the best of three.
double Time(const std::function<void()>& prepare,
            const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    prepare();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, passed.count());
  }
  return best;
}

void Measure(const std::string& data_root, const std::string& text) {
  Problems problems;
  const PluginConfig choice = Datasets::Get().Read(
      ReadSpec(text, "dataset", 0, problems), "dataset", problems);
  BIGSTEP_CHECK(problems.empty()) << problems.ToStatus();
  const std::string cache =
      std::filesystem::temp_directory_path() / "bigstep_bench_datasets";
  DatasetCache::Options options = {
      .data_root = data_root, .cache_folder = cache, .keep_from_bytes = 0};
  const auto get = [&] {
    const auto dataset = DatasetCache(options).Get(choice, /*seed=*/0);
    BIGSTEP_CHECK(dataset.ok()) << dataset.status();
  };
  const auto clear = [&] { std::filesystem::remove_all(cache); };
  const double kept = Time(clear, get);
  const double found = Time([] {}, get);
  options.keep = false;
  const double made = Time([] {}, get);
  DatasetCache store(options);
  const Dataset& dataset = **store.Get(choice, /*seed=*/0);
  const double checksum = Time([] {}, [&] { (void)DataSha256(dataset); });
  const auto bytes = static_cast<double>(ResidentBytes(dataset));
  clear();
  std::cout << text << ": " << bytes / 1e6 << " MB; made in " << made
            << " ms, of which checksum " << checksum << " ms; made and kept in "
            << kept << " ms; from the cache, verified, " << found << " ms, "
            << found / bytes * 1e6 << " s a gigabyte\n";
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::InitializeLog(argv[0]);
  bigstep::ConfigureCompute();
  BIGSTEP_CHECK(argc > 2) << "usage: bench_datasets <data root> <dataset>...";
  for (int i = 2; i < argc; ++i) {
    bigstep::Measure(bigstep::UserPath(argv[1]).value(), argv[i]);
  }
  return 0;
}
