package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The writer and the reader of states belong together. */
class StateTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a b", "a+b", "100%", "%41", "Zürich – 東京", "tab\there\nand\u0000there", "'quoted'"})
    void texts(String text) throws UnreadableState {
        // Given
        String line = new StateWriter("v1").text(text).text("end").finish();

        // When
        StateReader in = new StateReader(line, "v1");

        // Then
        assertThat(in.text()).isEqualTo(text);
        assertThat(in.text()).isEqualTo("end");
        in.end();
        assertThat(line).matches("[!-~ ]+");
    }

    /* Old states are read by new versions, so what is written is a format. */
    @Test
    void everyWordHasOneForm() {
        // Given
        StateWriter out = new StateWriter("v1");

        // When
        String line = out.text("a b+c%~\u007f\t")
                .instant(Instant.ofEpochSecond(5))
                .instant(Instant.ofEpochSecond(5, 7))
                .duration(Duration.ofSeconds(60))
                .finish();

        // Then
        assertThat(line).startsWith("v1 'a+b%2bc%25~%7f%09 5 5.7 1o ");
    }

    @Test
    void aListHasAtMost10000Items() throws UnreadableState {
        // Given
        StateWriter out = new StateWriter("v1").all(Collections.nCopies(10_000, 3L), StateWriter::count);

        // When
        List<Long> read = new StateReader(out.finish(), "v1").all(StateReader::count);

        // Then
        assertThat(read).hasSize(10_000);
    }

    @Test
    void aTextThatComesAgainIsWrittenOnce() throws UnreadableState {
        // Given
        String pod = "istio-ingressgateway-7d9c8f6b54-x2k40";
        String line = new StateWriter("v1")
                .text(pod)
                .text("short")
                .text("another long text")
                .text(pod)
                .text("short")
                .finish();

        // When
        StateReader in = new StateReader(line, "v1");

        // Then
        assertThat(line).containsOnlyOnce(pod).contains(" \"0 ");
        assertThat(List.of(in.text(), in.text(), in.text(), in.text(), in.text()))
                .containsExactly(pod, "short", "another long text", pod, "short");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"0", "\"-1", "\"x!", "\""})
    void refusesAReferenceToNothing(String word) {
        // Given
        String line = "v1 " + word;

        // When / Then
        assertThatThrownBy(() -> new StateReader(line + " " + StateWriter.checksum(line), "v1").text())
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("where a text should be");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 1, -1, Math.PI, Double.MIN_VALUE, Double.MAX_VALUE, Double.NEGATIVE_INFINITY})
    void numbersByTheirBits(double number) throws UnreadableState {
        // Given
        String line = new StateWriter("v1").number(number).finish();

        // When
        double read = new StateReader(line, "v1").number();

        // Then
        assertThat(Double.doubleToRawLongBits(read)).isEqualTo(Double.doubleToRawLongBits(number));
    }

    @Test
    void everythingElse() throws UnreadableState {
        // Given
        Instant instant = Instant.parse("2026-03-01T12:00:00.000000005Z");
        Duration negative = Duration.ofMillis(-1500);
        String line = new StateWriter("v1")
                .counts(1, Long.MIN_VALUE)
                .count(Long.MAX_VALUE)
                .flag(true)
                .flag(false)
                .instant(instant)
                .instant(null)
                .duration(negative)
                .tally(new Tally(3, 4))
                .text(Slot.B.name())
                .all(List.of("a", "b"), StateWriter::text)
                .finish();

        // When
        StateReader in = new StateReader(line, "v1");

        // Then
        assertThat(in.counts(2)).containsExactly(1, Long.MIN_VALUE);
        assertThat(in.count()).isEqualTo(Long.MAX_VALUE);
        assertThat(in.flag()).isTrue();
        assertThat(in.flag()).isFalse();
        assertThat(in.instantOrNone()).isEqualTo(instant);
        assertThat(in.instantOrNone()).isNull();
        assertThat(in.duration()).isEqualTo(negative);
        assertThat(in.tally()).isEqualTo(new Tally(3, 4));
        assertThat(in.constant(Slot.class)).isEqualTo(Slot.B);
        assertThat(in.all(StateReader::text)).containsExactly("a", "b");
        in.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v1", "v1 ", "v2 1 2", "garbage", "v10 1 2"})
    void refusesAnotherVersion(String line) {
        // Given
        String version = "v1";

        // When / Then
        assertThatThrownBy(() -> new StateReader(line, version))
                .isInstanceOf(UnreadableState.class)
                .hasMessage("the state is not of version v1");
    }

    @Test
    void refusesADamagedLine() {
        // Given
        String line = new StateWriter("v1").count(12).finish().replace(" c ", " d ");

        // When / Then
        assertThatThrownBy(() -> new StateReader(line, "v1"))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void refusesWordsThatAreSomethingElse() {
        // Given
        String line = new StateWriter("v1").text("word").finish();

        // When / Then
        List<StateReader.Item<?>> readers = List.of(
                StateReader::number,
                StateReader::count,
                StateReader::flag,
                StateReader::instant,
                StateReader::instantOrNone,
                StateReader::duration,
                StateReader::tally,
                in -> in.constant(Slot.class),
                in -> in.all(StateReader::text));
        for (StateReader.Item<?> reader : readers) {
            assertThatThrownBy(() -> reader.read(new StateReader(line, "v1")))
                    .isInstanceOf(UnreadableState.class)
                    .hasMessageContaining("'word");
        }
    }

    @Test
    void refusesATextThatIsNone() {
        // Given
        String line = new StateWriter("v1").count(5).finish();

        // When / Then
        assertThatThrownBy(() -> new StateReader(line, "v1").text())
                .isInstanceOf(UnreadableState.class)
                .hasMessage("the state has 5 where a text should be");
    }

    @Test
    void refusesNumbersThatAreNone() {
        // Given
        String nan = new StateWriter("v1").number(Double.NaN).finish();
        String infinite = new StateWriter("v1").number(Double.POSITIVE_INFINITY).finish();

        // When / Then
        assertThatThrownBy(() -> new StateReader(nan, "v1").number()).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new StateReader(infinite, "v1").number()).hasMessageContaining("Infinity");
    }

    @Test
    void refusesCountsThatCannotBe() {
        // Given
        String line = new StateWriter("v1").counts(-1, 2).finish();

        // When / Then
        assertThatThrownBy(() -> new StateReader(line, "v1").tally())
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("cannot be");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10_001})
    void refusesListsThatCannotBe(long size) {
        // Given
        String line = new StateWriter("v1").count(size).finish();

        // When / Then
        assertThatThrownBy(() -> new StateReader(line, "v1").all(StateReader::count))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining(size + " items");
    }

    @Test
    void refusesTooFewAndTooManyWords() throws UnreadableState {
        // Given
        String line = new StateWriter("v1").count(1).count(2).finish();
        StateReader in = new StateReader(line, "v1");

        // When
        in.count();

        // Then
        assertThatThrownBy(in::end).hasMessageContaining("goes on");
        assertThatThrownBy(in::count).hasMessageContaining("ends too early");
    }
}
