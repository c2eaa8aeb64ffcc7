#include "datasets/fetch/unpack.h"

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/files.h"
#include "base/log.h"
#include "base/status.h"
#include "datasets/fetch/files.h"

namespace bigstep {
namespace {

namespace fs = std::filesystem;

// An archive read from the front.
class ArchiveReader {
 public:
  static absl::StatusOr<ArchiveReader> Open(const std::string& path) {
    ArchiveReader reader(path);
    // Not all filters: some of libarchive's run other programs. Without zlib
    // this one would, too.
    BIGSTEP_CHECK(archive_read_support_filter_gzip(reader.archive_.get()) ==
                  ARCHIVE_OK)
        << "libarchive is built without zlib";
    archive_read_support_format_tar(reader.archive_.get());
    archive_read_support_format_zip(reader.archive_.get());
    constexpr size_t kBlock = 1 << 16;
    if (archive_read_open_filename(reader.archive_.get(), path.c_str(),
                                   kBlock) != ARCHIVE_OK) {
      return reader.Broken();
    }
    return reader;
  }

  // The next entry; null at the end of the archive.
  absl::StatusOr<archive_entry*> Next() {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_.get(), &entry);
    if (code == ARCHIVE_EOF) return nullptr;
    // Warnings as well: they are about names that this system cannot represent.
    if (code != ARCHIVE_OK) return Broken();
    return entry;
  }

  // More of the content of the current entry, in `buffer`; none at its end.
  absl::StatusOr<absl::string_view> Read(std::vector<char>& buffer) {
    const la_ssize_t size =
        archive_read_data(archive_.get(), buffer.data(), buffer.size());
    if (size < 0) return Broken();
    return absl::string_view(buffer.data(), size);
  }

  absl::Status TooManyEntries(int64_t most) const {
    return absl::DataLossError(
        absl::StrCat(path_, ": expected at most ", most,
                     " entries in an archive of its size, found more"));
  }

  absl::Status Error(absl::string_view entry, absl::string_view expected,
                     absl::string_view found) const {
    return absl::DataLossError(absl::StrCat(path_, ": entry '", entry,
                                            "': expected ", expected,
                                            ", found ", found));
  }

 private:
  struct Free {
    void operator()(archive* reader) const { archive_read_free(reader); }
  };

  explicit ArchiveReader(std::string path)
      : path_(std::move(path)), archive_(archive_read_new()) {}

  absl::Status Broken() const {
    const char* message = archive_error_string(archive_.get());
    return absl::DataLossError(
        absl::StrCat(path_, ": expected an intact archive, found: ",
                     message == nullptr ? "no reason given" : message));
  }

  std::string path_;
  std::unique_ptr<archive, Free> archive_;
};

// The name that is to be looked at: without "./" in front and "/" at the end.
std::string PlainName(absl::string_view name) {
  while (absl::ConsumePrefix(&name, "./")) {
  }
  while (absl::ConsumeSuffix(&name, "/")) {
  }
  return std::string(name);
}

// Whether a name could lead out of the folder that it is relative to.
bool LeadsOut(const fs::path& name) {
  if (name.is_absolute()) return true;
  for (const fs::path& part : name) {
    if (part == "..") return true;
  }
  return false;
}

absl::string_view TypeName(unsigned type) {
  switch (type) {
    case AE_IFLNK:
      return "a symbolic link";
    case AE_IFCHR:
    case AE_IFBLK:
      return "a device";
    case AE_IFIFO:
      return "a pipe";
    default:
      return "something else";
  }
}

// Unpacks an archive, once.
class Unpacker {
 public:
  Unpacker(ArchiveReader reader, const std::string& folder,
           const std::string& to, int64_t limit, int64_t max_entries,
           const std::function<bool()>& interrupted)
      : reader_(std::move(reader)),
        prefix_(folder + "/"),
        to_(to),
        limit_(limit),
        left_(limit),
        max_entries_(max_entries),
        interrupted_(interrupted) {}

  absl::Status Run();

 private:
  absl::Status UnpackEntry(archive_entry* entry);
  absl::Status WriteEntry(const std::string& name, const std::string& path);

  ArchiveReader reader_;
  const std::string prefix_;  // Of the names that are wanted.
  const std::string& to_;
  const int64_t limit_;  // Of all files together, in bytes.
  int64_t left_;         // The rest of it.
  const int64_t max_entries_;
  int64_t entries_ = 0;  // So far.
  const std::function<bool()>& interrupted_;
};

absl::Status Unpacker::Run() {
  for (;;) {
    ASSIGN_OR_RETURN(archive_entry* const entry, reader_.Next());
    if (entry == nullptr) return absl::OkStatus();
    if (interrupted_()) return absl::CancelledError("interrupted");
    if (++entries_ > max_entries_) {
      return reader_.TooManyEntries(max_entries_);
    }
    RETURN_IF_ERROR(UnpackEntry(entry));
  }
}

// Unpacks the current entry if it is wanted.
absl::Status Unpacker::UnpackEntry(archive_entry* entry) {
  const char* const given = archive_entry_pathname(entry);
  const std::string name = PlainName(given == nullptr ? "" : given);
  // Names are looked at here and files made afresh below, instead of by
  // libarchive's own writer: that one needs the current folder changed to
  // refuse absolute paths, and refuses a data root behind a link.
  if (LeadsOut(name)) {
    return reader_.Error(name, "a path that stays in the archive's folder",
                         "one that leads out");
  }
  if (archive_entry_hardlink(entry) != nullptr) {
    return reader_.Error(name, "a file or folder", "a link");
  }
  const unsigned type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != AE_IFDIR) {
    return reader_.Error(name, "a file or folder", TypeName(type));
  }
  absl::string_view below = name;
  if (!absl::ConsumePrefix(&below, prefix_)) return absl::OkStatus();
  const std::string path = absl::StrCat(to_, "/", below);
  if (type == AE_IFDIR) return MakeFolder(path);
  return WriteEntry(name, path);
}

// Writes the current entry to the new file `path`.
absl::Status Unpacker::WriteEntry(const std::string& name,
                                  const std::string& path) {
  RETURN_IF_ERROR(MakeFolder(fs::path(path).parent_path().string()));
  if (Exists(path)) {
    return reader_.Error(name, "a name that no other has", "it a second time");
  }
  // Fails if the file is there: nothing is ever written through a link.
  ASSIGN_OR_RETURN(OutputFile file, OutputFile::Create(path));
  std::vector<char> buffer(1 << 18);
  for (;;) {
    if (interrupted_()) return absl::CancelledError("interrupted");
    ASSIGN_OR_RETURN(const absl::string_view piece, reader_.Read(buffer));
    if (piece.empty()) return absl::OkStatus();
    left_ -= static_cast<int64_t>(piece.size());
    if (left_ < 0) {
      return reader_.Error(
          name, absl::StrCat("at most ", limit_, " bytes with those before"),
          "more");
    }
    RETURN_IF_ERROR(file.Write(piece));
  }
}

}  // namespace

absl::Status Unpack(const std::string& archive, const std::string& folder,
                    const std::string& to,
                    const std::function<bool()>& interrupted) {
  // Pictures do not compress; lists do, to a tenth. A bomb grows 1032 times.
  constexpr int64_t kMaxGrowth = 20;
  constexpr int64_t kAlwaysAllowed = 1 << 20;
  // Entries of datasets are pictures; an empty one takes 512 bytes of a tar
  // file, and few after compression.
  constexpr int64_t kBytesAnEntry = 1024;
  constexpr int64_t kEntriesAlwaysAllowed = 1000;
  ASSIGN_OR_RETURN(const int64_t size, SizeOf(archive));
  RETURN_IF_ERROR(MakeFolder(to));
  ASSIGN_OR_RETURN(ArchiveReader reader, ArchiveReader::Open(archive));
  return Unpacker(std::move(reader), folder, to,
                  kMaxGrowth * size + kAlwaysAllowed,
                  size / kBytesAnEntry + kEntriesAlwaysAllowed, interrupted)
      .Run();
}

}  // namespace bigstep
