import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { contradicts, spoilers, spoils } from '../lib/cheats.mjs';

// By the number of the evidence (protocol rule 7.1).
const contradictions = [['equivocate', 1], ['double-vote-1', 2], ['double-vote-2', 3], ['vote-2-then-hide', 4], ['hide-salt', 8]];

/** Every way to cheat, each by one of four new processes. */
export async function run({ only, keep }) {
  if (keep) mkdirSync(keep);
  const folder = name => keep && path.join(keep, name);
  const cheats = [
    ...contradictions.map(([name, kind]) => ({ name, expected: `E${kind}`, attempt: () => contradicts(name, kind, folder(name)) })),
    ...spoilers().map(s => ({ name: s.name, expected: `${s.reason}, ${s.outcome.toLowerCase()}`, attempt: () => spoils(s, folder(s.name)) })),
  ].filter(c => only === undefined || c.name === only);
  if (cheats.length === 0) throw new Error(`no behaviour is called ${only}`);
  let failed = 0;
  for (const { name, expected, attempt } of cheats) {
    const began = performance.now();
    try {
      const { slash, height } = await attempt();
      const escrow = slash ? `${slash.amount / 10n ** 18n} REP in escrow for block ${slash.height}` : 'nobody pays';
      console.log(`${name}: ${expected}; ${escrow}; the chain goes on to block ${height} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed++;
      console.log(`${name}: expected ${expected}, and ${error.message}`);
    }
  }
  console.log(`${cheats.length - failed} of ${cheats.length} ways to cheat end as the rules say`);
  return failed === 0 ? 0 : 1;
}
