#include "datasets/fetch/fetch.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/files.h"
#include "base/status.h"
#include "datasets/fetch/checksum.h"
#include "datasets/fetch/files.h"
#include "datasets/fetch/layout.h"
#include "datasets/fetch/staging.h"
#include "datasets/fetch/unpack.h"

namespace bigstep {
namespace {

std::string Below(const std::string& folder, const std::string& path) {
  return absl::StrCat(folder, "/", path);
}

// The same status with more to its message.
absl::Status Annotate(const absl::Status& status, absl::string_view text) {
  return absl::Status(status.code(), absl::StrCat(status.message(), text));
}

// Whether `file` is in its place: NotFound if nothing is there, DataLoss if
// something else is, Cancelled once `interrupted` says so.
absl::Status CheckInstalled(const SourceFile& file,
                            const std::string& data_root,
                            const std::function<bool()>& interrupted) {
  const std::string target = Below(data_root, file.target);
  if (Exists(target)) {
    const absl::Status status =
        file.archive ? CheckUnpacked(target, *file.archive)
                     : VerifyFile(target, file.size, file.sha256, interrupted);
    if (status.ok() || absl::IsCancelled(status)) return status;
    return absl::DataLossError(status.message());
  }
  const std::string other = Below(data_root, file.also_at);
  if (!file.also_at.empty() &&
      (file.archive ? CheckUnpacked(other, *file.archive)
                    : VerifyFile(other, file.also_size, "", interrupted))
          .ok()) {
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrCat("found no ", target));
}

absl::Status CheckOtherLayout(const CatalogueEntry& entry,
                              const std::string& data_root) {
  if (entry.check_other_layout) return entry.check_other_layout(data_root);
  return absl::NotFoundError("no other layout exists");
}

// The temporary name of the folder that `file` replaces.
std::string ReplacedName(const SourceFile& file) {
  return absl::StrCat(file.name, ".replaced");
}

// Undoes or completes the replacement of a folder during which an earlier run
// died.
absl::Status FinishReplacing(const CatalogueEntry& entry,
                             const std::string& data_root, Meter& meter) {
  for (const SourceFile& file : entry.files) {
    const std::string name = ReplacedName(file);
    // Looks before it opens, which would write to the data root.
    if (!Exists(Staging::PathIn(data_root, entry.name, name))) continue;
    ASSIGN_OR_RETURN(const std::unique_ptr<Staging> staging,
                     Staging::Open(data_root, entry.name));
    const std::string replaced = staging->Path(name);
    const std::string target = Below(data_root, file.target);
    if (Exists(target)) {
      RETURN_IF_ERROR(Remove(replaced));
    } else if (Exists(replaced)) {
      RETURN_IF_ERROR(Rename(replaced, target));
      meter.Say(absl::StrCat(entry.name, ": put ", target,
                             " back, which an earlier run was replacing"));
    }
  }
  return absl::OkStatus();
}

// Fetches the files of one entry.
class Fetcher {
 public:
  Fetcher(const CatalogueEntry& entry, const FetchOptions& options,
          const Staging& staging, Meter& meter)
      : entry_(entry), options_(options), staging_(staging), meter_(meter) {}

  absl::Status FetchFile(const SourceFile& file);

 private:
  absl::StatusOr<std::string> FindInMirror(const SourceFile& file) const;
  absl::Status CopyFromMirror(const SourceFile& file);
  absl::Status Copy(const std::string& from, const std::string& to) const;
  absl::Status GetFile(const SourceFile& file);
  absl::Status DownloadFile(const SourceFile& file);
  absl::Status DownloadFrom(const std::string& url, const SourceFile& file);
  absl::Status Verify(const std::string& path, const SourceFile& file);
  absl::Status Tolerate(const absl::Status& status);
  absl::Status UnpackTo(const std::string& target, const std::string& path,
                        const SourceFile& file);
  void Say(absl::string_view text) {
    meter_.Say(absl::StrCat(entry_.name, ": ", text));
  }
  std::string Target(const SourceFile& file) const {
    return Below(options_.data_root, file.target);
  }

  std::string PartPath(const SourceFile& file) const {
    return staging_.Path(absl::StrCat(file.name, ".part"));
  }

  const CatalogueEntry& entry_;
  const FetchOptions& options_;
  const Staging& staging_;
  Meter& meter_;
};

absl::Status Fetcher::Tolerate(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kDataLoss ||
      !options_.allow_wrong_checksums) {
    return status;
  }
  Say(absl::StrCat("warning: ", status.message(), "; used anyway"));
  return absl::OkStatus();
}

absl::Status Fetcher::Verify(const std::string& path, const SourceFile& file) {
  const std::function<bool()>& interrupted = options_.download.interrupted;
  RETURN_IF_ERROR(
      Tolerate(VerifyFile(path, file.size, file.sha256, interrupted)));
  if (!file.sha256.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string found, Sha256OfFile(path, interrupted));
  Say(absl::StrCat("no checksum of ", file.name,
                   " is published; this one has sha256 ", found));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Fetcher::FindInMirror(
    const SourceFile& file) const {
  const std::string nested =
      absl::StrCat(options_.mirror, "/", entry_.name, "/", file.name);
  const std::string flat = Below(options_.mirror, file.name);
  if (Exists(nested)) return nested;
  if (Exists(flat)) return flat;
  return absl::NotFoundError(
      absl::StrCat("found neither ", nested, " nor ", flat, "; ",
                   file.urls.empty() ? "put it there"
                                     : "put it there, or download it "
                                       "without --mirror"));
}

absl::Status Fetcher::Copy(const std::string& from,
                           const std::string& to) const {
  RETURN_IF_ERROR(Remove(to));
  ASSIGN_OR_RETURN(OutputFile output, OutputFile::Create(to));
  return ReadInPieces(from, [&](absl::string_view piece) {
    if (options_.download.interrupted()) {
      return absl::CancelledError("interrupted");
    }
    return output.Write(piece);
  });
}

// Leaves a verified copy in the staging folder, under the file's own name. It
// is the copy that is verified: the mirror may change meanwhile.
absl::Status Fetcher::CopyFromMirror(const SourceFile& file) {
  ASSIGN_OR_RETURN(const std::string source, FindInMirror(file));
  Say(absl::StrCat("taking ", source));
  const std::string copy = staging_.Path(absl::StrCat(file.name, ".copy"));
  absl::Status status;
  // Avoids copying a file of the wrong size.
  if (!options_.allow_wrong_checksums) {
    status = VerifyFile(source, file.size, "", options_.download.interrupted);
  }
  if (status.ok()) status = Copy(source, copy);
  if (status.ok()) status = Verify(copy, file);
  if (status.ok()) return Rename(copy, staging_.Path(file.name));
  (void)Remove(copy);  // The first error says more.
  if (!absl::IsDataLoss(status)) return status;
  return Annotate(status, absl::StrCat("; ", source,
                                       " is not the official file: get that, "
                                       "or use this one anyway with "
                                       "--allow_wrong_checksums"));
}

// Leaves the verified file in the staging folder, under its own name.
absl::Status Fetcher::DownloadFrom(const std::string& url,
                                   const SourceFile& file) {
  const std::string part = PartPath(file);
  const std::string bad = staging_.Path(absl::StrCat(file.name, ".bad"));
  const PartialFile partial = {
      .path = part,
      .bad_path = bad,
      .label = entry_.name,
      .size = options_.allow_wrong_checksums ? std::nullopt : file.size,
      .verified = !file.sha256.empty() && !options_.allow_wrong_checksums};
  const absl::StatusOr<int64_t> before = SizeOf(part);
  Say(absl::StrCat(before.ok() && *before > 0 ? "resuming " : "getting ", url));
  RETURN_IF_ERROR(Download(url, partial, options_.download, meter_));
  absl::Status status = Verify(part, file);
  if (status.code() == absl::StatusCode::kDataLoss && before.ok()) {
    Say("the partial file does not match the rest; downloading all of it "
        "again");
    RETURN_IF_ERROR(Remove(part));
    RETURN_IF_ERROR(Download(url, partial, options_.download, meter_));
    status = Verify(part, file);
  }
  if (status.code() == absl::StatusCode::kDataLoss) {
    RETURN_IF_ERROR(Rename(part, bad));
    return Annotate(status, absl::StrCat("; kept as ", bad));
  }
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(Remove(absl::StrCat(part, ".etag")));
  return Rename(part, staging_.Path(file.name));
}

absl::Status Fetcher::DownloadFile(const SourceFile& file) {
  const std::string part = PartPath(file);
  std::string failures;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  for (const std::string& url : file.urls) {
    const absl::Status status = DownloadFrom(url, file);
    if (status.code() != absl::StatusCode::kUnavailable &&
        status.code() != absl::StatusCode::kDataLoss) {
      return status;
    }
    if (status.code() == absl::StatusCode::kDataLoss) code = status.code();
    const absl::StatusOr<int64_t> came = SizeOf(part);
    if (came.ok() && *came == 0) RETURN_IF_ERROR(Remove(part));
    absl::StrAppend(&failures, "\n  ", status.message());
  }
  return absl::Status(
      code, absl::StrCat("cannot download ", file.name, ":", failures,
                         "\n  try again later, or get it by other means and "
                         "name its folder with --mirror",
                         code == absl::StatusCode::kDataLoss
                             ? "; --allow_wrong_checksums takes it as it is"
                             : ""));
}

// Leaves the verified file in the staging folder, under its own name.
absl::Status Fetcher::GetFile(const SourceFile& file) {
  const std::string whole = staging_.Path(file.name);
  // If it is there, an earlier run was stopped while unpacking.
  if (Exists(whole) && !IsLink(whole)) {
    const absl::Status status = VerifyFile(whole, file.size, file.sha256,
                                           options_.download.interrupted);
    if (status.ok() || absl::IsCancelled(status)) return status;
  }
  return options_.mirror.empty() ? DownloadFile(file) : CopyFromMirror(file);
}

absl::Status Fetcher::UnpackTo(const std::string& target,
                               const std::string& path,
                               const SourceFile& file) {
  Say(absl::StrCat("unpacking to ", target));
  const std::string unpacked = staging_.Path("unpacked");
  RETURN_IF_ERROR(Remove(unpacked));
  absl::Status status = Unpack(path, file.archive->folder, unpacked,
                               options_.download.interrupted);
  if (status.ok()) status = Tolerate(CheckUnpacked(unpacked, *file.archive));
  if (status.ok()) status = Flush(unpacked);
  if (!status.ok()) {
    (void)Remove(unpacked);  // The first error says more.
    return status;
  }
  return ReplaceFolder(unpacked, target, staging_.Path(ReplacedName(file)));
}

absl::Status Fetcher::FetchFile(const SourceFile& file) {
  const std::string target = Target(file);
  RETURN_IF_ERROR(
      MakeFolder(std::filesystem::path(target).parent_path().string()));
  RETURN_IF_ERROR(GetFile(file));
  const std::string whole = staging_.Path(file.name);
  const std::string bad = absl::StrCat(whole, ".bad");
  if (file.archive) {
    const absl::Status status = UnpackTo(target, whole, file);
    if (status.code() == absl::StatusCode::kDataLoss) {
      RETURN_IF_ERROR(Rename(whole, bad));
      return Annotate(status, absl::StrCat("; kept as ", bad));
    }
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(Remove(whole));
  } else {
    RETURN_IF_ERROR(Flush(whole));
    RETURN_IF_ERROR(Rename(whole, target));
  }
  return Remove(bad);
}

// The files that are to be fetched. DataLoss if one that is there is wrong.
absl::StatusOr<std::vector<const SourceFile*>> FindWanted(
    const CatalogueEntry& entry, const FetchOptions& options, Meter& meter) {
  std::vector<const SourceFile*> wanted;
  for (const SourceFile& file : entry.files) {
    if (options.force) {
      wanted.push_back(&file);
      continue;
    }
    const absl::Status status =
        CheckInstalled(file, options.data_root, options.download.interrupted);
    if (absl::IsCancelled(status)) return status;
    if (absl::IsNotFound(status)) wanted.push_back(&file);
    if (status.ok() || absl::IsNotFound(status)) continue;
    if (!options.allow_wrong_checksums) {
      return Annotate(status, "; move it away, or replace it with --force");
    }
    meter.Say(absl::StrCat(entry.name, ": warning: ", status.message(),
                           "; left as it is"));
  }
  return wanted;
}

}  // namespace

absl::Status Fetch(const CatalogueEntry& entry, const FetchOptions& options,
                   Meter& meter) {
  RETURN_IF_ERROR(FinishReplacing(entry, options.data_root, meter));
  absl::Status other = absl::NotFoundError("not looked for");
  if (!options.force) other = CheckOtherLayout(entry, options.data_root);
  if (absl::IsDataLoss(other)) {
    return Annotate(other, "; complete it, or move it away");
  }
  std::vector<const SourceFile*> wanted;
  if (!other.ok()) {
    ASSIGN_OR_RETURN(wanted, FindWanted(entry, options, meter));
  }
  if (other.ok() || (wanted.empty() && !entry.files.empty())) {
    meter.Say(absl::StrCat(entry.name, ": complete already"));
    return absl::OkStatus();
  }
  if (!entry.by_hand.empty() &&
      (options.mirror.empty() || entry.files.empty())) {
    return absl::FailedPreconditionError(entry.by_hand);
  }
  meter.Say(absl::StrCat(entry.name, ": terms of use: ", entry.terms));
  ASSIGN_OR_RETURN(const std::unique_ptr<Staging> staging,
                   Staging::Open(options.data_root, entry.name));
  Fetcher fetcher(entry, options, *staging, meter);
  for (const SourceFile* file : wanted) {
    if (options.download.interrupted()) {
      return absl::CancelledError("interrupted");
    }
    RETURN_IF_ERROR(fetcher.FetchFile(*file));
  }
  meter.Say(absl::StrCat(entry.name, ": complete"));
  return absl::OkStatus();
}

std::string DescribeState(const CatalogueEntry& entry,
                          const std::string& data_root) {
  const absl::Status other = CheckOtherLayout(entry, data_root);
  if (other.ok()) return "complete";
  if (absl::IsDataLoss(other)) return absl::StrCat("wrong: ", other.message());
  if (entry.files.empty()) return "by hand";
  size_t missing = 0;
  for (const SourceFile& file : entry.files) {
    const absl::Status status =
        CheckInstalled(file, data_root, [] { return false; });
    if (absl::IsNotFound(status)) {
      ++missing;
    } else if (!status.ok()) {
      return absl::StrCat("wrong: ", status.message());
    }
  }
  if (missing == 0) return "complete";
  if (missing < entry.files.size()) {
    return absl::StrCat("incomplete: ", missing, " of ", entry.files.size(),
                        " files missing");
  }
  return entry.by_hand.empty() ? "missing" : "missing, by hand";
}

}  // namespace bigstep
