// Agents with long sessions on an official TypeScript client:
// session-agent.mjs <url> <sessions> <calls per session> <seconds until the last begins> <seconds that one lives>
// E2E_NPM is the folder with the client's packages, E2E_CLIENT its generation: v1 or v2. One JSON line per event on
// standard output: {at, kind: "connect" | "call", ok, error}. Every third session makes one call that takes 20 seconds.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.E2E_NPM, 'package.json'));
const { Client, StreamableHTTPClientTransport } =
  process.env.E2E_CLIENT === 'v2'
    ? require('@modelcontextprotocol/client')
    : {
        ...require('@modelcontextprotocol/sdk/client/index.js'),
        ...require('@modelcontextprotocol/sdk/client/streamableHttp.js'),
      };

const [url, sessions, calls, span, life] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const report = (kind, ok, error) =>
  console.log(JSON.stringify({ at: Date.now(), kind, ok, error: String(error ?? '').slice(0, 200) }));
const until = (due) => new Promise((done) => setTimeout(done, Math.max(0, due - Date.now())));
const begin = Date.now();

// The two generations take the same arguments, but for the schema of the answer.
function call(client, name, args) {
  const request = { name, arguments: args };
  return process.env.E2E_CLIENT === 'v2'
    ? client.callTool(request, { timeout: 60000 })
    : client.callTool(request, undefined, { timeout: 60000 });
}

async function session(number) {
  await until(begin + (1000 * span * number) / sessions);
  const start = Date.now();
  const client = new Client({ name: `e2e-typescript-${process.env.E2E_CLIENT}`, version: '1.0.0' });
  client.onerror = () => {}; // what matters fails a call
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    report('connect', true);
  } catch (e) {
    report('connect', false, e.message);
    return;
  }
  for (let i = 0; i < calls; i++) {
    await until(start + (1000 * life * i) / calls);
    const long = number % 3 === 1 && i === Math.floor(calls / 3);
    const message = `call ${i} of ${number}`;
    try {
      const answer = long
        ? await call(client, 'trigger-long-running-operation', { duration: 20, steps: 10 })
        : await call(client, 'echo', { message });
      const text = answer.content?.[0]?.text ?? '';
      const right = !answer.isError && (long || text.includes(message));
      report('call', right, right ? '' : `${message}: wrong answer: ${text}`);
    } catch (e) {
      report('call', false, `${message}: ${e.message}`);
    }
  }
  await client.close().catch(() => {});
}

await Promise.all(Array.from({ length: sessions }, (_, number) => session(number)));
process.exit(0);
