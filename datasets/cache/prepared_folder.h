// The folder in which processes keep prepared datasets for each other.
#ifndef BIGSTEP_DATASETS_CACHE_PREPARED_FOLDER_H_
#define BIGSTEP_DATASETS_CACHE_PREPARED_FOLDER_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "datasets/dataset.h"

namespace bigstep {

// A dataset as the folder knows it.
struct PreparedName {
  std::string stem;  // Of its files. One for each dataset and options.
  int64_t seed = 0;
  // All that decides what is prepared, the seed aside.
  std::string key;
};

// Files `<stem>.dataset` and, of seeded datasets, `<stem>-seed<n>.dataset`;
// while one is made, there is a file `.lock` beside it.
class PreparedFolder {
 public:
  struct Options {
    std::string folder;
    std::string data_root;    // That folders read lie below; see DatasetArgs.
    int64_t max_bytes = 0;    // Of all datasets in the folder.
    int64_t spare_bytes = 0;  // See WritePrepared.
  };

  // A file locked for this process, until destroyed. May be empty.
  class Lock {
   public:
    Lock() = default;
    explicit Lock(std::string path);
    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&& other) noexcept;
    ~Lock();

    // Whether another process held the lock first.
    bool waited() const { return waited_; }

   private:
    std::string path_;
    int fd_ = -1;
    bool waited_ = false;
  };

  explicit PreparedFolder(Options options) : options_(std::move(options)) {}

  // The dataset that was kept under `name`; nullptr if there is none, if its
  // file is not as it should be, or if files that it was made of have changed.
  std::unique_ptr<Dataset> Find(const PreparedName& name) const;

  // The same, if another process is just making it as soon as it is there;
  // nullptr if the caller should make it. The first caller then holds the lock.
  // Those who waited in vain, because what the first one made is not to be
  // kept, do not: they need not wait for each other. Where files cannot be
  // locked, nobody waits: the same may then be made several times.
  std::unique_ptr<Dataset> FindOrLock(const PreparedName& name,
                                      Lock* lock) const;

  // Keeps a dataset that CanBeKept and was made of files in these folders, and
  // returns it from its file. Deletes what was unused the longest if there is
  // more than max_bytes now.
  absl::StatusOr<std::unique_ptr<Dataset>> Keep(
      const PreparedName& name, const std::set<std::string>& folders_read,
      const Dataset& dataset) const;

 private:
  std::string Path(const std::string& file) const;
  // What is between the folder and the ending of its file's path.
  static std::string FileStem(const PreparedName& name, bool seeded);
  // Whether a file shows that datasets of this stem depend on the seed.
  bool IsSeeded(const PreparedName& name) const;
  std::unique_ptr<Dataset> Load(const PreparedName& name, bool seeded) const;
  void Trim(const std::string& newest) const;

  const Options options_;
};

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_CACHE_PREPARED_FOLDER_H_
