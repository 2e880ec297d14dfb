#!/bin/sh
# Proves that two machines with the same versions make the same bytes: the letters made here are
# compared with those of a new Debian of the same release, in a folder of its own, made by another
# user in another folder, time zone and language, at another date, with another hash seed.
#   setup/same-bytes.sh
# Run it as root on Debian, with the project set up and committed.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
. /etc/os-release
here=$(mktemp -d "${TMPDIR:-/tmp}/hmic-letters-here.XXXXXX")
trap 'rm -rf "$here"' EXIT

PROOF='
set -eu
cd "$HOME/hmic-letters"
make letters >/dev/null
sudo apt-get install -qq -y --no-install-recommends faketime >/dev/null
TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 PYTHONHASHSEED=77 \
    faketime "2031-02-03 04:05:06" .venv/bin/hmic-letters generate --output ../elsewhere --jobs 1
cd ../elsewhere/embargoed
sha256sum *.pdf *.html >/sums
'
git clone --quiet "$project" "$here/clone"
"$project/.venv/bin/hmic-letters" generate --workspace "$here/clone" --output "$here/letters"
(cd "$here/letters/embargoed" && sha256sum -- *.pdf *.html) >"$here/sums"

PROOF=$PROOF SUMS="$here/there" "$project/setup/bare.sh" "$VERSION_CODENAME" clerk
if ! diff "$here/sums" "$here/there"; then
    echo "The bytes differ. Pango and HarfBuzz are the system's: compare their versions." >&2
    exit 1
fi
echo "$(wc -l <"$here/sums") files have the same bytes here and there."
