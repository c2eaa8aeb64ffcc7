// Small files in the format of MNIST, for tests.
#ifndef BIGSTEP_DATASETS_COMMON_TESTING_H_
#define BIGSTEP_DATASETS_COMMON_TESTING_H_

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/testing.h"

namespace bigstep {

inline void WriteTestFile(const std::string& path, const std::string& content) {
  std::filesystem::create_directories(
      std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

inline std::string ReadTestFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

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

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_COMMON_TESTING_H_
