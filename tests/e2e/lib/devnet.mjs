// Starts a real `bpdao devnet` process and stops it again.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = process.env.E2E_BPDAO ?? path.join(root, 'src/BpDao.Node/bin/Release/net10.0/bpdao');

const spec = JSON.parse(readFileSync(path.join(root, 'chainspec/devnet.json')));
export const chainId = spec.chainId;
export const accountKeys = spec.engine.por.publishedAccounts;
export const systemContract = n => '0x' + 'b0da' + n.toString(16).padStart(2, '0');
export const artifact = name => JSON.parse(readFileSync(path.join(root, 'chainspec/artifacts', name + '.json')));

/** Rejects when the promise takes longer; nothing here waits for a time, only for events until a deadline. */
export function within(milliseconds, what, promise) {
  let timer;
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A running devnet: `blocks` has the lines of --json so far, `block(n)` resolves when block n was printed. */
export async function startDevnet(args = []) {
  const port = await freePort();
  const child = spawn(binary, ['devnet', '--json', '--http.port', String(port), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const blocks = [], waiting = [];
  let errors = '';
  child.stderr.on('data', chunk => { errors += chunk; });
  createInterface({ input: child.stdout }).on('line', line => {
    blocks.push(JSON.parse(line));
    for (const w of waiting.filter(w => blocks.at(-1).number >= w.number)) w.resolve(blocks.at(-1));
  });
  const exit = once(child, 'exit').then(([code, signal]) => {
    for (const w of waiting) w.reject(new Error(`devnet ended (${code ?? signal}): ${errors}`));
    return { code, signal, errors };
  });
  const block = number => within(60_000, `block ${number}`, new Promise((resolve, reject) => {
    const seen = blocks.find(b => b.number >= number);
    if (seen) resolve(seen);
    else waiting.push({ number, resolve, reject });
  }));
  await block(1);
  return {
    http: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}`, blocks, block, exit, child,
    async stop() {
      child.kill('SIGTERM');
      return within(20_000, 'stopping', exit);
    },
  };
}

/** One JSON-RPC call without any library. */
export async function rpc(url, method, ...params) {
  const response = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw Object.assign(new Error(error.message), error);
  return result;
}
