// Ctrl-C: the first one asks for an orderly stop, the second one ends at once.
// SIGUSR1 asks for a report of progress.
#ifndef BIGSTEP_BASE_INTERRUPT_H_
#define BIGSTEP_BASE_INTERRUPT_H_

namespace bigstep {

// From now on SIGINT and SIGTERM make Interrupted() true; after the first, a
// second ends the process.
void CatchInterrupts();

// From now on SIGTERM makes Interrupted() true, however often it comes: for
// processes that another process supervises and can kill.
void CatchTermination();

bool Interrupted();

// From now on SIGUSR1 is recorded instead of ending the process.
void CatchRequests();

// Whether SIGUSR1 arrived since the last call.
bool TakeRequest();

}  // namespace bigstep

#endif  // BIGSTEP_BASE_INTERRUPT_H_
