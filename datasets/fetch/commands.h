// What the program fetch_data does.
#ifndef BIGSTEP_DATASETS_FETCH_COMMANDS_H_
#define BIGSTEP_DATASETS_FETCH_COMMANDS_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/fetch/catalogue.h"
#include "datasets/fetch/fetch.h"

namespace bigstep {

// The entries of these names. InvalidArgument, with the names there are, if one
// is unknown or none is given.
absl::StatusOr<std::vector<const CatalogueEntry*>> FindDatasets(
    const std::vector<std::string>& names);

// Writes a line for each dataset there is: its size and whether it is there.
void PrintDatasets(const std::string& data_root, std::ostream& out);

// Fetches one after the other, with progress on standard error. One that fails
// does not stop the others. Returns the exit code.
int FetchAll(const std::vector<const CatalogueEntry*>& entries,
             const FetchOptions& options);

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FETCH_COMMANDS_H_
