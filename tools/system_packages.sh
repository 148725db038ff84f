#!/bin/sh
# Sees to the few Debian packages that Parley needs and pip cannot bring.
# Usage: system_packages.sh runtime|browser, or system_packages.sh tritonserver PYTHON
# Installs what is missing where it may (as root, or with password-less sudo); else says what to install.
set -eu

missing=""
need() { # need PACKAGE TEST…: PACKAGE is missing unless the test passes
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_venv() { python3 -c 'import venv, ensurepip'; }

case "${1:-}" in
runtime)
    need python3-venv has_venv
    need libegl1 has_library libEGL.so.1
    need libgles2 has_library libGLESv2.so.2
    ;;
browser)
    need chromium command -v chromium
    need chromium-driver command -v chromedriver
    need fonts-noto-cjk sh -c 'ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'
    ;;
tritonserver)
    # Debian keeps the interpreter's shared library in a package of its own; other builds of Python bring it or not.
    version=$("$2" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ "$(uname -m)" != x86_64 ] || need "libpython$version" "$2" -m tools.install_tritonserver --find-library
    ;;
*)
    echo "usage: $0 runtime|browser|tritonserver PYTHON" >&2
    exit 2
    ;;
esac
[ -n "$missing" ] || exit 0

run=""
if [ "$(id -u)" -ne 0 ]; then
    if sudo -n true 2>/dev/null; then
        run="sudo -n"
    else
        echo "please install, then try again: sudo apt-get install$missing" >&2
        # Without a browser the browser test is skipped and says so; without the rest Parley cannot run.
        [ "$1" = browser ] && exit 0
        exit 1
    fi
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "please install the equivalents of these Debian packages:$missing" >&2
    [ "$1" = browser ] && exit 0
    exit 1
fi
echo "installing Debian packages:$missing"
$run apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
