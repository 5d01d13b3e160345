import { z } from 'zod';

import { listenHostSchema, portSchema } from '../core/addresses.ts';
import type { Live } from '../core/Live.ts';
import type { StartupOptions } from '../core/options.ts';
import { count, section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';
import type { AccessOptions, Limits } from '../limits/options.ts';

/** Names of the gateways that can have an address of their own. */
export const CONTRACTS = [
  'protoo',
  'json',
  'chat',
  'calls',
  'media',
  'meetings',
  'users',
] as const;

/** The section `listen`. */
export const listenSection = section(
  'The address of the server, for HTTPS and signalling.',
  {
    host: listenHostSchema
      .default('127.0.0.1')
      .describe('Address to listen on; 0.0.0.0 or :: for all interfaces.'),
    port: portSchema
      .default(4443)
      .describe('TCP port; 0 takes any free one. Environment: ATRIUM_PORT.'),
    contract: z
      .enum(CONTRACTS)
      .optional()
      .describe(
        'Serves this contract alone, without the page. npm run signalling-server and npm run users-service set it.',
      ),
    tls: z
      .boolean()
      .default(true)
      .describe(
        'With false, it speaks plain HTTP, which needs a loopback host or a proxy in access.trustProxy.',
      ),
  },
);

/** The options of the section `listen`. */
type ListenOptions = OptionsOf<typeof listenSection>;

/** The section `tls`. */
export const tlsSection = section(
  'The certificate, PEM. Renewed files are served without a restart. If there are none and the server listens on loopback only, it makes a self-signed pair.',
  {
    cert: z
      .string()
      .min(1)
      .default('certs/cert.pem')
      .describe('Certificate chain; relative to the project.'),
    key: z
      .string()
      .min(1)
      .default('certs/key.pem')
      .describe('Private key; relative to the project.'),
  },
);

/** The options of the section `tls`. */
export type TlsOptions = OptionsOf<typeof tlsSection>;

/** The section `ops`. */
export const opsSection = section(
  'The address of metrics and status. They are not meant for the public, so on an address that others can reach they are served on a port of their own or not at all.',
  {
    host: listenHostSchema
      .default('127.0.0.1')
      .describe(
        'Address for port; everyone who can reach it sees everything, over plain HTTP.',
      ),
    port: portSchema
      .optional()
      .describe(
        'TCP port for all resources and the dashboard, including /metrics, /metrics/json and /status; 0 takes any free one. Without it, they are served on the main port while listen.host is a loopback address and access.trustProxy names no proxy, and not at all otherwise.',
      ),
    historyInterval: z
      .int()
      .min(1_000)
      .max(3_600_000)
      .default(10_000)
      .describe(
        'Interval at which figures are kept for the charts of the dashboard, ms. None are while auth.apiKeys is empty.',
      ),
    historyLength: count(100_000, 360).describe(
      'The latest figures that are kept in memory: with those of every 10 s, 360 are an hour.',
    ),
  },
);

/** The options of the section `ops`. */
export type OpsOptions = OptionsOf<typeof opsSection>;

/** The sections that HTTP needs. */
export interface HttpSections {
  readonly access: Live<AccessOptions>;
  readonly limits: Live<Limits>;
  readonly listen: ListenOptions;
  readonly ops: OpsOptions;
  readonly startup: StartupOptions;
}
