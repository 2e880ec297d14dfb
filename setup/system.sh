#!/bin/sh
# Installs what pip cannot bring, where it is missing:
#   setup/system.sh letters   what making letters needs
#   setup/system.sh ocr       that, and what 'check --letters --ocr' reads pictures with
#   setup/system.sh tests     that, and what the tests read PDFs and pages back with
#   setup/system.sh upstream  what making letters needs, and what WeasyPrint's own tests draw with
# PYTHON names the interpreter the virtual environment is made from (default python3).
set -eu

purpose=${1:?usage: setup/system.sh letters|ocr|tests|upstream}
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "hmic-letters needs Python 3.11 or newer, and '$python' is not:" \
         "install one and name it, e.g. make PYTHON=python3.13" >&2
    exit 1
fi

# Prints the Debian name of every package that is missing.
missing() {
    # Debian leaves ensurepip out of its python3 package.
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "$venv_package"
    for pair in libpango-1.0-0:libpango-1.0 libpangoft2-1.0-0:libpangoft2-1.0 \
                libharfbuzz-subset0:libharfbuzz-subset; do
        "$python" - "${pair#*:}" 2>/dev/null <<'PYTHON' || echo "${pair%%:*}"
import ctypes, ctypes.util, sys
ctypes.CDLL(f"{sys.argv[1]}.so.0" if sys.platform == "linux" else ctypes.util.find_library(sys.argv[1][3:]) or sys.exit(1))
PYTHON
    done
    for pair in $(commands); do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done
    case $purpose in ocr | tests)
        tesseract --list-langs 2>/dev/null | grep -qx cym || echo "$welsh" ;;
    esac
    [ "$purpose" != tests ] || office
}

# Prints the commands that the purpose needs, each with its package here.
commands() {
    case $purpose in ocr | tests) echo tesseract:$ocr ;; esac
    case $purpose in
        tests) echo pdftotext:$poppler java:$java chromium:chromium soffice:$writer \
            faketime:$faketime
            [ "$(uname -s)" != Linux ] || echo strace:strace ;;
        upstream) echo gs:ghostscript ;;
    esac
}
# Prints what LibreOffice lacks to open both kinds of form: its command tells of neither.
office() {
    [ "$(uname -s)" = Linux ] || return 0
    program=$(command -v soffice) || { echo "$calc"; return 0; }
    program=$(dirname "$(readlink -f "$program")")
    [ -e "$program/libswlo.so" ] || echo "$writer"
    [ -e "$program/libsclo.so" ] || echo "$calc"
}
writer=libreoffice-writer-nogui calc=libreoffice-calc-nogui
ocr=tesseract-ocr welsh=tesseract-ocr-cym poppler=poppler-utils java=default-jre-headless
faketime=faketime

venv_package=python3-venv
if command -v apt-get >/dev/null; then
    # A python3.13 that apt brought beside the system's own has its own venv package.
    own=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    system=$(python3 -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' || true)
    [ "$own" = "$system" ] || venv_package=$own
fi

wanted=$(missing)
[ -n "$wanted" ] || exit 0

advice=
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo

if command -v apt-get >/dev/null; then
    if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
        echo "Missing:" $wanted "- install them as root: apt-get install" $wanted >&2
        exit 1
    fi
    echo "Installing" $wanted
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends $wanted >/dev/null
elif [ "$(uname -s)" = Darwin ] && command -v brew >/dev/null; then
    # Homebrew's pango brings HarfBuzz with its subsetting library.
    ocr=tesseract poppler=poppler java=openjdk faketime=libfaketime writer=libreoffice
    formulae="pango tesseract-lang"
    for pair in $(commands); do
        formulae="$formulae ${pair#*:}"
    done
    echo "Installing $formulae"
    brew install --quiet $formulae
    advice=" Python must be one that looks into Homebrew's folder: make PYTHON=$(brew --prefix)/bin/python3"
else
    echo "Install Pango 1.44 or newer, HarfBuzz with its subsetting library" \
         "(libharfbuzz-subset), Python's venv module$(for pair in $(commands); do printf ', %s' "${pair%%:*}"; done)" \
         "with your system's package manager, then run make again." >&2
    exit 1
fi

left=$(missing)
if [ -n "$left" ]; then
    echo "Still missing after the installation:" $left.$advice >&2
    exit 1
fi
