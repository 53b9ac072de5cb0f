// Real nodes, one process each, on loopback: prepared by `bpdao devnet --processes`, started, killed and started again one by one.
import { spawn, execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binary, root, rpc, within } from './devnet.mjs';

export const dishonest = process.env.E2E_BYZANTINE ?? path.join(root, 'tests/BpDao.Byzantine/bin/Release/net10.0/bpdao-byzantine');

// Ports in a row that nobody uses now; another program may take one before the nodes do, and then starting fails.
async function freePorts(count) {
  for (let base = 21000 + Math.floor(Math.random() * 20000); ; base = base >= 60000 ? 21000 : base + 100) {
    const servers = [];
    try {
      for (let i = 0; i < count; i++) {
        const server = createServer().listen(base + i, '127.0.0.1');
        servers.push(server);
        await once(server, 'listening');
      }
      return base;
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    } finally {
      for (const server of servers) server.close();
    }
  }
}

export class FleetNode {
  constructor(index, directory, config) {
    Object.assign(this, { index, directory, config, http: `http://127.0.0.1:${config['http.port']}`, ws: `ws://127.0.0.1:${config['http.port']}` });
    this.blocks = [];
    this.waiting = [];
  }

  get pid() { return this.child?.pid; }

  get isRunning() { return this.child !== undefined; }

  /** @param behaviour how it cheats; undefined is an honest node. */
  start({ behaviour, args = [] } = {}) {
    const command = behaviour ? [dishonest, behaviour] : [binary, 'run'];
    const child = spawn(command[0], [...command.slice(1), '--config', path.join(this.directory, 'config.json'), '--print-blocks', '--json', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { DOTNET_TieredPGO: '0', ...process.env } }); // as `bpdao devnet --processes` does
    child.stderr.pipe(createWriteStream(path.join(this.directory, 'node.log'), { flags: 'a' }));
    createInterface({ input: child.stdout }).on('line', line => this.#onBlock(JSON.parse(line)));
    this.child = child;
    this.exit = once(child, 'exit').then(([code, signal]) => {
      this.child = undefined;
      if (!this.stopping) for (const w of this.waiting.splice(0)) w.reject(new Error(`node${this.index} ended (${code ?? signal}); see ${this.directory}/node.log`));
      return code ?? signal;
    });
    this.stopping = false;
    return this;
  }

  /** The first line of a block with that number or a higher one that this process prints. */
  block(number, milliseconds = 90_000) {
    return within(milliseconds, `block ${number} at node${this.index}`, new Promise((resolve, reject) => {
      const seen = this.blocks.find(b => b.number >= number);
      if (seen) resolve(seen);
      else this.waiting.push({ number, resolve, reject });
    }));
  }

  async head() { return Number(await rpc(this.http, 'eth_blockNumber')); }

  async hash(number) { return (await rpc(this.http, 'eth_getBlockByNumber', '0x' + number.toString(16), false))?.hash; }

  /** Ends it as a power cut would. */
  async kill() {
    this.stopping = true;
    this.child?.kill('SIGKILL');
    await this.exit;
  }

  async stop() {
    if (!this.child) return 0;
    this.stopping = true;
    this.child.kill('SIGTERM');
    return within(40_000, `stopping node${this.index}`, this.exit);
  }

  #onBlock(block) {
    this.blocks.push(block);
    const due = this.waiting.filter(w => block.number >= w.number);
    this.waiting = this.waiting.filter(w => block.number < w.number);
    for (const w of due) w.resolve(block);
  }
}

/** N prepared nodes, none of them started.
 * @param keep a new folder for their data and logs, which stays; without it they are gone with the fleet. */
export async function prepareFleet(count, { args = [], keep } = {}) {
  if (keep) mkdirSync(keep);
  const directory = keep ? path.resolve(keep) : mkdtempSync(path.join(tmpdir(), 'bpdao-fleet-'));
  const port = await freePorts(2 * count);
  execFileSync(binary, ['devnet', '--processes', String(count), '--prepare', '--datadir', directory, '--port', String(port), '--http.port', String(port + count), ...args]);
  const nodes = Array.from({ length: count }, (_, i) => {
    const folder = path.join(directory, `node${i}`);
    return new FleetNode(i, folder, JSON.parse(readFileSync(path.join(folder, 'config.json'))));
  });
  return {
    nodes, directory,
    start(options = {}) {
      for (const node of nodes) node.start(options[node.index]);
      return this;
    },
    async stop() {
      const codes = await Promise.all(nodes.map(n => n.stop()));
      if (!keep) rmSync(directory, { recursive: true, force: true });
      return codes;
    },
    /** Throws when two running nodes have different blocks at the lowest of their heads. */
    async agree() {
      const running = nodes.filter(n => n.isRunning);
      const lowest = Math.min(...await Promise.all(running.map(n => n.head())));
      const hashes = new Set(await Promise.all(running.map(n => n.hash(lowest))));
      if (hashes.size !== 1) throw new Error(`FORK at block ${lowest}: ${[...hashes].join(', ')}`);
      return lowest;
    },
  };
}
