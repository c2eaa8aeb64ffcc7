#include "base/device.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <malloc.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/exceptions.h"
#include "base/unicode.h"

namespace bigstep {
namespace {

constexpr char kLargePages[] = "glibc.malloc.hugetlb";

// The "model name" of the first processor, or "unknown".
std::string CpuName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const size_t colon = line.find(':');
    if (absl::StartsWith(line, "model name") && colon != std::string::npos) {
      return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    }
  }
  return "unknown";
}

// The gradients with respect to inputs and weights of a convolution without
// padding, from 2 to 4 channels of 6 by 6 pixels.
std::vector<at::Tensor> ConvolutionGradients() {
  const auto waves = [](at::IntArrayRef sizes, double frequency) {
    const int64_t n = c10::multiply_integers(sizes);
    return at::arange(n, at::kFloat).mul(frequency).sin().view(sizes);
  };
  const auto [inputs, weights, bias] = at::convolution_backward(
      waves({2, 4, 4, 4}, 0.7), waves({2, 2, 6, 6}, 1.3),
      waves({4, 2, 3, 3}, 2.1), at::OptionalIntArrayRef(), /*stride=*/{1, 1},
      /*padding=*/{0, 0}, /*dilation=*/{1, 1}, /*transposed=*/false,
      /*output_padding=*/{0, 0}, /*groups=*/1, {true, true, false});
  return {inputs, weights};
}

int CudaDevices() {
  return at::hasCUDA()
             ? static_cast<int>(at::detail::getCUDAHooks().getNumGPUs())
             : 0;
}

}  // namespace

absl::StatusOr<c10::Device> ParseDevice(absl::string_view text) {
  if (text == "cpu") return c10::Device(c10::kCPU);
  if (text == "auto") {
    return CudaDevices() > 0 ? c10::Device(c10::kCUDA, 0)
                             : c10::Device(c10::kCPU);
  }
  absl::string_view number = text;
  int index = 0;
  if (text != "cuda" &&
      !(absl::ConsumePrefix(&number, "cuda:") &&
        // SimpleAtoi alone takes spaces and signs.
        number.find_first_not_of("0123456789") == absl::string_view::npos &&
        absl::SimpleAtoi(number, &index))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no device '", text, "'; expected auto, cpu, cuda or cuda:<number>",
        OddCharacterHint(text)));
  }
  if (index >= CudaDevices()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "device '", text, "' is not available: ", CudaDevices(),
        " CUDA devices found; use --device=cpu, or build against a LibTorch "
        "with CUDA (LIBTORCH_ROOT, see third_party/README.md)"));
  }
  return c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

std::string DeviceDescription(c10::Device device) {
  return device.is_cpu() ? absl::StrCat("cpu: ", CpuName()) : device.str();
}

void ConfigureCompute(int threads) {
  at::set_num_threads(threads);
  at::set_num_interop_threads(1);
  // Looked up at run time: LibTorch may have been built with another BLAS.
  if (void* set_threads = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(set_threads)(threads);
  }
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, -1);  // Never.
  at::globalContext().setFlushDenormal(true);
  UseRightConvolutions();
}

void UseRightConvolutions() {
  at::Context& context = at::globalContext();
  if (!at::hasMKLDNN() || !context.userEnabledMkldnn()) return;
  const std::vector<at::Tensor> fast = ConvolutionGradients();
  context.setUserEnabledMkldnn(false);
  const std::vector<at::Tensor> plain = ConvolutionGradients();
  bool right = true;
  for (size_t i = 0; i < fast.size(); ++i) {
    // Sums of up to 36 products of numbers up to 1.
    right = right && at::allclose(fast[i], plain[i], 0, 1e-4);
  }
  context.setUserEnabledMkldnn(right);
}

KeepDenormals::KeepDenormals() {
  std::fegetenv(&before_);
  at::globalContext().setFlushDenormal(false);
}

KeepDenormals::~KeepDenormals() { std::fesetenv(&before_); }

void ConfigureDevice(c10::Device device) {
  if (!device.is_cuda()) return;
  at::Context& context = at::globalContext();
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  // TF32 keeps 10 bits of a float32's 23. LibTorch lets cuDNN use it.
  context.setAllowTF32CuDNN(false);
  context.setAllowTF32CuBLAS(false);
  // cuBLAS reads it when it starts. The user's own value stays.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
}

absl::Status UseOwnStream(c10::Device device) {
  const absl::Status status = CatchExceptions([device] {
    const c10::impl::VirtualGuardImpl streams(device.type());
    streams.setDevice(device);
    streams.exchangeStream(streams.getStreamFromGlobalPool(device));
    return absl::OkStatus();
  });
  if (status.ok()) return status;
  return absl::UnavailableError(
      absl::StrCat("cannot use ", device.str(), ": ", status.message()));
}

std::vector<std::pair<std::string, std::string>> ComputeEnvironment(
    int threads) {
  std::vector<std::pair<std::string, std::string>> variables;
  for (const char* name :
       {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}) {
    variables.emplace_back(name, absl::StrCat(threads));
  }
  const char* const given = std::getenv("GLIBC_TUNABLES");
  const std::string tunables = given == nullptr ? "" : given;
  if (!absl::StrContains(tunables, kLargePages)) {
    variables.emplace_back(
        "GLIBC_TUNABLES",
        absl::StrCat(tunables, tunables.empty() ? "" : ":", kLargePages, "=1"));
  }
  return variables;
}

}  // namespace bigstep
