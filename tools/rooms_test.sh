#!/bin/bash
# The rooms spec, plan, records and report include no header of LibTorch,
# directly or through other files.
source tools/testing.sh

declare -A includer  # By file: the file that includes it; "" for a room's own.
queue=()
for room in spec plan records report; do
  found=$(find -L "experiments/$room" -name '*.cc' | head -n 1)
  [[ -n $found ]] || fail "experiments/$room has no files here"
done
while read -r file; do
  includer[$file]=
  queue+=("$file")
done < <(find -L experiments -name '*.cc' -o -name '*.h')

for ((i = 0; i < ${#queue[@]}; ++i)); do
  file=${queue[i]}
  while read -r _ header; do
    name=${header:1:-1}
    if [[ $header =~ ^\<(ATen|c10|torch)/ ]]; then
      chain="$file includes $header"
      while file=${includer[$file]} && [[ -n $file ]]; do
        chain="$file includes
  $chain"
      done
      fail "LibTorch in a room that must not need it:
  $chain"
      file=${queue[i]}
    elif [[ -f $name && ! -v includer[$name] ]]; then
      includer[$name]=$file
      queue+=("$name")
    fi
  done < <(grep -o '^#include [<"][^>"]*[>"]' "$file")
done

finish
