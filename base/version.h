// The version of Bigstep, for --version; records name the commit.
#ifndef BIGSTEP_BASE_VERSION_H_
#define BIGSTEP_BASE_VERSION_H_

namespace bigstep {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace bigstep

#endif  // BIGSTEP_BASE_VERSION_H_
