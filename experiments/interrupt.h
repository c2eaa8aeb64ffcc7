// Ctrl-C: the first one asks for an orderly stop, the second one ends at once.
#ifndef BIGSTEP_EXPERIMENTS_INTERRUPT_H_
#define BIGSTEP_EXPERIMENTS_INTERRUPT_H_

namespace bigstep {

// From now on SIGINT and SIGTERM make Interrupted() true; after the first, a
// second ends the process.
void CatchInterrupts();

bool Interrupted();

}  // namespace bigstep

#endif  // BIGSTEP_EXPERIMENTS_INTERRUPT_H_
