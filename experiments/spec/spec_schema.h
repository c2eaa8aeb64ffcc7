// The spec language as a JSON Schema, made from the registered plugins, so that
// editors complete and check specs.
#ifndef BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_
#define BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_

#include <string>

#include "base/json.h"

namespace bigstep {

// A schema of draft 07. What it refuses, ReadStudySpec and MakePlan refuse; the
// other way round it is more lenient, since a schema cannot know what axes
// give and what names refer to.
Json SpecSchema();

// The same as text.
std::string SpecSchemaText();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_SPEC_SPEC_SCHEMA_H_
