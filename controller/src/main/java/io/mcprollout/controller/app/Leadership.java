package io.mcprollout.controller.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One of several controllers acts: the one that holds the Lease. Losing it ends the process; ending gives it back. */
final class Leadership implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Leadership.class.getName());
    private static final long RELEASE_SECONDS = 3;

    private final String identity;
    private final CompletableFuture<?> election;
    private volatile boolean leading;
    private volatile boolean closing;

    /**
     * Who stands for election, and for which Lease.
     *
     * @param namespace of the Lease
     * @param name of the Lease
     * @param identity this controller's name in it, one for each process
     */
    record Seat(String namespace, String name, String identity) {
        static Seat of(KubernetesClient client, ControllerConfig config) {
            ControllerConfig.Lease lease = config.lease();
            String host = lease.identity()
                    .or(() -> Optional.ofNullable(System.getenv("POD_NAME")))
                    .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
                    .orElse("controller");
            String namespace = lease.namespace()
                    .or(() -> Optional.ofNullable(System.getenv("POD_NAMESPACE")))
                    .or(() -> Optional.ofNullable(client.getNamespace()))
                    .orElse("default");
            String name = lease.name()
                    + config.controllerClass().map(suffix -> "-" + suffix).orElse("");
            return new Seat(
                    namespace, name, host + "-" + ProcessHandle.current().pid());
        }
    }

    /**
     * Begins to stand for election.
     *
     * @param elected called once, when this controller may act
     * @param lost called when it may no longer and did not want to end
     */
    Leadership(KubernetesClient client, ControllerConfig.Lease lease, Seat seat, Runnable elected, Runnable lost) {
        this.identity = seat.identity();
        this.election = client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(seat.name())
                        .withLock(new LeaseLock(seat.namespace(), seat.name(), identity))
                        .withLeaseDuration(lease.duration())
                        .withRenewDeadline(lease.renewDeadline())
                        .withRetryPeriod(lease.retryPeriod())
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(
                                new LeaderCallbacks(() -> gained(elected), () -> stopped(lost), leader -> {}))
                        .build())
                .build()
                .start();
    }

    private void gained(Runnable elected) {
        LOG.log(System.Logger.Level.INFO, "leading as {0}", identity);
        leading = true;
        elected.run();
    }

    private void stopped(Runnable lost) {
        leading = false;
        if (!closing) {
            LOG.log(System.Logger.Level.ERROR, "the lease is lost");
            lost.run();
        }
    }

    /** Whether this controller acts. */
    boolean isLeading() {
        return leading;
    }

    @Override
    public void close() {
        closing = true;
        election.cancel(true);
        try {
            election.get(RELEASE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException | java.util.concurrent.CancellationException e) {
            LOG.log(System.Logger.Level.DEBUG, "the election has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
