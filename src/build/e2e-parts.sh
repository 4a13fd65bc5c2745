#!/usr/bin/env bash
# Installs the real parts of `make e2e` under target/e2e-parts: MCP servers that nobody here wrote, one virtual
# environment for each version, the proxy that serves them over HTTP, and the official clients. Idempotent: a part whose
# pinned versions have not changed is kept.
set -euo pipefail
cd "$(dirname "$0")/../.."
parts=target/e2e-parts
mkdir -p "$parts"

python_part() { # name, then pinned packages
  local name=$1 pins
  shift
  pins="$*"
  if [ "$(cat "$parts/$name/.pins" 2>/dev/null)" != "$pins" ]; then
    echo "e2e: installing $name ($pins)"
    rm -rf "${parts:?}/$name"
    python3 -m venv "$parts/$name"
    "$parts/$name/bin/pip" install --quiet --disable-pip-version-check "$@"
    echo "$pins" > "$parts/$name/.pins"
  fi
}

# the proxy needs mcp < 2, so it lives apart from the servers
python_part proxy mcp-proxy==0.13.0
python_part time-2026.8.18 mcp-server-time==2026.8.18
python_part time-2026.10.10 mcp-server-time==2026.10.10
# a release whose dependency was not pinned: it resolves to mcp 2.x and dies at its start
python_part time-2026.1.26 mcp-server-time==2026.1.26
python_part client mcp==2.3.0

# an image without time zone data: the release above without the package tzdata
if [ ! -e "$parts/time-no-zones/.pins" ]; then
  python_part time-no-zones mcp-server-time==2026.10.10
  "$parts/time-no-zones/bin/pip" uninstall --quiet --yes tzdata
fi
zones=$("$parts/time-2026.10.10/bin/python" -c 'import tzdata, pathlib; print(pathlib.Path(tzdata.__file__).parent / "zoneinfo")')
if [ ! -e "$parts/zones-all/UTC" ]; then
  mkdir -p "$parts/zones-all" "$parts/zones-utc"
  cp -r "$zones/." "$parts/zones-all/"
  cp "$zones/UTC" "$parts/zones-utc/"
fi

npm_part() { # name, then pinned packages
  local name=$1 pins
  shift
  pins="$*"
  if [ "$(cat "$parts/$name/.pins" 2>/dev/null)" != "$pins" ]; then
    echo "e2e: installing $name ($pins)"
    rm -rf "${parts:?}/$name"
    mkdir -p "$parts/$name"
    npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$parts/$name" "$@"
    echo "$pins" > "$parts/$name/.pins"
  fi
}

# the TypeScript client of today and the next one; the first also brings the server of src/it/e2e/session-server.mjs
npm_part npm @modelcontextprotocol/sdk@1.32.2
npm_part npm-v2 @modelcontextprotocol/client@2.4.0
# a server with sessions that nobody here wrote, in two versions
npm_part everything-2026.1.14 @modelcontextprotocol/server-everything@2026.1.14
npm_part everything-2026.8.31 @modelcontextprotocol/server-everything@2026.8.31
