package io.mcprollout.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {
    private final Packing packing = new Packing();

    private static ObjectNode object(int number) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.putObject("metadata").put("name", "server-" + number).put("namespace", "team-" + number);
        ObjectNode spec = object.putObject("spec");
        IntStream.range(0, 40).forEach(i -> spec.put("wanted" + i, Integer.toHexString(i * 7_919)));
        return object;
    }

    private static ObjectNode withStatus(ObjectNode object) {
        ObjectNode status = object.putObject("status");
        IntStream.range(0, 60).forEach(i -> status.put("seen" + i, Integer.toHexString(i * 104_729)));
        return object;
    }

    private int size(ObjectNode object) {
        return packing.pack(object).bytes().length;
    }

    @Test
    void givesBackWhatWasPackedWhateverWasPackedAfterIt() {
        // Given
        Packing.Packed first = packing.pack(object(1));
        Packing.Packed second = packing.pack(withStatus(object(2)));
        IntStream.range(0, 20).forEach(i -> packing.pack(withStatus(object(i)).put("text" + i, "x" + i)));
        // When
        ObjectNode one = Packing.unpack(first.dictionary(), first.bytes());
        ObjectNode other = Packing.unpack(second.dictionary(), second.bytes());
        // Then
        assertThat(one).isEqualTo(object(1));
        assertThat(other).isEqualTo(withStatus(object(2)));
    }

    @Test
    void anObjectThatGetsAStatusStaysSmall() {
        // Given
        int without = size(object(1)) + size(object(2));
        size(withStatus(object(1)));
        // When
        int with = size(withStatus(object(3)));
        // Then
        assertThat(with).isLessThan(2 * without).isLessThan(120);
    }

    @Test
    void learnsNoMoreThanAFewSorts() {
        // Given
        IntStream.range(0, 100).forEach(sort -> {
            ObjectNode odd = new ObjectMapper().createObjectNode();
            IntStream.range(0, 50)
                    .forEach(i -> odd.put(Integer.toHexString((sort + 1) * (i + 3) * 15_485_863), i * sort));
            packing.pack(odd);
        });
        // When
        long dictionaries = IntStream.range(0, 200)
                .mapToObj(i -> packing.pack(withStatus(object(i))).dictionary())
                .distinct()
                .count();
        // Then
        assertThat(dictionaries).isLessThanOrEqualTo(4);
    }
}
