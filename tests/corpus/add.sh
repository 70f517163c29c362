#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: add.sh GOLDEN FILE...   (./dev corpus add FILE calls it)
# Puts mails into tests/corpus/layers with the layers that are found in them now.
set -euo pipefail

golden=$1
shift
folder=$(dirname "$0")/layers
[ $# -gt 0 ] || { echo "usage: ./dev corpus add FILE..." >&2; exit 2; }

echo "Nothing is made anonymous: names, addresses and words stay as they are."
echo "Replace what is private before you commit."
for file in "$@"; do
	name=$(basename "$file")
	name=${name%.eml}.eml
	if [ -e "$folder/$name" ]; then
		echo "$folder/$name: is there already" >&2
		exit 1
	fi
	cp -- "$file" "$folder/$name"
	"$golden" write "$folder/$name"
	cat -- "$folder/${name%.eml}.json"
done
echo "Read the results: they are what tests will demand from now on."
