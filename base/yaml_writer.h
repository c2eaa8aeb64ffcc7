// Writes JSON values as YAML that ReadSpec reads back unchanged.
#ifndef BIGSTEP_BASE_YAML_WRITER_H_
#define BIGSTEP_BASE_YAML_WRITER_H_

#include <string>
#include <vector>

#include "base/json.h"

namespace bigstep {

// One line: {name: sgd, lr: 0.1}. Texts are quoted wherever plain text would
// read differently.
std::string ToFlowYaml(const Json& value);

// Block style, one key a line; a value without nested lists or maps stays on
// one line if it fits in 80 columns. Ends with a newline. The keys in `first`
// come first, in that order; the others follow in alphabetical order.
std::string ToYaml(const Json& value,
                   const std::vector<std::string>& first = {});

}  // namespace bigstep

#endif  // BIGSTEP_BASE_YAML_WRITER_H_
