#!/bin/sh
# Checks a ledger without hmic-letters, as docs/record.md describes it. Usage: verify-ledger.sh DIR
# (a workspace). Says nothing and ends with 0 where the lines hold together and each file is there.
set -eu
cd "$1"
previous=$(printf '0%.0s' $(seq 64))
number=0
files=$(mktemp)
while IFS= read -r line; do
    number=$((number + 1))
    case $line in
        *"\"previous\": \"$previous\""*) ;;
        *) echo "line $number does not follow the one before" >&2; exit 1 ;;
    esac
    previous=$(printf '%s' "$line" | sha256sum | cut -d' ' -f1)
    printf '%s\n' "$line" | sed -n 's/.*"files": {\([^}]*\)}.*/\1/p' | tr ',' '\n' |
        sed -n 's/^ *"\([^"]*\)": "\([0-9a-f]*\)"$/\2  \1/p' >>"$files"
done <ledger/ledger.jsonl
[ "$(cat ledger/head)" = "$number $previous" ] || { echo "head says otherwise" >&2; exit 1; }
# Of a file that was made again the last line counts.
awk '{ last[$2] = $1 } END { for (name in last) print last[name] "  " name }' "$files" |
    sha256sum --quiet --check
rm "$files"
