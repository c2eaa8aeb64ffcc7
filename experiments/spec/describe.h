// The registered plugins as text, for --list, --describe and docs/plugins.md.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_DESCRIBE_H_
#define BIGSTEP_EXPERIMENTS_SPEC_DESCRIBE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/registry.h"

namespace bigstep {

// Every family, in the order of the sections of a spec.
std::vector<const PluginRegistry*> Families();

// A line for each plugin of `family` ("optimizers"), or of all families if it
// is "all". InvalidArgument, with a suggestion, for another word.
absl::StatusOr<std::string> ListPlugins(absl::string_view family);

// Markdown about the plugin `path` ("optimizers/sgd", or "sgd": the plugins of
// that name in all families): its summary, its options and, for a metric, its
// results; for "all", the whole of docs/plugins.md.
// InvalidArgument, with a suggestion, for another word.
absl::StatusOr<std::string> DescribePlugin(absl::string_view path);

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_DESCRIBE_H_
