#!/bin/sh
# Proves that a fresh clone sets itself up and works on a machine that has only git, make and
# Python: a new Debian in a folder, a clone of the last commit, 'make letters' twice, 'make test'.
#   setup/bare.sh [SUITE [root|clerk]]
# SUITE is one of Debian's (default stable); 'clerk' is an ordinary user who may use sudo.
# Run it as root on Linux. KEEP=1 leaves the folder; its name is printed. PROOF is another script to
# run there; what it writes to /sums is kept as SUMS.
set -eu

suite=${1:-stable}
user=${2:-root}
project=$(cd "$(dirname "$0")/.." && pwd)

if [ "$(id -u)" -ne 0 ]; then
    echo "A system in a folder can be entered by root only: run it as root." >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null; then
    apt-get update -qq
    apt-get install -qq -y --no-install-recommends debootstrap >/dev/null
fi

system=$(mktemp -d "${TMPDIR:-/tmp}/hmic-letters-bare.XXXXXX")
chmod 755 "$system"
echo "A bare Debian $suite in $system, with a clone of $(git -C "$project" rev-parse --short HEAD)"
[ -n "${KEEP:-}" ] || trap 'rm -rf --one-file-system "$system"' EXIT

only=git,make,python3
[ "$user" = root ] || only=$only,sudo
debootstrap --variant=minbase --include="$only" "$suite" "$system" >"$system.log" 2>&1 || {
    tail -n 20 "$system.log" >&2
    exit 1
}
rm -f "$system.log"

home=/root
if [ "$user" != root ]; then
    home=/home/$user
    chroot "$system" useradd --create-home "$user"
    echo "$user ALL=(ALL) NOPASSWD: ALL" >"$system/etc/sudoers.d/$user"
fi
cp /etc/resolv.conf "$system/etc/resolv.conf"
git clone --quiet "$project" "$system$home/hmic-letters"
chroot "$system" chown -R "$user" "$home/hmic-letters"

# What a closed network needs to reach the package index is the machine's, not the project's.
set -- HOME="$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
for name in http_proxy https_proxy no_proxy PIP_INDEX_URL; do
    eval "value=\${$name:-}"
    [ -z "$value" ] || set -- "$@" "$name=$value"
done
if [ -n "${PIP_CERT:-}" ]; then
    cp -L "$PIP_CERT" "$system/etc/pip-cert.pem"
    set -- "$@" PIP_CERT=/etc/pip-cert.pem
fi

[ -z "${PROOF:-}" ] || printf '%s\n' "$PROOF" >"$system/proof.sh"
install -m 666 /dev/null "$system/sums"
[ -n "${PROOF:-}" ] || cat >"$system/proof.sh" <<'PROOF'
set -eu
cd "$HOME/hmic-letters"
echo "As $(id -un): Python $(python3 -c 'import platform; print(platform.python_version())'), no libpango: $(ls /usr/lib/*/libpango-1.0.so.0 2>/dev/null || echo right)"
make letters
[ "$(ls letters/embargoed/*.pdf | wc -l)" -eq 43 ]
before=$(stat -c %Y .venv/ready)
make letters | tee /tmp/second
[ "$(wc -l </tmp/second)" -eq 2 ] && [ "$(stat -c %Y .venv/ready)" = "$before" ]
echo "The second run set nothing up."
make test
make --question .venv/ready-for-tests
(cd letters/embargoed && sha256sum *.pdf) | sha256sum | sed 's/-/all 43 letters/'
PROOF

unshare --mount --pid --fork sh -euc '
    system=$1 user=$2
    shift 2
    mount -t proc proc "$system/proc"
    mount -t tmpfs tmpfs "$system/dev/shm"
    mkdir -p "$system/dev/pts"
    mount -t devpts devpts "$system/dev/pts"
    exec chroot --userspec="$user" "$system" env -i "$@" sh /proof.sh
' sh "$system" "$user" "$@"
[ -z "${SUMS:-}" ] || cp "$system/sums" "$SUMS"
echo "Debian $suite as $user: proved."
