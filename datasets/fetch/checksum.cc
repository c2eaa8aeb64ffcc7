#include "datasets/fetch/checksum.h"

#include <openssl/evp.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

// libcrypto returns 1 for success.
absl::Status CheckCrypto(int code, const std::string& path) {
  if (code == 1) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("libcrypto cannot compute the SHA-256 of ", path));
}

}  // namespace

absl::StatusOr<std::string> Sha256Of(const std::string& path,
                                     const std::function<bool()>& interrupted) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(
      EVP_MD_CTX_new(), EVP_MD_CTX_free);
  RETURN_IF_ERROR(
      CheckCrypto(context == nullptr
                      ? 0
                      : EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr),
                  path));
  RETURN_IF_ERROR(ReadInPieces(path, [&](absl::string_view piece) {
    if (interrupted()) return absl::CancelledError("interrupted");
    return CheckCrypto(
        EVP_DigestUpdate(context.get(), piece.data(), piece.size()), path);
  }));
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  RETURN_IF_ERROR(CheckCrypto(
      EVP_DigestFinal_ex(context.get(),
                         reinterpret_cast<unsigned char*>(bytes.data()), &size),
      path));
  bytes.resize(size);
  return absl::BytesToHexString(bytes);
}

absl::Status VerifyFile(const std::string& path,
                        const std::optional<int64_t>& size,
                        const std::string& sha256,
                        const std::function<bool()>& interrupted) {
  ASSIGN_OR_RETURN(const int64_t found_size, SizeOf(path));
  if (size && found_size != *size) {
    return absl::DataLossError(absl::StrFormat(
        "%s: expected %d bytes, found %d", path, *size, found_size));
  }
  if (sha256.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string found, Sha256Of(path, interrupted));
  if (found == sha256) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrFormat("%s: expected sha256 %s, found %s", path, sha256, found));
}

}  // namespace bigstep
