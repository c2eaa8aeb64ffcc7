// The files that can be fetched: the official files of each dataset, their URLs
// and checksums, and the places where the datasets look for them.
#ifndef BIGSTEP_DATASETS_FETCH_CATALOGUE_H_
#define BIGSTEP_DATASETS_FETCH_CATALOGUE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "datasets/fetch/layout.h"

namespace bigstep {

// One file as its publisher offers it.
struct SourceFile {
  std::string name = {};
  // Where it goes, below the data root: the file itself or, of an archive, the
  // folder it is unpacked to.
  std::string target = {};
  // Another place where the datasets find the same. Used if it is there, never
  // written to.
  std::string also_at = {};
  std::optional<int64_t> also_size = {};  // In bytes; any if not set.
  std::optional<int64_t> size = {};       // In bytes; unknown if not set.
  std::string sha256 = {};                // Unknown if empty.
  std::vector<std::string> urls = {};  // Tried in turn; only by hand if empty.
  std::optional<ArchiveLayout> archive = {};
};

// One dataset.
struct CatalogueEntry {
  std::string name = {};
  std::string terms = {};    // Under which terms it may be used.
  std::string by_hand = {};  // What to do if it cannot be downloaded.
  std::vector<SourceFile> files = {};
  // Looks, if set, below a data root for the whole dataset in another layout
  // that is read as well; see layout.h for what it returns.
  std::function<absl::Status(const std::string& data_root)> check_other_layout =
      {};
};

// All entries, sorted by name.
const std::vector<CatalogueEntry>& Catalogue();

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_CATALOGUE_H_
