#!/usr/bin/env bash
# Builds the controller's container image. Usage: image.sh jvm|native-micro NAME:TAG
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=$1 name=$2

engine=
for candidate in docker podman; do
  if command -v "$candidate" >/dev/null && timeout 20 "$candidate" info >/dev/null 2>&1; then engine=$candidate; break; fi
done
[ -n "$engine" ] || {
  echo "No container engine answers: install docker or podman and see that '$( command -v docker >/dev/null && echo docker || echo podman) info' works. Nothing was built." >&2
  exit 2
}
exec "$engine" build -f "controller/src/main/docker/Dockerfile.$kind" -t "$name" .
