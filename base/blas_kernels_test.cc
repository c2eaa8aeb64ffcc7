#include "base/blas_kernels.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/machine.h"

namespace bigstep {
namespace {

TEST(BlasKernelsTest, KernelsForAvx2AreReplacedWhereThereIsAvx512) {
  EXPECT_EQ(KernelsToSet("Haswell", "", true), "SkylakeX");
  EXPECT_EQ(KernelsToSet("Zen", "", true), "SkylakeX");
  EXPECT_EQ(KernelsToSet("Haswell", "", false), "");
  EXPECT_EQ(KernelsToSet("Cooperlake", "", true), "");
  EXPECT_EQ(KernelsToSet("", "", true), "");  // Not OpenBLAS.
}

TEST(BlasKernelsTest, ThoseOfARecordAreTakenWhereTheyRun) {
  EXPECT_EQ(KernelsToSet("SkylakeX", "Haswell", true), "Haswell");
  EXPECT_EQ(KernelsToSet("Haswell", "SkylakeX", true), "SkylakeX");
  EXPECT_EQ(KernelsToSet("Haswell", "Zen", false), "Zen");
  EXPECT_EQ(KernelsToSet("Haswell", "SkylakeX", false), "");
  EXPECT_EQ(KernelsToSet("Nehalem", "Haswell", false), "");
  EXPECT_EQ(KernelsToSet("Haswell", "Sapphirerapids", true), "");
  EXPECT_EQ(KernelsToSet("Haswell", "Haswell", true), "");
}

TEST(BlasKernelsTest, ARecordNamesThem) {
  EXPECT_EQ(KernelsIn("OpenBLAS 0.3.21 MAX_THREADS=64, kernels for Zen"),
            "Zen");
  EXPECT_EQ(KernelsIn("Intel(R) oneAPI Math Kernel Library"), "");
  const Json blas = LibraryVersions().at("blas");
  if (blas.is_string()) {
    EXPECT_EQ(KernelsIn(blas.get<std::string>()), BlasKernels());
  }
}

TEST(BlasKernelsTest, TheUsersChoiceStays) {
  setenv(kBlasKernelsVariable, "Haswell", 1);
  EXPECT_EQ(KernelsToSet(), "");
  EXPECT_EQ(KernelsToSet("SkylakeX"), "");
  unsetenv(kBlasKernelsVariable);
}

}  // namespace
}  // namespace bigstep
