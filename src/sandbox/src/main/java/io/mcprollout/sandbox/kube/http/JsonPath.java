package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The part of Kubernetes' JSONPath that printer columns use: members, indices, {@code [*]} and equality filters. */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.((?:\\\\.|[^.\\[\\\\])+)"
            + "|\\[\\s*'((?:\\\\.|[^'\\\\])*)'\\s*\\]"
            + "|\\[\\s*(\\*|-?\\d+)\\s*\\]"
            + "|\\[\\?\\(\\s*@\\.([^=!\\s]+)\\s*==\\s*(['\"])(.*?)\\5\\s*\\)\\]");

    private JsonPath() {}

    /** The values at the path that are neither missing nor null. */
    static List<JsonNode> values(JsonNode root, String path) {
        var values = List.of(root);
        Matcher step = STEP.matcher(path);
        int at = 0;
        while (step.find() && step.start() == at) {
            var next = new ArrayList<JsonNode>();
            for (var value : values) follow(step, value, next);
            values = next;
            at = step.end();
        }
        return at == path.length() ? values : List.of();
    }

    private static void follow(Matcher step, JsonNode value, List<JsonNode> next) {
        if (step.group(1) != null) add(value.path(plain(step.group(1))), next);
        else if (step.group(2) != null) add(value.path(plain(step.group(2))), next);
        else if (step.group(4) != null) {
            for (var item : value)
                if (item.at("/" + step.group(4).replace('.', '/')).asText().equals(step.group(6))) next.add(item);
        } else if (step.group(3).equals("*")) value.forEach(next::add);
        else {
            int index = Integer.parseInt(step.group(3));
            add(value.path(index < 0 ? value.size() + index : index), next);
        }
    }

    private static String plain(String name) {
        return name.replaceAll("\\\\(.)", "$1");
    }

    private static void add(JsonNode value, List<JsonNode> next) {
        if (!value.isMissingNode() && !value.isNull()) next.add(value);
    }
}
