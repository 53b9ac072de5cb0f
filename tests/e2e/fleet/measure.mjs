// Figures of a run.
export const percentile = (values, p) => {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p / 100))];
};

export const spread = values => `p50 ${percentile(values, 50).toFixed(0)} ms, p99 ${percentile(values, 99).toFixed(0)} ms, max ${Math.max(...values).toFixed(0)} ms, of ${values.length}`;

/** Rounds that ended without a block, over the blocks of one node. */
export const missedRounds = blocks => blocks.reduce((sum, b) => sum + b.round, 0);

/** The same with the places: block:rounds. */
export const missedAt = blocks => `${missedRounds(blocks)}${blocks.filter(b => b.round > 0).map(b => ` ${b.number}:${b.round}`).join('')}`;
