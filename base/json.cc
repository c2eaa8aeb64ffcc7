#include "base/json.h"

#include <openssl/evp.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace bigstep {

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
