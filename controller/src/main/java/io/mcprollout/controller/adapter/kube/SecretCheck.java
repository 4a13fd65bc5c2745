package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.SecretReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether the Secrets that probes name can be used; asked once for each spec, and again from time to time while one cannot. */
final class SecretCheck {
    private static final Duration AGAIN = Duration.ofSeconds(20);
    private static final long PATIENCE_SECONDS = 5;

    private final SecretReader secrets;
    private final Clock clock;
    private final Map<RolloutKey, Checked> last = new ConcurrentHashMap<>();

    private record Checked(List<ProbeSpec> probes, Instant at, List<Problem> problems) {}

    SecretCheck(SecretReader secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    List<Problem> problems(RolloutKey rollout, List<ProbeSpec> probes) {
        if (probes.stream().noneMatch(SecretCheck::needsSecret)) {
            last.remove(rollout);
            return List.of();
        }
        Instant now = clock.instant();
        Checked known = last.get(rollout);
        if (known != null
                && known.probes().equals(probes)
                && (known.problems().isEmpty()
                        || Duration.between(known.at(), now).compareTo(AGAIN) < 0)) {
            return known.problems();
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            ProbeSpec probe = probes.get(i);
            String path = "spec.evidence.probes[" + i + "].mcp.";
            probe.token().ifPresent(key -> check(rollout, probe, key, path + "auth.secretRef", problems));
            probe.ca().ifPresent(key -> check(rollout, probe, key, path + "tls.caSecretRef", problems));
        }
        last.put(rollout, new Checked(probes, now, List.copyOf(problems)));
        return problems;
    }

    private static boolean needsSecret(ProbeSpec probe) {
        return probe.token().isPresent() || probe.ca().isPresent();
    }

    void forget(RolloutKey rollout) {
        last.remove(rollout);
    }

    private void check(RolloutKey rollout, ProbeSpec probe, SecretKey key, String field, List<Problem> problems) {
        try {
            String host = String.valueOf(probe.url().getHost());
            SecretReader.Reply reply = secrets.read(rollout.namespace(), key, host)
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (reply instanceof SecretReader.Reply.Refused refused) {
                problems.add(new Problem("SecretNotUsable", field, refused.cause()));
            }
        } catch (TimeoutException | ExecutionException e) {
            problems.add(new Problem("SecretNotUsable", field, "Secret " + key.secret() + " cannot be read now"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
