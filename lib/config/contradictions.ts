import { isIPv4, isIPv6 } from 'node:net';

import { clientAddresses, publicAddresses } from '../limits/addresses.ts';
import { isLoopback, isWildcard } from '../limits/network.ts';
import { announcedAddresses } from '../media/addresses.ts';
import type { Config } from './schema.ts';

/** Options that are valid alone and not together, in sentences that name them. */
export function contradictions(config: Config): string[] {
  const { rtc, workers } = config;
  const problems = [
    ...authContradictions(config),
    ...addressContradictions(config),
    ...portContradictions(config),
    ...plainContradictions(config),
  ];
  if (!rtc.udp && !rtc.tcp) {
    problems.push('rtc.udp, rtc.tcp: expected at least one to be true');
  }
  if (rtc.port !== 0 && rtc.port + workers.count - 1 > 65_535) {
    problems.push(
      `rtc.port: expected room for ${workers.count} workers below 65536, got ${rtc.port}`,
    );
  }
  if (workers.hangTimeout <= workers.probeTimeout) {
    problems.push(
      `workers.hangTimeout: expected more than workers.probeTimeout, which is ${workers.probeTimeout}, got ${workers.hangTimeout}`,
    );
  }
  if (workers.count === 0 && config.listen.contract !== 'users') {
    problems.push(
      'workers.count: expected at least 1, because listen.contract is not "users", which alone does without media, got 0',
    );
  }
  const { secret, mediaServer } = config.calls;
  if (secret !== undefined && secret === mediaServer.secret) {
    problems.push(
      'calls.mediaServer.secret: expected another secret than calls.secret, got the same',
    );
  }
  return [
    ...problems,
    ...clusterContradictions(config),
    ...limitContradictions(config),
  ];
}

/** The longest signals that have to fit into the link between two nodes at a time. */
const SIGNALS_IN_LINK = 4;

/** Options without which the nodes of a cluster do not find or know each other. */
function clusterContradictions({ cluster, limits, store }: Config): string[] {
  if (cluster.redis === undefined) {
    return [];
  }
  const missing = [
    cluster.secret === undefined && 'cluster.secret: expected a secret',
    store.url === undefined && 'store.url: expected a PostgreSQL database',
    cluster.address === undefined &&
      isWildcard(cluster.host) &&
      `cluster.address: expected the address at which other nodes reach ${cluster.host}`,
  ].filter((problem) => problem !== false);
  const problems = missing.map(
    (problem) => `${problem}, because cluster.redis is set, got nothing`,
  );
  const leastBytes = SIGNALS_IN_LINK * limits.sdpBytes;
  if (cluster.linkBytes < leastBytes) {
    problems.push(
      `cluster.linkBytes: expected at least four times limits.sdpBytes, ${leastBytes}, got ${cluster.linkBytes}`,
    );
  }
  return problems;
}

/** Announced addresses at which no media could arrive. */
function addressContradictions({ rtc }: Config): string[] {
  const { listenIp } = rtc;
  const announced = announcedAddresses(rtc);
  if (announced.length === 0) {
    return isWildcard(listenIp)
      ? [
          `rtc.announcedAddress: expected the address at which clients reach this host, because rtc.listenIp is ${listenIp}, got nothing`,
        ]
      : [];
  }
  const got = announced.join(' and ');
  if (announced.length > 1) {
    return isWildcard(listenIp) && isIPv6(listenIp)
      ? []
      : [
          `rtc.listenIp: expected "::", because rtc.announcedAddress has an IPv4 and an IPv6 address, got ${JSON.stringify(listenIp)}`,
        ];
  }
  if (isIPv6(got) && isIPv4(listenIp)) {
    return [
      `rtc.announcedAddress: expected no IPv6 address, because rtc.listenIp is ${listenIp}, got ${JSON.stringify(got)}`,
    ];
  }
  return isLoopback(listenIp) && !isLoopback(got)
    ? [
        `rtc.listenIp: expected an address that others reach, such as "0.0.0.0", because rtc.announcedAddress is ${got}, got ${JSON.stringify(listenIp)}`,
      ]
    : [];
}

/** TCP ports that are to be opened twice. */
function portContradictions(config: Config): string[] {
  const { cluster, ops, rtc, workers } = config;
  const addresses = [
    ...clientAddresses(config),
    ...(cluster.redis === undefined ? [] : [{ option: 'cluster', ...cluster }]),
    { option: 'ops', host: ops.host, port: ops.port ?? 0 },
  ].filter(({ port }) => port !== 0);
  const problems = addresses.flatMap(({ option, host, port }, index) => {
    const other = addresses
      .slice(0, index)
      .find((it) => it.port === port && overlap(it.host, host));
    return other === undefined
      ? []
      : [
          `${option}.port: expected a port other than ${other.option}.port, got ${port}`,
        ];
  });
  if (!rtc.tcp || rtc.port === 0) {
    return problems;
  }
  const last = rtc.port + workers.count - 1;
  for (const { option, host, port } of addresses) {
    if (port >= rtc.port && port <= last && overlap(host, rtc.listenIp)) {
      problems.push(
        `${option}.port: expected none of the ports from rtc.port on, one for each worker (${rtc.port} to ${last}), got ${port}`,
      );
    }
  }
  return problems;
}

/** Addresses at which passwords and tokens could be read on their way. */
function plainContradictions(config: Config): string[] {
  return publicAddresses(config)
    .filter(({ tls }) => !tls && config.access.trustProxy.length === 0)
    .map(
      ({ option, host }) =>
        `${option}.tls: expected true, because others can reach ${host} and access.trustProxy names no proxy that would speak TLS with them, got false; listen on 127.0.0.1, or set access.trustProxy`,
    );
}

/** Tells if the same port cannot be opened on both hosts. */
function overlap(host: string, other: string): boolean {
  return host === other || isWildcard(host) || isWildcard(other);
}

/** Each of these options bounds a part of what the next one does. */
const GROWING = [
  'sendBufferBytes',
  'keptBytesPerPeer',
  'keptBytesPerRoom',
  'keptBytes',
] as const;

function limitContradictions({ limits, signalling }: Config): string[] {
  const { maxFrameBytes } = signalling;
  const { pendingBytes } = limits;
  const problems =
    pendingBytes < 2 * maxFrameBytes
      ? [
          `limits.pendingBytes: expected at least twice signalling.maxFrameBytes, ${2 * maxFrameBytes}, got ${pendingBytes}`,
        ]
      : [];
  const shrinking = GROWING.slice(1).flatMap((option, index) => {
    const smaller = GROWING[index] ?? option;
    return limits[option] < limits[smaller]
      ? [
          `limits.${option}: expected at least limits.${smaller}, ${limits[smaller]}, got ${limits[option]}`,
        ]
      : [];
  });
  return [...problems, ...shrinking];
}

function authContradictions(config: Config): string[] {
  const { auth, access } = config;
  if (auth.mode === 'token') {
    // A server that only its own machine can reach makes a key if it has none.
    return auth.keys.length > 0 || publicAddresses(config).length === 0
      ? []
      : [
          'auth.keys: expected a key to check tokens with, because auth.mode is "token", got none; set one here or in ATRIUM_AUTH_SECRET',
        ];
  }
  const reached =
    publicAddresses(config)[0]?.host ??
    (access.trustProxy.length > 0 && 'the server through access.trustProxy');
  return auth.allowOpen || reached === false
    ? []
    : [
        `auth.mode: expected "token", because others can reach ${reached} and "open" lets everyone in, got "open"; if that is intended, set auth.allowOpen to true`,
      ];
}
