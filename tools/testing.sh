# Checks for tests of programs, to be sourced. Failures are counted; a test ends
# with `finish`.

failures=0

# fail TEXT: notes a failure.
fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# expect NAME CODE COMMAND...: runs it into the files out and err.
expect() {
  local name=$1 code=$2
  shift 2
  "$@" >out 2>err
  local found=$?
  if [[ $found != "$code" ]]; then
    fail "$name: expected exit code $code, found $found"
    cat out err
  fi
}

# same NAME FILE FILE
same() { diff "$2" "$3" || fail "$1: the files differ"; }

# contains NAME FILE TEXT
contains() {
  grep -qF -- "$3" "$2" || {
    fail "$1: '$3' is not in:"
    cat "$2"
  }
}

# Ends the test.
finish() {
  ((failures == 0)) && echo "all passed"
  exit $((failures > 0))
}
