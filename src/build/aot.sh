#!/usr/bin/env bash
# Trains the AOT cache of a packaged controller against the sandbox's API server, and checks that the JVM then uses it.
# Usage: aot.sh [QUARKUS_APP [SANDBOX_CLASSPATH]]; writes QUARKUS_APP/app.aot
set -euo pipefail
if [ $# -lt 2 ]; then cd "$(dirname "$0")/../.."; fi
app=${1:-controller/target/quarkus-app}
classpath=${2:-src/sandbox/target/classes:$(cat src/sandbox/target/classpath)}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
JVM_FLAGS=(-XX:+UseSerialGC -Xmx96m -Xss512k -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError)

"$java" -XX:AOTMode=off -version >/dev/null 2>&1 || { echo "The AOT cache needs JDK 25 or newer; $("$java" -version 2>&1 | head -1)." >&2; exit 2; }
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$classpath" io.mcprollout.sandbox.bench.AotTraining "$app" "${JVM_FLAGS[@]}"
