import type { Config } from './config/schema.ts';
import { Certificate } from './http/Certificate.ts';
import { usesTls } from './limits/addresses.ts';
import { openMedia } from './media/WorkerPool.ts';

/**
 * Tries what the configuration names without serving: reads the certificate, if it
 * is needed, and starts one media worker. Ports stay closed, since the server that runs may
 * have them open.
 *
 * @throws {StartError} When the server could not start.
 */
export async function check(config: Config): Promise<void> {
  if (usesTls(config)) {
    await Certificate.check(config);
  }
  if (config.workers.count === 0) {
    return;
  }
  const anyPort = { ...config, rtc: { ...config.rtc, port: 0 } };
  const worker = await openMedia(0, anyPort);
  await worker.close();
}
