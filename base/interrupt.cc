#include "base/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace bigstep {
namespace {

volatile std::sig_atomic_t interrupted = 0;
volatile std::sig_atomic_t requested = 0;

// The next signal, of either kind, finds the default: the end.
void NoteEither(int) {
  interrupted = 1;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

void NoteTermination(int) { interrupted = 1; }

void NoteRequest(int) { requested = 1; }

void Catch(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  // Reads and writes continue: an orderly stop needs them complete.
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void CatchInterrupts() {
  for (const int signal : {SIGINT, SIGTERM}) Catch(signal, NoteEither);
}

void CatchTermination() { Catch(SIGTERM, NoteTermination); }

bool Interrupted() { return interrupted != 0; }

void CatchRequests() { Catch(SIGUSR1, NoteRequest); }

bool TakeRequest() {
  if (requested == 0) return false;
  requested = 0;
  return true;
}

}  // namespace bigstep
