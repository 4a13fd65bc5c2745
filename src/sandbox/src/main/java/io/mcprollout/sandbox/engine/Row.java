package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Summary;

/** What an engine made of a setting. */
record Row(Setting setting, Engine engine, Summary summary) {}
