// Where the processor time of nodes goes: their own counters at /metrics, and for threads that are not theirs the names in /proc.
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;
const threads = { 'gc (its threads)': /^\.NET (Server GC|BGC)/, 'jit (its thread)': /^\.NET Tiered/, 'rocksdb (its threads)': /^rocksdb/ };

/** Seconds since the start of the nodes, summed over them. */
export async function takeWork(nodes) {
  const sums = { total: 0, cpu: {}, begun: {}, threads: {}, gcPauses: 0, client: client() };
  const add = (where, name, value) => { where[name] = (where[name] ?? 0) + value; };
  for (const node of nodes) {
    const text = await (await fetch(`${node.http}/metrics`)).text();
    for (const [, name, labels, value] of text.matchAll(/^(\w+)\{([^}]*)\} ([\d.eE+-]+)/gm)) {
      const work = /work="([^"]+)"/.exec(labels)?.[1];
      if (name === 'bpdao_work_cpu_seconds_total') add(sums.cpu, work, Number(value));
      else if (name === 'bpdao_work_begun_total') add(sums.begun, work, Number(value));
      else if (name === 'dotnet_process_cpu_time_seconds_total') sums.total += Number(value);
      else if (name === 'dotnet_gc_pause_time_seconds_total') sums.gcPauses += Number(value);
    }
    for (const [group, pattern] of Object.entries(threads)) add(sums.threads, group, threadTime(node.pid, pattern));
  }
  return sums;
}

const client = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };

function threadTime(pid, pattern) {
  let ticks = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    let stat;
    try { stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'); } catch (e) { if (e.code === 'ENOENT' || e.code === 'ESRCH') continue; throw e; }
    const end = stat.lastIndexOf(')');
    if (!pattern.test(stat.slice(stat.indexOf('(') + 1, end))) continue;
    const fields = stat.slice(end + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / ticksPerSecond;
}

/** What was spent between the two, the largest first, in seconds, shares and microseconds for each transaction. */
export function printWork(before, after, nodes, transactions) {
  const total = after.total - before.total;
  const rows = [...difference(before.cpu, after.cpu), ...difference(before.threads, after.threads)];
  rows.push(['rest (HTTP, sockets, thread pool)', total - rows.reduce((sum, [, seconds]) => sum + seconds, 0)]);
  rows.sort((a, b) => b[1] - a[1]);
  const line = (name, seconds, note = '') =>
    console.log(`${name.padEnd(34)}${seconds.toFixed(2).padStart(9)} s${(100 * seconds / total).toFixed(1).padStart(7)} %${(1e6 * seconds / transactions).toFixed(1).padStart(9)} µs/tx  ${note}`.trimEnd());
  const begun = Object.fromEntries(difference(before.begun, after.begun));
  console.log(`processor time of ${nodes} nodes, by what they count at /metrics:`);
  for (const [name, seconds] of rows) line(name, seconds, name === 'senders' ? `${(begun.senders / transactions / nodes).toFixed(2)} signatures a transaction and node` : '');
  line('all nodes', total);
  line('the client', after.client - before.client);
  console.log(`pauses of the garbage collectors: ${(after.gcPauses - before.gcPauses).toFixed(2)} s of the wall clock`);
}

const difference = (before, after) => Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]);
