#!/usr/bin/env bash
# Trains the AOT cache of a packaged controller against the sandbox's API server, and checks that the JVM then uses it.
# Usage: aot.sh [QUARKUS_APP SANDBOX_CLASSPATH CRDS]; writes QUARKUS_APP/app.aot
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 3 ]; then cd "$here/../.."; fi
app=${1:-controller/target/quarkus-app}
classpath=${2:-src/sandbox/target/classes:$(cat src/sandbox/target/classpath)}
crds=${3:-deploy/crds}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
read -ra flags < "$here/jvm-flags"

"$java" -XX:+PrintFlagsFinal -version 2>/dev/null | grep AOTCacheOutput >/dev/null || {
  echo "The AOT cache needs JDK 25 or newer; $java is $("$java" -version 2>&1 | head -1)." >&2
  exit 2
}
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" io.mcprollout.sandbox.bench.AotTrainingMain "$app" "$crds" "${flags[@]}"
