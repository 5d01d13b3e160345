import { isDeepStrictEqual } from 'node:util';

import { LiveOptions } from '../core/Live.ts';
import type { Live } from '../core/Live.ts';
import { mapValues } from '../core/mapValues.ts';
import type { Config } from './schema.ts';

/** The options that are sections, and not lists. */
type Section = {
  [Name in keyof Config]: Config[Name] extends readonly unknown[]
    ? never
    : Name;
}[keyof Config];

/** Options that may change while the server runs: whole sections, or some of one. */
export const CHANGEABLE: {
  readonly [Name in Section]?: 'all' | readonly (keyof Config[Name])[];
} = {
  access: 'all',
  accounts: 'all',
  chat: 'all',
  calls: [
    'ringTimeout',
    'reconnectTimeout',
    'confirmTimeout',
    'serverTimeout',
    'maxParticipants',
    'joinsPerCall',
    'returnToP2p',
    'switchTimeout',
    'openTimeout',
    'conversationsPerUser',
    'membersPerConversation',
    'shareLinksPerConversation',
    'guestsPerConversation',
    'shareLinkLifetime',
    'guestLifetime',
    'secret',
    'mediaServer',
  ],
  auth: [
    'keys',
    'apiKeys',
    'apiTokenLifetime',
    'roomTokenLifetime',
    'clockTolerance',
    'enforceExpiry',
  ],
  ice: 'all',
  log: 'all',
  limits: 'all',
  meetings: 'all',
  moderation: 'all',
  rooms: 'all',
  shutdown: 'all',
  webhooks: 'all',
};

/**
 * A configuration whose sections change under their users. Lists stay as they
 * were at the start.
 */
export type LiveSections = {
  readonly [Section in keyof Config]: Config[Section] extends readonly unknown[]
    ? Config[Section]
    : Live<Config[Section]>;
};

/**
 * A configuration that can be replaced while the server runs. Its users keep
 * {@link view}, or a section of it, and read each option when they need it.
 */
export class LiveConfig {
  /** Always shows the newest values. */
  readonly view: LiveSections;
  readonly #sections: Readonly<Record<string, LiveOptions<object>>>;
  readonly #lists: Readonly<Record<string, object>>;

  constructor(config: Config) {
    const entries = Object.entries<object>(config);
    this.#lists = Object.fromEntries(entries.filter(([, it]) => isList(it)));
    const sections = entries.filter(([, it]) => !isList(it));
    this.#sections = mapValues(
      Object.fromEntries(sections),
      (section) => new LiveOptions(section),
    );
    this.view = Object.freeze({
      ...mapValues(this.#sections, ({ view }) => view),
      ...this.#lists,
    }) as LiveSections;
  }

  /**
   * Takes over the options that may change.
   *
   * @returns The sections in which other options differ, too, which wait for a
   *   restart.
   */
  update(next: Config): string[] {
    const waiting = Object.keys(this.#lists).filter(
      (name) =>
        !isDeepStrictEqual(this.#lists[name], next[name as keyof Config]),
    );
    for (const [name, section] of Object.entries(this.#sections)) {
      const wanted = next[name as keyof Config];
      section.replace(
        merged(section.current, wanted, CHANGEABLE[name as Section]),
      );
      if (!isDeepStrictEqual(section.current, wanted)) {
        waiting.push(name);
      }
    }
    return waiting;
  }
}

/** The options of a section once those that may change have been replaced. */
function merged(
  current: object,
  next: object,
  changeable: 'all' | readonly string[] = [],
): object {
  if (changeable === 'all') {
    return next;
  }
  const options = Object.entries(next).filter(([option]) =>
    changeable.includes(option),
  );
  return options.length === 0
    ? current
    : Object.freeze({ ...current, ...Object.fromEntries(options) });
}

function isList(value: object): boolean {
  return Array.isArray(value);
}
