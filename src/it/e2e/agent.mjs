// Agents on the official TypeScript client: agent.mjs <url> <sessions at once> <calls per session> <calls per second>
// One JSON line per call on standard output until the standard input ends: {at, ok, error}. A session that cannot be
// opened is a failed call.
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.E2E_NPM, 'package.json'));
const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');

const [url, sessions, calls, rate] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const zones = process.env.E2E_ZONES.split(',');
const pause = (1000 * sessions) / rate;
let next = 0;
let open = true;
process.stdin.on('end', () => (open = false)).resume();

const report = (ok, error) => console.log(JSON.stringify({ at: Date.now(), ok, error: error ?? '' }));
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function session() {
  const client = new Client({ name: 'e2e-typescript', version: '1.0.0' });
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  } catch (e) {
    report(false, `connect: ${e.message}`);
    await sleep(pause);
    return;
  }
  for (let i = 0; i < calls && open; i++) {
    const due = Date.now() + pause;
    try {
      const answer = await client.callTool({ name: 'get_current_time', arguments: { timezone: zones[next++ % zones.length] } });
      report(!answer.isError, answer.isError ? answer.content?.[0]?.text?.slice(0, 200) : '');
    } catch (e) {
      report(false, `call: ${e.message}`.slice(0, 200));
    }
    await sleep(Math.max(0, due - Date.now()));
  }
  await client.close().catch(() => {});
}

await Promise.all(
  Array.from({ length: sessions }, async () => {
    while (open) await session();
  }),
);
process.exit(0);
