#include "base/json.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace bigstep {
namespace {

// The length of an excerpt, in bytes.
constexpr size_t kExcerpt = 80;

// The deepest nesting of lists and objects that is parsed. Copying, comparing
// and writing a value take stack for each level.
constexpr int kMaxJsonDepth = 64;

std::string StringExcerpt(const std::string& value) {
  // A character is shown in no fewer bytes than it has, up to four. The last
  // one may be cut; `replace` bears that, beyond what is shown.
  return Json(value.substr(0, kExcerpt + 4))
      .dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
}

// Appends `value` until `text` is longer than an excerpt.
void AppendExcerpt(const Json& value, std::string& text) {
  if (value.is_string()) {
    text += StringExcerpt(value.get_ref<const std::string&>());
  } else if (!value.is_structured()) {
    text += CanonicalJson(value);
  } else {
    text += value.is_array() ? '[' : '{';
    bool first = true;
    for (const auto& [key, item] : value.items()) {
      if (text.size() > kExcerpt) return;
      if (!std::exchange(first, false)) text += ',';
      if (value.is_object()) text += StringExcerpt(key) + ':';
      AppendExcerpt(item, text);
    }
    text += value.is_array() ? ']' : '}';
  }
}

// The position at which `text` begins a list or object deeper than
// kMaxJsonDepth, or npos. The parser finds all other errors.
size_t FindTooDeep(absl::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
        quoted = !quoted;
        break;
      case '\\':
        if (quoted) ++i;
        break;
      case '[':
      case '{':
        if (!quoted && ++depth > kMaxJsonDepth) return i;
        break;
      case ']':
      case '}':
        if (!quoted) --depth;
        break;
    }
  }
  return absl::string_view::npos;
}

}  // namespace

std::string CanonicalJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  const size_t too_deep = FindTooDeep(text);
  if (too_deep != absl::string_view::npos) {
    return absl::DataLossError(
        absl::StrCat("expected JSON nested at most ", kMaxJsonDepth,
                     " deep, found more at byte ", too_deep + 1));
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::parse_error& error) {
    return absl::DataLossError(
        absl::StrCat("not valid JSON at byte ", error.byte));
  } catch (const Json::out_of_range&) {
    return absl::DataLossError("a number is too large for a double");
  }
}

std::string Excerpt(const Json& value) {
  if (value.is_null()) return "nothing";
  std::string text;
  AppendExcerpt(value, text);
  if (text.size() <= kExcerpt) return text;
  return absl::StrCat(text.substr(0, kExcerpt), "...");
}

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size,
                            EVP_sha256(), nullptr);
  BIGSTEP_CHECK(ok == 1) << "libcrypto could not compute SHA-256";
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace bigstep
