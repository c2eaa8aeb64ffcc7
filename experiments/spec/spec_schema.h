// The spec language as a JSON Schema, generated from the registered plugins, so
// that editors complete and check specs.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_
#define BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_

#include <string>

#include "base/json.h"

namespace bigstep {

// A schema of draft 07. ReadStudySpec and MakePlan refuse all that it refuses,
// and more: a schema cannot know the options that axes set and the meaning of
// names.
Json SpecSchema();

// The same as text.
std::string SpecSchemaText();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_
