#!/bin/sh
# Checks a record without hmic-letters, as docs/record.md describes it: verify-ledger.sh WORKSPACE
set -eu
cd "$1"
previous=$(printf '%064d' 0) number=0 files=
while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    case $line in *"\"previous\": \"$previous\""*) ;; *)
        echo "line $number does not follow the one before" >&2; exit 1 ;; esac
    previous=$(printf '%s' "$line" | sha256sum | cut -d' ' -f1)
    files="$files
$(printf '%s\n' "$line" | sed -n 's/.*"files": {\([^}]*\)}.*/\1/p' | tr ',' '\n')"
done <ledger/ledger.jsonl
grep -qx "$number $previous" ledger/head || { echo "head differs" >&2; exit 1; }
# Of a file that was made again the last line counts.
printf '%s\n' "$files" | sed -n 's/^ *"\([^"]*\)": "\([0-9a-f]*\)"$/\1 \2/p' |
    awk '{ last[$1] = $2 } END { for (name in last) print last[name] "  " name }' |
    sha256sum --quiet --check
