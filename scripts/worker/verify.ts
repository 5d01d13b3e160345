/**
 * Starts the given mediasoup-worker binary with the installed mediasoup and
 * stops it again. Exits with 1 and says why if the binary does not start.
 */
import { createWorker } from 'mediasoup';

const [, , workerBin] = process.argv;

try {
  if (!workerBin) {
    throw new Error('usage: verify.ts BINARY');
  }
  const worker = await createWorker({ workerBin });
  await worker.dump();
  worker.close();
} catch (error) {
  console.error(`${workerBin} does not start: ${String(error)}`);
  process.exitCode = 1;
}
