// Files that processes leave behind when they are killed.
#ifndef BIGSTEP_BASE_LEFTOVERS_H_
#define BIGSTEP_BASE_LEFTOVERS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bigstep {

// "<host>-<pid>" of this process, for names of files that are its own.
std::string ProcessName();

// Whether `name` is the ProcessName of a process of this host that has ended.
bool HasEnded(absl::string_view name);

// Removes from `folder` the temporary files and folders, "*.tmp-*" (see
// AtomicFile), that nobody will continue: those of processes of this host that
// have ended, by the ProcessName that follows ".tmp-", and all but links that
// are older than a day. Links are removed, not followed. Errors are ignored.
void RemoveTemporaryFiles(const std::string& folder);

}  // namespace bigstep

#endif  // BIGSTEP_BASE_LEFTOVERS_H_
