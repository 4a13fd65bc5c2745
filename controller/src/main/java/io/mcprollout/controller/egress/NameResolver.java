package io.mcprollout.controller.egress;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetAddress;

/** Turns a host name into the address that will be dialled. */
public interface NameResolver {
    /** The address of a host name or literal; fails with {@link java.net.UnknownHostException}. Does not block. */
    Future<InetAddress> resolve(String host);

    /* Internal to Vert.x, because its public API resolves only inside a connection attempt, where no rule can look on. */
    /** The resolver of Vert.x: hosts file, search domains and cache as configured there. */
    static NameResolver of(Vertx vertx) {
        return host -> Future.future(promise -> ((VertxInternal) vertx).resolveAddress(host, promise));
    }
}
