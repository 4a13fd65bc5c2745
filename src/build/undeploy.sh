#!/bin/sh
# Takes the controller out of the cluster that kubectl talks to: undeploy.sh [overlay]. The McpRollouts go first, while it is still there
# to return their traffic.
set -eu
overlay=${1:-deploy/kustomize}
patience=${PATIENCE:-5m}

if [ -n "$(kubectl get crd mcprollouts.mcprollout.io --ignore-not-found -o name)" ]; then
  if ! kubectl delete mcprollouts.mcprollout.io --all --all-namespaces --timeout="$patience"; then
    echo >&2
    kubectl get mcprollouts.mcprollout.io --all-namespaces -o wide >&2
    echo "These still wait for their traffic to be back; nothing else was removed. Is the controller running, may it write?" >&2
    echo "To leave their routes as they are: kubectl -n <namespace> annotate mcpr <name> mcprollout.io/force-delete=yes" >&2
    exit 1
  fi
fi
kubectl delete -k "$overlay" --ignore-not-found
echo "What was remembered of rollouts stays in ConfigMaps: kubectl get configmap -A -l app.kubernetes.io/managed-by=mcprollout"
