#!/usr/bin/env bash
# The program as its users meet it: exit codes, messages, folders. Downloads are
# tested in fetch_test; here nothing leaves this machine.
#   fetch_data_test.sh PROGRAM
set -uo pipefail
source tools/testing.sh
fetch=$PWD/$1
cd "$TEST_TMPDIR" || exit 1
export BIGSTEP_DATA_ROOT=$TEST_TMPDIR/root
expect "help is there" 0 "$fetch" --help
contains "it shows the flags" out "--allow_wrong_checksums"

expect "a list is there" 0 "$fetch" --list
contains "it names the data root" out "state in $BIGSTEP_DATA_ROOT"
contains "it shows size, checksum and state" out \
  "mnist             11.6 MB  known      missing"
contains "it says what is unknown" out \
  "waterbirds        unknown  unknown    missing"
[[ ! -e root ]] || fail "a list made a folder"

expect "a name is needed" 2 "$fetch"
contains "it says which there are" err \
  "no dataset given; name some of celeba, cifar10,"
expect "names are checked before anything is done" 2 "$fetch" frost mnits
contains "with a suggestion" err \
  "no dataset 'mnits' to fetch; did you mean 'mnist'? (known: celeba, "
expect "flags are checked" 2 "$fetch" mnist --mirorr=x
contains "with a suggestion as well" err "did you mean '--mirror'?"

expect "some must be got by hand" 2 "$fetch" celeba imagenet
contains "it says how to get CelebA" err "celeba/img_align_celeba/000001.jpg"
contains "it says how to get ImageNet" err "imagenet/train/<wnid>/*.JPEG"

mkdir -p mirror/mnist
expect "a mirror that lacks a file" 1 "$fetch" mnist --mirror=mirror
contains "says where the file belongs" err \
  "mirror/mnist/train-images-idx3-ubyte.gz nor mirror/train-images-idx3-ubyte.gz"

for name in train t10k; do
  echo "not the images" >"mirror/mnist/$name-images-idx3-ubyte.gz"
  echo "not the labels" >"mirror/mnist/$name-labels-idx1-ubyte.gz"
done
expect "wrong files are refused" 2 "$fetch" mnist --mirror=mirror
contains "with the sizes" err "expected 9912422 bytes, found 15"
expect "unless they are allowed" 0 \
  "$fetch" mnist --mirror=mirror --allow_wrong_checksums
contains "with a warning" err \
  "train-images-idx3-ubyte.gz.copy: expected 9912422 bytes, found 15; used anyway"
cmp mirror/mnist/t10k-labels-idx1-ubyte.gz \
  root/mnist/t10k-labels-idx1-ubyte.gz || fail "the copy differs"

mkdir -p own/mnist own/imagenet/{train,val}/n01440764
truncate -s 47040016 own/mnist/train-images-idx3-ubyte
truncate -s 60008 own/mnist/train-labels-idx1-ubyte
truncate -s 7840016 own/mnist/t10k-images-idx3-ubyte
truncate -s 10008 own/mnist/t10k-labels-idx1-ubyte
expect "what datasets read is complete" 0 \
  "$fetch" mnist imagenet --data_root=own
contains "unpacked files" err "mnist: complete already"
contains "and folders of images" err "imagenet: complete already"
expect "as the list shows" 0 "$fetch" --list --data_root=own
contains "of files" out "mnist             11.6 MB  known      complete"
contains "of folders" out "imagenet          unknown  unknown    complete"
mkdir -p own/celeba
touch own/celeba/list_attr_celeba.csv own/celeba/list_eval_partition.txt
expect "lists of two kinds are not a pair" 2 "$fetch" celeba --data_root=own
contains "it says what is missing" err "list_eval_partition.csv beside it"

expect "one that fails does not stop the others" 2 \
  "$fetch" frost mnist --mirror=mirror --data_root other
contains "the first is reported" err "frost: found neither"
contains "and the second" err "mnist: mirror/mnist/train-images"

expect "relative paths start where the user is" 0 \
  env BUILD_WORKING_DIRECTORY="$PWD" sh -c "cd / && exec '$fetch' mnist \
  --mirror=mirror --data_root=here --allow_wrong_checksums"
[[ -e here/mnist/train-images-idx3-ubyte.gz ]] || fail "it went elsewhere"

echo "a file" >blocked
expect "a data root that cannot be is bad input" 2 \
  "$fetch" mnist --mirror=mirror --data_root=blocked
contains "it says why" err "cannot create the folder blocked: Not a directory"

finish
