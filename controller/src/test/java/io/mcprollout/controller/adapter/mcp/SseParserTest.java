package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams as the HTML standard writes them down, however they are cut into pieces. */
class SseParserTest {
    private static final String STREAM = String.join(
            "",
            "\uFEFF: comment\r\n",
            "id: 1\rdata: one\ndata:two\r\n\r\n",
            "event: other\ndata: x\n\n",
            "id: 2\ndata:\n\n",
            "retry: 40\nretry: soon\nid\nid: 3\0\ndata: Grüße 🙂\nunknown: y\n\r\n",
            "data: never ended\n");

    @Test
    void readsMessagesIdsAndRetry() {
        // Given
        SseParser parser = new SseParser();

        // When
        List<String> messages = parser.feed(Buffer.buffer(STREAM));

        // Then
        assertThat(messages).containsExactly("one\ntwo", "Grüße 🙂");
        assertThat(parser.lastEventId()).isEmpty();
        assertThat(parser.retry()).contains(Duration.ofMillis(40));
    }

    @Test
    void doesNotCareWhereTheStreamIsCut() {
        // Given
        byte[] stream = STREAM.getBytes(StandardCharsets.UTF_8);
        List<List<String>> seen = new ArrayList<>();

        // When
        for (int size = 1; size <= stream.length; size++) {
            SseParser parser = new SseParser();
            List<String> messages = new ArrayList<>();
            for (int from = 0; from < stream.length; from += size) {
                messages.addAll(parser.feed(Buffer.buffer(stream).slice(from, Math.min(stream.length, from + size))));
            }
            seen.add(messages);
        }

        // Then
        assertThat(seen.stream().distinct()).containsExactly(List.of("one\ntwo", "Grüße 🙂"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"id: 7\ndata:\n\n", "id: 7\n\n", "id:7\ndata: {}\n\n: more\n"})
    void remembersTheIdOfTheLastWholeEvent(String stream) {
        // Given
        SseParser parser = new SseParser();

        // When
        parser.feed(Buffer.buffer(stream + "id: 8\n"));

        // Then
        assertThat(parser.lastEventId()).isEqualTo("7");
    }
}
