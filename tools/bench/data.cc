// How many images a core prepares per second: JPEG bytes in memory to inputs,
// and bytes in memory to batches.
//   bazel run //tools:bench_data
// An argument that is not a switch names a folder to write the images to, for
// peers/decode_images.py.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/device.h"
#include "base/files.h"
#include "base/log.h"
#include "datasets/dataset.h"
#include "datasets/images/image_decoder.h"
#include "datasets/images/image_transform.h"
#include "datasets/images/resample.h"
#include "datasets/images/testing.h"
#include "tools/bench/restart.h"
#include "tools/bench/timing.h"

namespace bigstep {
namespace {

constexpr int kImages = 16;

// Waves under noise, so that files are as large as those of photographs: 110
// KB for 500 x 375 pixels in ImageNet.
std::vector<std::string> MakeFiles(int64_t height, int64_t width) {
  std::vector<std::string> files;
  for (int i = 0; i < kImages; ++i) {
    const at::Tensor noise = at::arange(height * width * 3, at::kDouble)
                                 .mul(12.9898)
                                 .add(i)
                                 .sin()
                                 .mul(43758.5453)
                                 .frac()
                                 .abs()
                                 .mul(24)
                                 .view({height, width, 3});
    files.push_back(
        EncodeJpeg((MakeWaves(height, width, i) + noise).to(at::kByte), 92));
  }
  return files;
}

// The two kinds: a photograph prepared as ImageNet's are, and a small image
// that has its size already.
struct Kind {
  int64_t height, width;
  ImageTransform transform;
};

Kind Photo() {
  Kind kind = {375, 500, {}};
  kind.transform.sides = ImageTransform::Sides::kShorter;
  kind.transform.resized = 256;
  return kind;
}

Kind Small() {
  Kind kind = {64, 64, {}};
  kind.transform.size = kind.transform.resized = 64;
  return kind;
}

void Prepare(benchmark::State& state, const Kind& kind) {
  const std::vector<std::string> files = MakeFiles(kind.height, kind.width);
  const Framing framing = FrameCenter(kind.transform, kind.height, kind.width);
  at::Tensor input =
      at::empty({3, kind.transform.size, kind.transform.size}, at::kByte);
  size_t next = 0;
  for (auto _ : state) {
    const auto image = DecodeImage(files[next++ % files.size()], "image");
    Resample(*image, framing, input.data_ptr<uint8_t>());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}

void Decode(benchmark::State& state, const Kind& kind) {
  const std::vector<std::string> files = MakeFiles(kind.height, kind.width);
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        DecodeImage(files[next++ % files.size()], "image"));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(Prepare, photo, Photo())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Prepare, small, Small())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Decode, photo, Photo())->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(Decode, small, Small())->Unit(benchmark::kMicrosecond);

// Batches of resident Colored MNIST as networks read them. The limit: to copy
// such a batch, which lies in one piece.
void Gather(benchmark::State& state) {
  constexpr int64_t kExamples = 50000, kBatch = 128;
  Split split;
  split.inputs = at::randint(0, 256, {kExamples, 3, 28, 28}, at::kByte);
  split.labels = at::zeros({kExamples}, at::kLong);
  const at::Tensor order = at::randperm(kExamples, at::kLong);
  const at::Tensor whole = at::rand({kBatch, 3, 28, 28});
  at::Tensor copy = at::empty_like(whole);
  std::vector<double> gathers, copies;
  int64_t next = 0;
  for (auto _ : state) {
    const at::Tensor indices = order.slice(0, next, next + kBatch);
    next = (next + kBatch) % (kExamples - kBatch);
    gathers.push_back(
        Seconds([&] { benchmark::DoNotOptimize(split.Batch(indices)); }));
    state.SetIterationTime(gathers.back());
    copies.push_back(Seconds([&] { copy.copy_(whole); }));
  }
  state.counters["samples_per_s"] = kBatch / Median(gathers);
  state.counters["limit"] = kBatch / Median(copies);
  state.counters["share_of_limit"] = Median(copies) / Median(gathers);
}

BENCHMARK(Gather)->UseManualTime()->Unit(benchmark::kMicrosecond);

void WriteFiles(const std::string& folder, const std::string& name,
                const Kind& kind) {
  const std::vector<std::string> files = MakeFiles(kind.height, kind.width);
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string path = absl::StrCat(folder, "/", name, i, ".jpg");
    const absl::Status written = WriteFileAtomically(path, files[i]);
    BIGSTEP_CHECK(written.ok()) << written;
  }
}

}  // namespace
}  // namespace bigstep

int main(int argc, char** argv) {
  bigstep::RestartAsWorker(argv);
  bigstep::ConfigureCompute();
  benchmark::Initialize(&argc, argv);
  if (argc > 1) {
    const std::string folder = bigstep::UserPath(argv[1]).value();
    bigstep::WriteFiles(folder, "photo", bigstep::Photo());
    bigstep::WriteFiles(folder, "small", bigstep::Small());
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
