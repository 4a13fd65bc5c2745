package io.mcprollout.sandbox.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void eventsAreFoundHoweverTheBytesAreCut(String lineEnd) {
        // Given
        String stream = String.join(
                lineEnd,
                ": comment",
                "id: 1",
                "data:",
                "",
                "event: message",
                "data: {\"ä\":",
                "data:1}",
                "",
                "retry: 5",
                "",
                "data: open");
        EventStream whole = new EventStream();
        EventStream bytewise = new EventStream();

        // When
        List<String> atOnce = whole.feed(stream.getBytes(StandardCharsets.UTF_8));
        List<String> inPieces = new ArrayList<>();
        for (byte b : stream.getBytes(StandardCharsets.UTF_8)) {
            inPieces.addAll(bytewise.feed(new byte[] {b}));
        }

        // Then
        assertThat(atOnce).containsExactly("", "{\"ä\":\n1}");
        assertThat(inPieces).isEqualTo(atOnce);
    }
}
