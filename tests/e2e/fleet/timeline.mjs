// How long a block's way takes, from what every node says of the last height (por_status): proposal, spread, execution, votes, commit.
import { rpc } from '../lib/devnet.mjs';
import { percentile } from './measure.mjs';

/** Asks all nodes after each block of the first, until `stop` is called, which returns what they said by height. */
export function watchHeights(nodes) {
  const heights = new Map();
  let open = true;
  const ask = async node => {
    const { engine } = await rpc(node.http, 'por_status');
    if (!engine?.lastHeight) return;
    const { height, producer, times } = engine.lastHeight;
    if (!heights.has(height)) heights.set(height, new Map());
    heights.get(height).set(node.index, { ...times, isProducer: producer === engine.slot });
  };
  const watching = (async () => {
    for (let number = nodes[0].blocks.at(-1).number + 1; open; number++) {
      await nodes[0].block(number, 120_000);
      await Promise.all(nodes.map(ask));
    }
  })();
  return { async stop() { open = false; await watching; return heights; } };
}

/** Milliseconds, over the blocks: of the producer, or of each of the others. A producer begins when the block's time has come and its parent is on its disk. */
export function printHeights(heights) {
  const steps = { build: [], spread: [], execute: [], vote: [], commit: [], 'all, of the slowest': [] };
  for (const nodes of heights.values()) {
    const all = [...nodes.values()], producer = all.find(t => t.isProducer);
    if (producer?.proposed == null) continue;
    const start = Math.max(0, producer.began), others = all.filter(t => !t.isProducer && t.proposed !== null && t.judged !== null);
    steps.build.push(producer.proposed - start);
    steps.spread.push(...others.map(t => t.proposed - producer.proposed));
    steps.execute.push(...others.map(t => t.judged - t.proposed));
    steps.vote.push(...others.filter(t => t.decided >= t.judged).map(t => t.decided - t.judged));
    steps.commit.push(...all.filter(t => t.decided !== null).map(t => t.committed - t.decided));
    steps['all, of the slowest'].push(Math.max(...all.map(t => t.committed)) - start);
  }
  console.log(`the way of ${steps.build.length} blocks, as the nodes say it in por_status:`);
  for (const [name, values] of Object.entries(steps)) {
    console.log(`${name.padEnd(34)}p50 ${percentile(values, 50).toFixed(0).padStart(5)} ms   p99 ${percentile(values, 99).toFixed(0).padStart(5)} ms`);
  }
}
