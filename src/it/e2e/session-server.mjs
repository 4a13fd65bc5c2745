// A server with sessions on the official TypeScript SDK, whose ids begin with the pod-template-hash of its pod:
// PORT, MCP_REVISION (the hash, by the downward API), MCP_VERSION, E2E_NPM (the SDK's folder), MCP_FAULT (a file).
// Tools: echo, trigger-long-running-operation, and check, which fails while the file MCP_FAULT exists.
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const require = createRequire(path.resolve(process.env.E2E_NPM, 'package.json'));
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js');
const { StreamableHTTPServerTransport } = require('@modelcontextprotocol/sdk/server/streamableHttp.js');
const { z } = require('zod');

const sessions = new Map();
const text = (value) => ({ content: [{ type: 'text', text: value }] });

function server() {
  const mcp = new McpServer({ name: 'sessions', version: process.env.MCP_VERSION });
  mcp.registerTool('echo', { inputSchema: { message: z.string() } }, async ({ message }) => text(`Echo: ${message}`));
  mcp.registerTool('check', { inputSchema: {} }, async () =>
    existsSync(process.env.MCP_FAULT ?? '') ? { ...text('the store is gone'), isError: true } : text('all is well'),
  );
  mcp.registerTool(
    'trigger-long-running-operation',
    { inputSchema: { duration: z.number(), steps: z.number() } },
    async ({ duration, steps }, extra) => {
      const progressToken = extra._meta?.progressToken;
      for (let progress = 1; progress <= steps; progress++) {
        await new Promise((done) => setTimeout(done, (1000 * duration) / steps));
        if (progressToken !== undefined) {
          const params = { progress, total: steps, progressToken };
          await extra.sendNotification({ method: 'notifications/progress', params });
        }
      }
      return text(`done in ${duration} s`);
    },
  );
  return mcp;
}

async function minted() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => `${process.env.MCP_REVISION}~${randomUUID()}`,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  });
  await server().connect(transport);
  return transport;
}

async function handle(request, response) {
  if (request.url === '/ready') {
    response.end('ready');
    return;
  }
  const id = request.headers['mcp-session-id'];
  const transport = id === undefined ? await minted() : sessions.get(id);
  if (transport === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}');
    return;
  }
  await transport.handleRequest(request, response);
}

const listener = http.createServer((request, response) => {
  handle(request, response).catch((e) => {
    console.error(e);
    response.headersSent ? response.destroy() : response.writeHead(500).end();
  });
});
process.on('SIGTERM', () => listener.close(() => process.exit(0))); // calls under way are finished
listener.listen(Number(process.env.PORT), '127.0.0.1');
