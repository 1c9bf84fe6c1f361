#!/bin/sh
# Installs a lock file into a virtual environment, which it makes if need be.
# usage: install.sh PYTHON ENVIRONMENT LOCK_FILE
# uv does it in seconds; where it cannot be had or does not reach the packages, pip does it in a minute or two.
set -eu
python=$1
environment=$2
lock=$3
inside=$environment/bin/python
began=$(date +%s)

if [ ! -x "$inside" ]; then
    "$python" -m venv --without-pip "$environment" || {
        echo "$python cannot make virtual environments; install its venv module (python3-venv)" >&2
        exit 1
    }
fi

with_pip() {
    # A Python whose own pip can write into the environment spares it a pip of its own.
    "$python" -m pip --python "$inside" install -qq --disable-pip-version-check "$@" 2>/dev/null || {
        "$inside" -m ensurepip >/dev/null
        "$inside" -m pip install -qq --disable-pip-version-check "$@"
    }
}

uv=$(command -v uv || echo "$environment/bin/uv")
[ -x "$uv" ] || with_pip "$(grep '^uv==' "$(dirname "$0")/../requirements.txt")" || true

"$uv" pip install -q --python "$inside" --no-deps -r "$lock" || {
    echo "uv could not install $lock; pip does it now, which takes a minute longer" >&2
    with_pip --no-deps -r "$lock"
}
echo "install $(basename "$lock" .txt): $(($(date +%s) - began)) s" >&2
