#include "base/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace bigstep {
namespace {

bool IsLink(int folder, const std::string& name) {
  struct stat found = {};
  return fstatat(folder, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(found.st_mode);
}

// The status for `error`, the errno of opening `name` in `folder`.
absl::Status OpenError(int error, int folder, const std::string& name,
                       absl::string_view doing, const std::string& path) {
  if (IsLink(folder, name)) return LinkError(path);
  return ErrnoStatus(error, doing, path);
}

// Opens the folders `parts` one in another, below the open folder `folder`, and
// creates them if `make`. `path` is that of the first, for errors.
absl::StatusOr<ScopedFd> Descend(ScopedFd folder, std::string path,
                                 const std::vector<std::string>& parts,
                                 bool make, absl::string_view doing) {
  for (const std::string& part : parts) {
    absl::StrAppend(&path, "/", part);
    if (part == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot ", doing, " ", path, ": it leads out"));
    }
    if (make && mkdirat(folder.get(), part.c_str(), 0777) != 0 &&
        errno != EEXIST) {
      return ErrnoStatus(errno, doing, path);
    }
    ScopedFd next(openat(folder.get(), part.c_str(),
                         O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (next.get() < 0) {
      return OpenError(errno, folder.get(), part, doing, path);
    }
    folder = std::move(next);
  }
  return folder;
}

std::vector<std::string> Parts(absl::string_view name) {
  return absl::StrSplit(name, '/', absl::SkipEmpty());
}

// Opens the folder `name` below `root`.
absl::StatusOr<ScopedFd> OpenFolder(const std::string& root,
                                    const std::vector<std::string>& parts,
                                    bool make, absl::string_view doing) {
  ScopedFd folder(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return ErrnoStatus(errno, doing, root);
  return Descend(std::move(folder), root, parts, make, doing);
}

}  // namespace

absl::Status LinkError(const std::string& path) {
  return absl::DataLossError(absl::StrCat(
      path,
      " is a symbolic link; below a folder of results or downloads links are "
      "not followed, as they may lead anywhere: remove it, or replace it with "
      "what it leads to"));
}

std::string Folder::PathTo(absl::string_view name) const {
  return absl::StrCat(path_, "/", name);
}

absl::Status Folder::Make(absl::string_view name) const {
  RETURN_IF_ERROR(MakeFolder(path_));
  return OpenFolder(path_, Parts(name), /*make=*/true, "create the folder")
      .status();
}

absl::Status Folder::CheckNoLink(absl::string_view name) const {
  const absl::Status status =
      OpenFolder(path_, Parts(name), /*make=*/false, "open the folder")
          .status();
  return absl::IsDataLoss(status) ? status : absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Folder::List(
    absl::string_view name) const {
  std::vector<std::string> names;
  const absl::StatusOr<ScopedFd> folder =
      OpenFolder(path_, Parts(name), /*make=*/false, "read");
  if (absl::IsNotFound(folder.status())) return names;
  RETURN_IF_ERROR(folder.status());
  ScopedFd fd(openat(folder->get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return ErrnoStatus(errno, "read", PathTo(name));
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(fd.get()),
                                                    closedir);
  if (entries == nullptr) return ErrnoStatus(errno, "read", PathTo(name));
  fd.release();  // closedir closes it.
  errno = 0;
  while (const dirent* const entry = readdir(entries.get())) {
    const std::string found = entry->d_name;
    if (found != "." && found != "..") names.push_back(found);
  }
  if (errno != 0) return ErrnoStatus(errno, "read", PathTo(name));
  std::sort(names.begin(), names.end());
  return names;
}

bool Folder::HasFile(absl::string_view name) const {
  const absl::StatusOr<FilePlace> place = Find(name);
  struct stat found = {};
  return place.ok() &&
         fstatat(place->folder.get(), place->name.c_str(), &found,
                 AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(found.st_mode);
}

absl::StatusOr<std::string> Folder::Read(absl::string_view name,
                                         int64_t max_bytes) const {
  ASSIGN_OR_RETURN(const FilePlace place, Find(name));
  // Without O_NONBLOCK, open() waits for the other end of a named pipe.
  const ScopedFd fd(openat(place.folder.get(), place.name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) {
    return OpenError(errno, place.folder.get(), place.name, "read", place.path);
  }
  return ReadOpenFile(fd, place.path, max_bytes);
}

absl::Status Folder::Write(absl::string_view name,
                           absl::string_view content) const {
  ASSIGN_OR_RETURN(FilePlace place, Find(name));
  ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(std::move(place)));
  RETURN_IF_ERROR(file.Write(content));
  return file.Commit();
}

absl::StatusOr<ScopedFd> Folder::OpenToAppend(absl::string_view name) const {
  ASSIGN_OR_RETURN(ScopedFd fd, Append(name));
  struct stat found = {};
  if (fstat(fd.get(), &found) != 0 || found.st_nlink <= 1) return fd;
  // The file has other names, which a backup or somebody else has given it.
  ASSIGN_OR_RETURN(const std::string content, Read(name));
  RETURN_IF_ERROR(Write(name, content));
  return Append(name);
}

absl::StatusOr<ScopedFd> Folder::Append(absl::string_view name) const {
  ASSIGN_OR_RETURN(const FilePlace place, Find(name));
  ScopedFd fd(openat(
      place.folder.get(), place.name.c_str(),
      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
      0666));
  if (fd.get() < 0) {
    return OpenError(errno, place.folder.get(), place.name, "write",
                     place.path);
  }
  struct stat found = {};
  if (fstat(fd.get(), &found) == 0 && S_ISREG(found.st_mode)) return fd;
  return absl::DataLossError(
      absl::StrCat("cannot write ", place.path, ": expected a regular file"));
}

absl::Status Folder::Remove(absl::string_view name) const {
  const absl::StatusOr<FilePlace> place = Find(name);
  if (absl::IsNotFound(place.status())) return absl::OkStatus();
  RETURN_IF_ERROR(place.status());
  if (unlinkat(place->folder.get(), place->name.c_str(), 0) == 0 ||
      errno == ENOENT) {
    return absl::OkStatus();
  }
  return ErrnoStatus(errno, "remove", place->path);
}

absl::Status Folder::Rename(absl::string_view from,
                            absl::string_view to) const {
  ASSIGN_OR_RETURN(const FilePlace old, Find(from));
  ASSIGN_OR_RETURN(const FilePlace place, Find(to));
  if (renameat(old.folder.get(), old.name.c_str(), place.folder.get(),
               place.name.c_str()) == 0) {
    return absl::OkStatus();
  }
  return ErrnoStatus(errno, absl::StrCat("rename ", old.path, " to"),
                     place.path);
}

absl::StatusOr<FilePlace> Folder::Find(absl::string_view name) const {
  std::vector<std::string> parts = Parts(name);
  if (parts.empty() || parts.back() == "..") {
    return absl::InvalidArgumentError(absl::StrCat(
        "expected the name of a file below ", path_, ", found '", name, "'"));
  }
  FilePlace place{ScopedFd(), parts.back(), PathTo(name)};
  parts.pop_back();
  ASSIGN_OR_RETURN(place.folder,
                   OpenFolder(path_, parts, /*make=*/false, "open the folder"));
  return place;
}

absl::StatusOr<std::string> ReadUnlinkedFile(const std::string& path,
                                             int64_t max_bytes) {
  const std::filesystem::path whole(path);
  const std::string above = whole.parent_path().string();
  return Folder(above.empty() ? "." : above)
      .Read(whole.filename().string(), max_bytes);
}

absl::StatusOr<PrivateFolder> PrivateFolder::Create() {
  const char* const variable = std::getenv("TMPDIR");
  const std::string above =
      variable == nullptr || *variable == '\0' ? "/tmp" : variable;
  std::string path = absl::StrCat(above, "/bigstep-XXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return ErrnoStatus(errno, "create a temporary folder in", above);
  }
  return PrivateFolder(path);
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace bigstep
