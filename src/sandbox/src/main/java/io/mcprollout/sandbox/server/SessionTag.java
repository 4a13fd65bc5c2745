package io.mcprollout.sandbox.server;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * Makes every session id that the server mints begin with {@code <tag>~}, and knows no id that does not begin so. The Java SDK has no setting for
 * this; a filter before it is what its users have, too.
 */
final class SessionTag extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String SESSION = "mcp-session-id";
    private static final String UNKNOWN = "?";

    private final String prefix;

    SessionTag(String tag) {
        prefix = tag + "~";
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new Untagged(request, prefix), new Tagged(response, prefix));
    }

    /** The request as the SDK sees it: the id without our tag, or one that nobody minted. */
    private static final class Untagged extends HttpServletRequestWrapper {
        private final String prefix;

        Untagged(HttpServletRequest request, String prefix) {
            super(request);
            this.prefix = prefix;
        }

        @Override
        public @Nullable String getHeader(String name) {
            String value = super.getHeader(name);
            return name.equalsIgnoreCase(SESSION) && value != null ? bare(value) : value;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            String value = name.equalsIgnoreCase(SESSION) ? getHeader(name) : null;
            return value == null ? super.getHeaders(name) : Collections.enumeration(Collections.singleton(value));
        }

        private String bare(String id) {
            return id.startsWith(prefix) ? id.substring(prefix.length()) : UNKNOWN + id;
        }
    }

    /** The response as the SDK writes it. */
    private static final class Tagged extends HttpServletResponseWrapper {
        private final String prefix;

        Tagged(HttpServletResponse response, String prefix) {
            super(response);
            this.prefix = prefix;
        }

        @Override
        public void setHeader(String name, @Nullable String value) {
            super.setHeader(name, tagged(name, value));
        }

        @Override
        public void addHeader(String name, @Nullable String value) {
            super.addHeader(name, tagged(name, value));
        }

        private @Nullable String tagged(String name, @Nullable String value) {
            return name.equalsIgnoreCase(SESSION) && value != null ? prefix + value : value;
        }
    }
}
