#!/usr/bin/env bash
# Trains the AOT cache of a packaged controller against the sandbox's API server, and checks that the JVM then uses it.
# Usage: aot.sh [QUARKUS_APP SANDBOX_CLASSPATH CRDS]; writes QUARKUS_APP/app.aot
set -euo pipefail
if [ $# -lt 3 ]; then cd "$(dirname "$0")/../.."; fi
app=${1:-controller/target/quarkus-app}
classpath=${2:-src/sandbox/target/classes:$(cat src/sandbox/target/classpath)}
crds=${3:-deploy/crds}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
JVM_FLAGS=(-XX:+UseSerialGC -Xmx96m -Xss512k -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError)

"$java" -XX:+PrintFlagsFinal -version 2>/dev/null | grep -q AOTCacheOutput || {
  echo "The AOT cache needs JDK 25 or newer; $java is $("$java" -version 2>&1 | head -1)." >&2
  exit 2
}
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" io.mcprollout.sandbox.bench.AotTrainingMain "$app" "$crds" "${JVM_FLAGS[@]}"
