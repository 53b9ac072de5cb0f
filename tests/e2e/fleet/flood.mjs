import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { dishonest, prepareFleet } from '../lib/fleet.mjs';
import { rpc } from '../lib/devnet.mjs';
import { missedAt } from './measure.mjs';

/** Processor time of a process so far, in seconds. */
const worked = pid => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

/** What each node uses of a processor, in per cent, from now until the function is called. */
function load(nodes) {
  const began = performance.now(), before = nodes.map(n => worked(n.pid));
  return () => nodes.map((n, i) => Math.round((100_000 * (worked(n.pid) - before[i])) / (performance.now() - began))).join(', ');
}

const megabytes = node => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))[1]) / 1024);

/** Four nodes, and peers that send rubbish to all of them. */
export async function run({ peers = 50, seconds = 300, growth = 400, keep }) {
  const fleet = (await prepareFleet(4, { keep })).start();
  try {
    await Promise.all(fleet.nodes.map(n => n.block(10)));
    const quiet = load(fleet.nodes);
    await fleet.nodes[0].block((await fleet.nodes[0].head()) + 10);
    console.log(`before: ${quiet()} % of a processor`);
    const enodes = fleet.nodes.map((n, i) => fleet.nodes[(i + 1) % 4].config['static-peers'].find(e => e.includes(`:${n.config.port}?`)));
    const before = fleet.nodes.map(megabytes), head = await fleet.nodes[0].head();
    const busy = load(fleet.nodes);
    // In life the attackers have machines of their own: here they take what the nodes leave.
    const attack = spawn('nice', ['-n', '19', dishonest, 'flood', path.join(fleet.nodes[0].directory, 'chainspec.json'), String(peers), String(seconds), ...enodes], { stdio: ['ignore', 'inherit', 'inherit'] });
    const ended = once(attack, 'exit');
    let most = before;
    for (let passed = 0; passed < seconds; passed += 10) {
      await Promise.race([ended, new Promise(resolve => setTimeout(resolve, 10_000))]);
      const now = fleet.nodes.map(megabytes);
      most = most.map((m, i) => Math.max(m, now[i]));
      console.log(`${passed + 10} s: block ${await fleet.nodes[0].head()}, resident ${now.join(', ')} MB, peers ${Number(await rpc(fleet.nodes[0].http, 'net_peerCount'))}`);
    }
    const [code] = await ended;
    console.log(`during the flood: ${busy()} % of a processor`);
    const blocks = (await fleet.nodes[0].head()) - head;
    console.log(`${peers} hostile peers for ${seconds} s: ${blocks} blocks, rounds missed ${missedAt(fleet.nodes[0].blocks.filter(b => b.number > head))}; resident before ${before.join(', ')} MB, at most ${most.join(', ')} MB; all agree on ${await fleet.agree()}`);
    return code === 0 && blocks >= seconds / 8 && most.every((m, i) => m - before[i] <= growth) ? 0 : 1;
  } finally {
    await fleet.stop();
  }
}
