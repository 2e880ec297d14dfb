#!/bin/sh
# Builds the wheel into dist/, and proves it in an empty environment, outside the clone: a new
# inspection, its letters, and the workspace of 2014.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
rm -rf "$here/dist"
"$here/.venv/bin/python" -m pip --quiet wheel --no-deps --no-build-isolation -w "$here/dist" "$here"
"$python" -m venv "$empty/venv"
"$empty/venv/bin/pip" install --quiet --require-hashes -r "$here/requirements.txt"
"$empty/venv/bin/pip" install --quiet --no-deps "$here"/dist/*.whl
cd "$empty"
PATH="$empty/venv/bin:$PATH"
hmic-letters new custody --title Custody --letter-date 2027-03-03 \
    --embargo '2027-03-04 00:01' --theme 'Care of detainees'
(cd custody && hmic-letters check && hmic-letters generate && hmic-letters verify)
hmic-letters new example --example
(cd example && hmic-letters check && hmic-letters generate hertfordshire \
    && hmic-letters check hertfordshire --letters)
echo "The wheel in dist/ works without the clone."
