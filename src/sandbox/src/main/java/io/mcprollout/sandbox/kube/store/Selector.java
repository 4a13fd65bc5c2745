package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which objects a list or watch is about: label and field selectors. */
public final class Selector {
    private static final Pattern SET = Pattern.compile("^(\\S+)\\s+(in|notin)\\s*\\(([^()]*)\\)$");
    private static final Pattern EQUALITY = Pattern.compile("^([^!=\\s]+)\\s*(==|=|!=)\\s*([^=!\\s]*)$");
    private static final Pattern EXISTS = Pattern.compile("^(!?)\\s*([^\\s!=()]+)$");
    private static final Set<String> ALWAYS = Set.of("metadata.name", "metadata.namespace");

    private Selector() {}

    /** Objects that satisfy both selectors; "" selects all. Refused with 400 if one cannot be read. */
    public static Predicate<JsonNode> of(ResourceType type, String labels, String fields) {
        return byLabels(labels).and(byFields(type, fields));
    }

    /** Objects whose labels satisfy a selector such as {@code app=x,tier in (a, b),!old}. */
    public static Predicate<JsonNode> byLabels(String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String term : terms(selector)) {
            var requirement = requirement(term, selector);
            all = all.and(object -> requirement.test(object.path("metadata").path("labels")));
        }
        return all;
    }

    private static Predicate<JsonNode> requirement(String term, String selector) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            var values =
                    Arrays.stream(set.group(3).split(",", -1)).map(String::trim).toList();
            boolean in = set.group(2).equals("in");
            return labels -> labels.has(set.group(1))
                    ? values.contains(labels.path(set.group(1)).asText()) == in
                    : !in;
        }
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            boolean equal = !equality.group(2).equals("!=");
            return labels -> {
                var label = labels.path(equality.group(1));
                return (label.isTextual() && label.asText().equals(equality.group(3))) == equal;
            };
        }
        Matcher exists = EXISTS.matcher(term);
        if (exists.matches()) {
            boolean wanted = exists.group(1).isEmpty();
            return labels -> labels.has(exists.group(2)) == wanted;
        }
        throw ApiException.badRequest(
                "unable to parse requirement: found '%s' in label selector '%s'".formatted(term, selector));
    }

    /** The comma-separated terms; commas inside parentheses do not separate. */
    private static List<String> terms(String selector) {
        var terms = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= selector.length(); i++) {
            char c = i < selector.length() ? selector.charAt(i) : ',';
            if (c == '(') depth++;
            else if (c == ')') depth--;
            else if (c == ',' && (depth == 0 || i == selector.length())) {
                String term = selector.substring(start, i).trim();
                if (!term.isEmpty()) terms.add(term);
                start = i + 1;
            }
        }
        return terms;
    }

    private static Predicate<JsonNode> byFields(ResourceType type, String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String term : terms(selector)) {
            Matcher equality = EQUALITY.matcher(term);
            if (!equality.matches()) {
                throw ApiException.badRequest(
                        "invalid selector: '%s'; can't understand '%s'".formatted(selector, term));
            }
            String field = equality.group(1);
            if (!ALWAYS.contains(field) && !type.fields().contains(field)) {
                throw ApiException.badRequest("field label not supported: " + field);
            }
            boolean equal = !equality.group(2).equals("!=");
            all = all.and(object -> Json.at(object, field).asText("").equals(equality.group(3)) == equal);
        }
        return all;
    }
}
