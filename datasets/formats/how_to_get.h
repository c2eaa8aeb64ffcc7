// The end of every error about official files.
#ifndef BIGSTEP_DATASETS_FORMATS_HOW_TO_GET_H_
#define BIGSTEP_DATASETS_FORMATS_HOW_TO_GET_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bigstep {

// How to get the files of `name`, as //tools:fetch_data calls it.
inline std::string HowToGet(absl::string_view name) {
  return absl::StrCat(
      "get the official files with `bazel run //tools:fetch_data -- ", name,
      "` and name the data root with --data_root");
}

}  // namespace bigstep

#endif  // BIGSTEP_DATASETS_FORMATS_HOW_TO_GET_H_
