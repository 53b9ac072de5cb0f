// Signs in as many threads as there are processors: tens of thousands of signatures take longer than what they are for.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { privateKeyToAccount } from 'viem/accounts';

/** @param drafts transactions with `from`, the index of the key that signs. Signed ones come back in their order. */
export async function signAll(keys, drafts) {
  const threads = availableParallelism(), part = Math.ceil(drafts.length / threads);
  const parts = Array.from({ length: threads }, (_, i) => sign(keys, drafts.slice(i * part, (i + 1) * part)));
  return (await Promise.all(parts)).flat();
}

const sign = (keys, drafts) => new Promise((resolve, reject) => {
  new Worker(new URL(import.meta.url), { workerData: { keys, drafts } }).once('message', resolve).once('error', reject);
});

if (!isMainThread) {
  const accounts = workerData.keys.map(key => privateKeyToAccount(key)), signed = [];
  for (const { from, ...tx } of workerData.drafts) signed.push(await accounts[from].signTransaction(tx));
  parentPort.postMessage(signed);
}
