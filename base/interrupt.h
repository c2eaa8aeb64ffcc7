// Ctrl-C: the first one asks for an orderly stop, the second one ends at once.
// SIGUSR1: asks to be shown how far things are.
#ifndef BIGSTEP_BASE_INTERRUPT_H_
#define BIGSTEP_BASE_INTERRUPT_H_

namespace bigstep {

// From now on SIGINT and SIGTERM make Interrupted() true; after the first, a
// second ends the process.
void CatchInterrupts();

// From now on SIGTERM makes Interrupted() true, however often it comes: for
// processes that somebody else looks after, and ends at once if need be.
void CatchTermination();

bool Interrupted();

// From now on SIGUSR1 does not end the process but is noted.
void CatchRequests();

// Whether SIGUSR1 came since the last call.
bool TakeRequest();

}  // namespace bigstep

#endif  // BIGSTEP_BASE_INTERRUPT_H_
