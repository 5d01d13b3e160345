import { hostAndPort } from '../core/addresses.ts';

/** A node of the cluster, as claims name it. */
export interface NodeAddress {
  /** The id of this run of it. */
  readonly id: string;
  /** The host at which other nodes reach it. */
  readonly host: string;
  readonly port: number;
}

/** A node in one word, without spaces. */
export function nameOf(node: NodeAddress): string {
  return `${node.id}@${placeOf(node)}`;
}

/** The place of a node, which its next run takes over. */
export function placeOf({ host, port }: NodeAddress): string {
  return `${host}|${port}`;
}

/** The host and port of a node, as operators read them. */
export function addressOf({ host, port }: NodeAddress): string {
  return hostAndPort(host, port);
}

/** The node that a word names; undefined if it is of another form. */
export function nodeIn(name: string): NodeAddress | undefined {
  const { id, host, port } =
    /^(?<id>[^@]+)@(?<host>[^|]+)\|(?<port>\d+)$/.exec(name)?.groups ?? {};
  return id === undefined || host === undefined
    ? undefined
    : { id, host, port: Number(port) };
}
