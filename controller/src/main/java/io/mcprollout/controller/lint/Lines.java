package io.mcprollout.controller.lint;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * In which lines the fields of an object stand.
 *
 * @param root null when it is not known
 */
record Lines(@Nullable Node root) {
    static Lines of(@Nullable Node root) {
        return new Lines(root);
    }

    /** Those of a part of the object. */
    Lines below(String field) {
        return new Lines(walk(field).node);
    }

    /** Line of a field, from 1; that of its closest parent when it is not there. */
    int of(String field) {
        return walk(field).line;
    }

    private record Place(@Nullable Node node, int line) {}

    private Place walk(String field) {
        Place place = new Place(root, root == null ? 1 : root.getStartMark().getLine() + 1);
        String rest = field;
        while (!rest.isEmpty()) {
            Step step = step(place.node, rest);
            if (step == null) {
                return place;
            }
            place = step.to;
            rest = step.rest;
        }
        return place;
    }

    /* A key may have dots of its own, so the node tells where it ends. */
    private record Step(Place to, String rest) {}

    private static @Nullable Step step(@Nullable Node node, String path) {
        return switch (node) {
            case SequenceNode sequence when path.startsWith("[") -> item(sequence, path);
            case MappingNode mapping -> member(mapping, path);
            case null, default -> null;
        };
    }

    private static @Nullable Step item(SequenceNode sequence, String path) {
        int end = path.indexOf(']');
        int index = Integer.parseInt(path.substring(1, end));
        if (index >= sequence.getValue().size()) {
            return null;
        }
        Node item = sequence.getValue().get(index);
        return new Step(new Place(item, item.getStartMark().getLine() + 1), after(path, end + 1));
    }

    private static @Nullable Step member(MappingNode mapping, String path) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && begins(path, key.getValue())) {
                return new Step(
                        new Place(tuple.getValueNode(), key.getStartMark().getLine() + 1),
                        after(path, key.getValue().length()));
            }
        }
        return null;
    }

    private static boolean begins(String path, String key) {
        return path.startsWith(key)
                && (path.length() == key.length()
                        || path.charAt(key.length()) == '.'
                        || path.charAt(key.length()) == '[');
    }

    private static String after(String path, int end) {
        return path.startsWith(".", end) ? path.substring(end + 1) : path.substring(end);
    }
}
