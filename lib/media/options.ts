import { availableParallelism } from 'node:os';

import { z } from 'zod';

import {
  announcedAddressSchema,
  bindAddressSchema,
  portSchema,
} from '../core/addresses.ts';
import type { StartupOptions } from '../core/options.ts';
import { section } from '../core/section.ts';
import type { OptionsOf } from '../core/section.ts';

/** The section `rtc`. */
export const rtcSection = section(
  'The addresses and ports at which the media workers send and receive.',
  {
    listenIp: bindAddressSchema
      .default('127.0.0.1')
      .describe('IP address that the workers bind.'),
    announcedAddress: announcedAddressSchema
      .optional()
      .describe(
        'Public IP address or host name that clients send media to; required behind NAT and if listenIp is 0.0.0.0 or ::. With listenIp :: it may be a list of one IPv4 and one IPv6 address (separated by a comma in the environment).',
      ),
    ownAddress: z
      .boolean()
      .default(true)
      .describe(
        'While listenIp is a loopback address, also bind the address of this machine in its network, because Firefox sends no media to a loopback address. Clients still have to reach the server at listen.host.',
      ),
    port: portSchema
      .default(25_200)
      .describe(
        'First UDP and TCP port; worker N takes port + N. 0 takes any free ones.',
      ),
    udp: z.boolean().default(true).describe('Offer ICE over UDP.'),
    tcp: z.boolean().default(true).describe('Offer ICE over TCP.'),
    iceConsentTimeout: z
      .int()
      .min(5)
      .max(60)
      .default(15)
      .describe(
        'Time without an answer to ICE consent checks after which a transport counts as disconnected, s.',
      ),
    initialOutgoingBitrate: z
      .int()
      .min(30_000)
      .max(100_000_000)
      .default(300_000)
      .describe(
        'Bandwidth that a receiver is assumed to have before it is measured, bit/s.',
      ),
    adaptLayers: z
      .boolean()
      .default(true)
      .describe(
        'Divide the bandwidth of a receiver among all its videos together: smooth cameras before large ones, sharp screens before smooth ones, and videos that do not fit suspended. With false, that is left to mediasoup, which raises one video after the other, the resolution before the frame rate.',
      ),
  },
);

/** The options of the section `rtc`. */
export type RtcOptions = OptionsOf<typeof rtcSection>;

/** The section `workers`. */
export const workersSection = section('The mediasoup worker processes.', {
  count: z
    .int()
    .min(0)
    .max(256)
    .default(availableParallelism())
    .describe('Number of workers; one per CPU core by default.'),
  logLevel: z
    .enum(['debug', 'warn', 'error', 'none'])
    .default('warn')
    .describe('Level from which the workers log.'),
  probeInterval: z
    .int()
    .min(100)
    .max(60_000)
    .default(2_000)
    .describe('Time between two probes of a worker, ms.'),
  probeTimeout: z
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .describe(
      'A worker that has not answered for this long gets no new rooms and peers until it answers, ms.',
    ),
  hangTimeout: z
    .int()
    .min(200)
    .max(600_000)
    .default(15_000)
    .describe(
      'A worker that has not answered for this long, or takes longer to start, is killed and replaced, ms. More than probeTimeout.',
    ),
});

/** The options of the section `workers`. */
export type WorkersOptions = OptionsOf<typeof workersSection>;

/** The section `speakers`. */
export const speakersSection = section(
  'The detection of active speakers, and the volumes that members of a room receive.',
  {
    activeInterval: z
      .int()
      .min(100)
      .max(5_000)
      .default(300)
      .describe('Interval at which the active speaker is determined, ms.'),
    levelsInterval: z
      .int()
      .min(250)
      .max(5_000)
      .default(800)
      .describe('Interval over which volumes are averaged, ms.'),
    threshold: z
      .int()
      .min(-127)
      .max(0)
      .default(-70)
      .describe('Volume up to which a microphone counts as silent, dBov.'),
    maxLevels: z
      .int()
      .min(1)
      .max(100)
      .default(10)
      .describe(
        'Number of peers whose volumes are reported, the loudest first.',
      ),
  },
);

/** The options of the section `speakers`. */
export type SpeakersOptions = OptionsOf<typeof speakersSection>;

/** The sections that routers and workers need. */
export interface MediaOptions {
  readonly rtc: RtcOptions;
  readonly workers: WorkersOptions;
  readonly speakers: SpeakersOptions;
  readonly startup: StartupOptions;
}
