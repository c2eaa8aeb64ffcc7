// Which source this program was built from.
#ifndef BIGSTEP_EXPERIMENTS_BUILD_INFO_H_
#define BIGSTEP_EXPERIMENTS_BUILD_INFO_H_

#include <string>

namespace bigstep {

// The git commit, "+" appended if the tree had uncommitted changes, or
// "unknown". Defined by the build, see BUILD.
std::string BuildCommit();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_BUILD_INFO_H_
