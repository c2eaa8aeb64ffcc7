#include "experiments/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace bigstep {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void Note(int) { interrupted = 1; }

}  // namespace

void CatchInterrupts() {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action = {};
    action.sa_handler = Note;
    // The second signal finds the default handler, which ends the process.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

bool Interrupted() { return interrupted != 0; }

}  // namespace bigstep
