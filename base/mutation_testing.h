// Damaged files for tests of their readers.
#ifndef BIGSTEP_BASE_MUTATION_TESTING_H_
#define BIGSTEP_BASE_MUTATION_TESTING_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace bigstep {

// Changes texts at random, the same way on every machine for a seed.
class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // `text` with one to three changes: values exchanged for odd ones, bytes
  // changed, pieces deleted and repeated.
  std::string Mutate(std::string text) {
    for (size_t changes = 1 + Below(3); changes > 0; --changes) Change(text);
    return text;
  }

 private:
  // A number below `end`, 0 if that is 0. std::uniform_int_distribution differs
  // between libraries.
  size_t Below(size_t end) { return end == 0 ? 0 : random_() % end; }

  std::string OddValue() {
    static const std::string* const kValues =
        new std::string[]{"null",
                          "true",
                          "-1",
                          "0",
                          "0.5",
                          "1e23",
                          "1e308",
                          "-1e300",
                          "1e400",
                          "9223372036854775807",
                          "18446744073709551615",
                          "nan",
                          "inf",
                          "\"\"",
                          "[]",
                          "{}",
                          "[[1]]",
                          "{\"a\": {\"b\": []}}",
                          "\"\\u0000\\u001b[2J\"",
                          "\"=1+1\"",
                          "\"'\\\"`$(ls)<b>|\\n\"",
                          "\"../../x\"",
                          "\"\xff\"",
                          "\"\xc2\x9b\"",
                          "\"",
                          ",",
                          ":",
                          "\n"};
    constexpr size_t kCount = 28;
    const size_t choice = Below(kCount + 2);
    if (choice < kCount) return kValues[choice];
    const size_t depth = choice == kCount ? 60 : 100000;
    return absl::StrCat(std::string(depth, '['), std::string(depth, ']'));
  }

  void Change(std::string& text) {
    const size_t at = Below(text.size());
    const size_t length = std::min(Below(40), text.size() - at);
    switch (Below(6)) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(Below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.insert(at, OddValue());
        break;
      default:
        ExchangeValue(text, at);
    }
  }

  // Exchanges the first value of JSON or CSV after `at`.
  void ExchangeValue(std::string& text, size_t at) {
    size_t begin = text.find_first_of(":,[", at);
    if (begin == std::string::npos) return;
    begin = std::min(text.find_first_not_of(" \n", begin + 1), text.size());
    const size_t end =
        std::min(text.find_first_of(",\n]}", begin), text.size());
    text.replace(begin, end - begin, OddValue());
  }

  std::mt19937 random_;
};

}  // namespace bigstep

#endif  // BIGSTEP_BASE_MUTATION_TESTING_H_
