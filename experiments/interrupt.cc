#include "experiments/interrupt.h"

#include <csignal>
#include <initializer_list>

namespace bigstep {
namespace {

volatile std::sig_atomic_t interrupted = 0;

// The next signal, of either kind, finds the default: the end.
void Note(int) {
  interrupted = 1;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

}  // namespace

void CatchInterrupts() {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action = {};
    action.sa_handler = Note;
    // Reads and writes go on: an orderly stop needs them whole.
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
}

bool Interrupted() { return interrupted != 0; }

}  // namespace bigstep
