// Bytes that nobody meant as a file of CIFAR. The first one chooses the layout.
#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/log.h"
#include "datasets/formats/cifar_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::vector<bigstep::CifarLabelByte> label_bytes = {{"label", 10}};
  const int layout = data[0] % 3;
  if (layout > 0) label_bytes = {{"coarse label", 20}, {"fine label", 100}};
  const size_t used = layout == 2 ? 1 : 0;
  const auto read = bigstep::ParseCifar(
      {reinterpret_cast<const char*>(data + 1), size - 1}, label_bytes, used);
  if (!read.ok()) {
    BIGSTEP_CHECK(absl::IsDataLoss(read.status())) << read.status();
    return 0;
  }
  const int64_t n = read->images.size(0);
  BIGSTEP_CHECK(n * static_cast<int64_t>(label_bytes.size() + 3072) + 1 ==
                static_cast<int64_t>(size));
  BIGSTEP_CHECK(read->labels.size(0) == n);
  BIGSTEP_CHECK(
      read->labels.lt(label_bytes[used].num_classes).all().item<bool>());
  return 0;
}
