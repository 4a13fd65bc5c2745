package io.mcprollout.sandbox.server;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/** Threads, timers and buffers that all servers of this JVM share, so that one more server costs a listening socket and little else. */
final class SharedThreads {

    static final QueuedThreadPool POOL = pool();
    static final Scheduler SCHEDULER = scheduler();
    static final ByteBufferPool BUFFERS = new ArrayByteBufferPool();
    static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("mcp-timer").daemon().factory());

    private SharedThreads() {}

    /* Started here: a Jetty server stops what it started itself, and must not stop what others still use. */
    private static QueuedThreadPool pool() {
        QueuedThreadPool pool = new QueuedThreadPool(400, 4);
        pool.setName("mcp-servers");
        pool.setDaemon(true);
        pool.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("mcp-call-", 0).factory()));
        return started(pool);
    }

    private static Scheduler scheduler() {
        return started(new ScheduledExecutorScheduler("mcp-scheduler", true));
    }

    private static <L extends LifeCycle> L started(L part) {
        try {
            part.start();
            return part;
        } catch (Exception e) {
            throw new IllegalStateException("cannot start the threads of the sandbox's servers", e);
        }
    }
}
