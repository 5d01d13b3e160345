import type { Delivery } from 'videoconf-sdk/core';
import { offerIn } from './files/FileOffer.ts';
import type { FileOffer } from './files/FileOffer.ts';

/** Longest name of an author, as other pages pass it on. */
const MAX_NAME = 128;

const MAX_ID = 64;
const MAX_PEER_ID = 256;
const MAX_TEXT = 2_000;

/** The last time that a browser can show, ms. */
const MAX_TIME = 8.64e15;

/** Most people that a message lists as not having received it. */
const MAX_MISSING = 100;

/** The delivery of a message, with the names of people who have not received it. */
export type Fate = { state: Delivery['state']; missing: readonly string[] };

/** A message as it is passed on to others, and kept across a reload. */
export type Told = {
  id: string;
  /** The id of its author, who may have left. */
  peerId: string;
  name: string;
  text: string;
  /** The time of its arrival, ms, by the clock of the page that passes it on. */
  at: number;
  /** A file that the author offers; the text is for pages that know none. */
  file?: FileOffer | undefined;
};

/** A message in the log. */
export type Entry = Told & {
  /** Written by the user. */
  self: boolean;
  /** The name of the person who passed it on; undefined if its author sent it. */
  via?: string | undefined;
  /** It came from its author while this page was open. */
  firstHand: boolean;
  /** Undefined for messages of others. */
  fate?: Fate | undefined;
};

/** A message as the page keeps it across a reload. */
export type Kept = Told & Pick<Entry, 'via' | 'fate'>;

/** Reads a message that another page passes on; undefined if it is invalid. */
export function toldIn(value: unknown): Told | undefined {
  const { id, peerId, name, text, at, file } = Object(value) as Record<
    string,
    unknown
  >;
  return isText(id, MAX_ID) &&
    isText(peerId, MAX_PEER_ID) &&
    isText(name, MAX_NAME) &&
    isText(text, MAX_TEXT) &&
    typeof at === 'number' &&
    at >= 0 &&
    at <= MAX_TIME
    ? { id, peerId, name, text, at, file: offerIn(file) }
    : undefined;
}

/** Reads a message that this page has kept; undefined if it is invalid. */
export function keptIn(value: unknown): Kept | undefined {
  const told = toldIn(value);
  const { via, fate } = Object(value) as Record<string, unknown>;
  return (
    told && {
      ...told,
      via: isText(via, MAX_NAME) ? via : undefined,
      fate: fateIn(fate),
    }
  );
}

/** The part of an entry that is passed on to others. */
export function told({ id, peerId, name, text, at, file }: Entry): Told {
  return { id, peerId, name: name.slice(0, MAX_NAME), text, at, file };
}

/** The identity of a message: authors choose ids, so both belong to it. */
export function keyOf({ peerId, id }: Pick<Told, 'peerId' | 'id'>): string {
  return JSON.stringify([peerId, id]);
}

function fateIn(value: unknown): Fate | undefined {
  if (value === undefined) {
    return undefined;
  }
  const { state, missing } = Object(value) as Record<string, unknown>;
  return {
    // A message still being sent when the page closed may not have arrived.
    state: state === 'sent' ? 'sent' : 'undelivered',
    missing: Array.isArray(missing)
      ? missing.filter((it) => isText(it, MAX_NAME)).slice(0, MAX_MISSING)
      : [],
  };
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most;
}
