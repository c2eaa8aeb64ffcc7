#include "base/device.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace bigstep {
namespace {

using ::testing::StartsWith;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnMalloc = true;  // Sanitizers bring another malloc.
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kOwnMalloc = true;
#else
constexpr bool kOwnMalloc = false;
#endif
#else
constexpr bool kOwnMalloc = false;
#endif

bool HaveCuda() {
  const absl::StatusOr<c10::Device> device = ParseDevice("auto");
  return device.ok() && device->is_cuda();
}

TEST(DeviceTest, CpuIsTheCpu) {
  ASSERT_TRUE(ParseDevice("cpu").ok());
  EXPECT_EQ(*ParseDevice("cpu"), c10::Device(c10::kCPU));
}

TEST(DeviceTest, AutoIsTheFirstDeviceThereIs) {
  ASSERT_TRUE(ParseDevice("auto").ok());
  EXPECT_EQ(*ParseDevice("auto"), ParseDevice("cuda").ok()
                                      ? c10::Device(c10::kCUDA, 0)
                                      : c10::Device(c10::kCPU));
}

TEST(DeviceTest, OtherTextsAreRefused) {
  for (const std::string text :
       {"", "gpu", "CPU", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1x",
        "cuda: 1", "cuda:+1", " cuda", "cuda ", "cuda:99999999999"}) {
    EXPECT_EQ(ParseDevice(text).status(),
              absl::InvalidArgumentError(
                  "no device '" + text +
                  "'; expected auto, cpu, cuda or cuda:<number>"));
  }
}

TEST(DeviceTest, MissingCudaSaysWhatToDo) {
  if (HaveCuda()) GTEST_SKIP() << "this machine has CUDA";
  for (const std::string text : {"cuda", "cuda:0", "cuda:1"}) {
    EXPECT_EQ(ParseDevice(text).status(),
              absl::FailedPreconditionError(
                  "device '" + text +
                  "' is not available: 0 CUDA devices found; use "
                  "--device=cpu, or build against a LibTorch with CUDA "
                  "(LIBTORCH_ROOT, see third_party/README.md)"));
  }
}

TEST(DeviceTest, CudaDeviceBeyondTheLastIsNotAvailable) {
  EXPECT_EQ(ParseDevice("cuda:1000").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(DeviceTest, DescriptionNamesTheProcessor) {
  const std::string description = DeviceDescription(c10::Device(c10::kCPU));
  EXPECT_THAT(description, StartsWith("cpu: "));
  EXPECT_GT(description.size(), std::string("cpu: ").size());
}

TEST(DeviceTest, TheCpuHasNoStreams) {
  const absl::Status status = UseOwnStream(c10::Device(c10::kCPU));
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), StartsWith("cannot use cpu: "));
}

// OpenBLAS's own functions, or nullptr with another BLAS.
template <class Function>
Function* BlasFunction(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// 1e-40: a denormal float, or 0.
float Product() {
  return at::mul(at::full({1}, 1e-30f), at::full({1}, 1e-10f)).item<float>();
}

// True if freed blocks as large as the activations of a network, 1.25 GiB in
// all, stay with the process.
bool FreedMemoryStays() {
  constexpr size_t kBytes = size_t{32} << 20;
  constexpr size_t kBlocks = 40;
  std::vector<void*> blocks;
  for (size_t i = 0; i < kBlocks; ++i) blocks.push_back(std::malloc(kBytes));
  for (void* block : blocks) std::free(block);
  return mallinfo2().fordblks >= kBlocks * kBytes;
}

// What LibTorch would use in another thread. OpenMP has a number for each, and
// an OpenBLAS built with OpenMP sets that of the calling thread.
int ThreadsElsewhere() {
  int threads = 0;
  std::thread([&threads] { threads = at::get_num_threads(); }).join();
  return threads;
}

// Says what does not hold, and exits.
#define REQUIRE_OR_EXIT(holds)             \
  if (!(holds)) {                          \
    std::cerr << "false: " #holds << "\n"; \
    std::exit(1);                          \
  }

// Fails where oneDNN's are wrong and stay in use (LibTorch 2.6 with oneDNN
// 3.7.2).
TEST(DeviceTest, GradientsOfConvolutionsAreThoseOfFloat64) {
  UseRightConvolutions();
  for (const int64_t channels : {4, 8, 16}) {
    const auto gradients = [channels](at::ScalarType type) {
      at::manual_seed(channels);
      const at::Tensor inputs = at::randn({2, 8, 6, 6}).to(type);
      const at::Tensor weights = at::randn({channels, 8, 3, 3}).to(type);
      const at::Tensor outputs = at::randn({2, channels, 6, 6}).to(type);
      const auto [of_inputs, of_weights, of_bias] = at::convolution_backward(
          outputs, inputs, weights, at::OptionalIntArrayRef(), {1, 1}, {1, 1},
          {1, 1}, false, {0, 0}, 1, {true, true, false});
      return std::vector<at::Tensor>{of_inputs.to(at::kDouble),
                                     of_weights.to(at::kDouble)};
    };
    const auto found = gradients(at::kFloat), expected = gradients(at::kDouble);
    for (size_t i = 0; i < found.size(); ++i) {
      // 1e-4: sums of up to 144 products of size up to 10 in float32.
      EXPECT_TRUE(at::allclose(found[i], expected[i], 0, 1e-4))
          << channels << " channels, " << i;
    }
  }
}

// Runs in a process of its own.
void ConfigureAndLook() {
  auto* set_blas_threads = BlasFunction<void(int)>("openblas_set_num_threads");
  auto* blas_threads = BlasFunction<int()>("openblas_get_num_threads");
  // The test's environment asks for one thread: undo that.
  at::set_num_threads(3);
  if (set_blas_threads != nullptr) set_blas_threads(2);
  // The values that the call sets must not be set before.
  REQUIRE_OR_EXIT(at::get_num_threads() == 3);
  REQUIRE_OR_EXIT(Product() > 0);
  REQUIRE_OR_EXIT(kOwnMalloc || !FreedMemoryStays());

  ConfigureCompute();
  REQUIRE_OR_EXIT(at::get_num_threads() == 1);
  REQUIRE_OR_EXIT(ThreadsElsewhere() == 1);
  REQUIRE_OR_EXIT(at::get_num_interop_threads() == 1);
  REQUIRE_OR_EXIT(blas_threads == nullptr || blas_threads() == 1);
  REQUIRE_OR_EXIT(Product() == 0);
  {
    const KeepDenormals exact;
    REQUIRE_OR_EXIT(Product() > 0);
    volatile double least = 1e-310;
    REQUIRE_OR_EXIT(least > 0 && least * 0.5 > 0);
  }
  REQUIRE_OR_EXIT(Product() == 0);
  REQUIRE_OR_EXIT(kOwnMalloc || FreedMemoryStays());
  std::exit(0);
}

TEST(DeviceDeathTest, ComputeIsConfiguredForOneTrial) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";  // A fresh process.
  EXPECT_EXIT(ConfigureAndLook(), testing::ExitedWithCode(0), "");
}

using Variables = std::vector<std::pair<std::string, std::string>>;

TEST(DeviceTest, TheEnvironmentSetsThreadsAndLargePages) {
  unsetenv("GLIBC_TUNABLES");
  EXPECT_EQ(ComputeEnvironment(3),
            (Variables{{"OMP_NUM_THREADS", "3"},
                       {"OPENBLAS_NUM_THREADS", "3"},
                       {"MKL_NUM_THREADS", "3"},
                       {"GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"}}));
}

TEST(DeviceTest, TheUsersTunablesStay) {
  setenv("GLIBC_TUNABLES", "glibc.malloc.arena_max=1", /*overwrite=*/1);
  EXPECT_EQ(ComputeEnvironment().back().second,
            "glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1");
  setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=0", /*overwrite=*/1);
  EXPECT_EQ(ComputeEnvironment().back().first, "MKL_NUM_THREADS");
  unsetenv("GLIBC_TUNABLES");
}

}  // namespace
}  // namespace bigstep
