package io.mcprollout.sandbox.kube.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One served version of a resource type.
 *
 * @param schema openAPIV3Schema, empty where objects are not checked
 * @param columns printed after the name
 * @param scale paths of the scale subresource as the CRD states them, empty if there is none
 */
public record Served(String version, ObjectNode schema, List<Column> columns, ObjectNode scale, boolean deprecated) {}
