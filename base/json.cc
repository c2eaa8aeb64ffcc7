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
    text += value.dump();
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

}  // namespace

std::string CanonicalJson(const Json& value) { return value.dump(); }

absl::StatusOr<Json> ParseJson(absl::string_view text) {
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
