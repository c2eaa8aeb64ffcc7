// Bytes that nobody meant as an IDX file. The first one chooses the rank.
#include <ATen/ATen.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "datasets/formats/idx_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const int rank = data[0] % 4 + 1;
  // A file that lives in memory.
  const int fd = memfd_create("input", 0);
  BIGSTEP_CHECK(fd >= 0 && write(fd, data + 1, size - 1) ==
                               static_cast<ssize_t>(size - 1));
  const auto tensor =
      bigstep::ReadIdx(absl::StrCat("/proc/self/fd/", fd), rank);
  close(fd);
  if (tensor.ok()) {
    BIGSTEP_CHECK(tensor->dim() == rank && tensor->numel() > 0);
  } else {
    BIGSTEP_CHECK(absl::IsDataLoss(tensor.status())) << tensor.status();
  }
  return 0;
}
