// Small files in the formats of MNIST and CIFAR, for tests.
#ifndef BIGSTEP_DATASETS_FORMATS_TESTING_H_
#define BIGSTEP_DATASETS_FORMATS_TESTING_H_

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {

// An IDX file of unsigned bytes: two zero bytes, 8, the number of sizes, the
// sizes (four bytes each, big-endian), the data.
inline std::string Idx(const std::vector<uint32_t>& sizes,
                       const std::string& data) {
  std::string file = {0, 0, 8, static_cast<char>(sizes.size())};
  for (const uint32_t size : sizes) {
    for (const int shift : {24, 16, 8, 0}) {
      file += static_cast<char>(size >> shift & 0xff);
    }
  }
  return file + data;
}

// A record of CIFAR: its label bytes, then pixels [3, 32, 32], here all of the
// same value.
inline std::string CifarRecord(const std::string& label_bytes, char pixel) {
  return label_bytes + std::string(3 * 32 * 32, pixel);
}

// CIFAR-10 below `root`: `train` goes to the five files in equal parts, which
// its number must allow.
inline void WriteCifar10(const std::string& root,
                         const std::vector<std::string>& train,
                         const std::vector<std::string>& test) {
  const std::string folder = root + "/cifar-10-batches-bin/";
  const size_t part = train.size() / 5;
  for (size_t file = 0; file < 5; ++file) {
    const auto begin = train.begin() + file * part;
    WriteTestFile(folder + "data_batch_" + std::to_string(file + 1) + ".bin",
                  std::accumulate(begin, begin + part, std::string()));
  }
  WriteTestFile(folder + "test_batch.bin",
                std::accumulate(test.begin(), test.end(), std::string()));
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_TESTING_H_
