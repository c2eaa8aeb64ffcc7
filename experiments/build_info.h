// Which source this program was built from.
#ifndef BIGSTEP_EXPERIMENTS_BUILD_INFO_H_
#define BIGSTEP_EXPERIMENTS_BUILD_INFO_H_

#include <string>

namespace bigstep {

// The git commit of Bigstep, "+" appended if the tree had uncommitted changes,
// or "unknown". Defined by the build, see BUILD.
std::string BuildCommit();

// The same of the workspace that Bigstep is built as a part of; "" if that is
// Bigstep's own repository.
std::string WorkspaceCommit();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_BUILD_INFO_H_
