import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

import { parse } from 'yaml';

/** A service of a Compose file, as far as this project uses the format. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly user: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?:
    | readonly string[]
    | Readonly<Record<string, { readonly ipv4_address?: string } | null>>;
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly secrets?: readonly string[];
  readonly depends_on?: Readonly<
    Record<string, { readonly condition: string }>
  >;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly read_only: boolean;
  readonly restart: string;
  readonly init: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period?: string;
  readonly stop_signal?: NodeJS.Signals;
  readonly deploy: {
    readonly resources: {
      readonly limits: { readonly cpus: string; readonly memory: string };
    };
  };
}

/** A Compose file. */
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly internal?: boolean;
        readonly ipam?: {
          readonly config: readonly { readonly subnet: string }[];
        };
      }
    >
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/**
 * Reads the Compose file of a folder, with the variables of its `.env`.
 *
 * @throws {Error} For a variable that the file requires and `.env` lacks.
 */
export function readCompose(folder: string): Compose {
  const text = readFileSync(path.join(folder, 'docker-compose.yml'), 'utf8');
  const variables = parseEnv(readFileSync(path.join(folder, '.env'), 'utf8'));
  return interpolated(parse(text, { merge: true }), variables) as Compose;
}

/** The networks of a service, with its address where the file has one. */
export function networksOf({
  networks = {},
}: ComposeService): [name: string, address: string | undefined][] {
  const entries = Array.isArray(networks)
    ? networks.map((name: string) => [name, null] as const)
    : Object.entries(
        networks as Record<string, { ipv4_address?: string } | null>,
      );
  return entries.map(([name, settings]) => [name, settings?.ipv4_address]);
}

function interpolated(value: unknown, variables: NodeJS.Dict<string>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(
      /\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g,
      (whole, name?: string, operator?: string, rest = '') => {
        if (name === undefined) {
          return '$';
        }
        const given = variables[name];
        if (given === undefined || given === '') {
          if (operator !== '-') {
            throw new Error(`${whole}: .env has no ${name}: ${rest}`);
          }
          return String(rest);
        }
        return given;
      },
    );
  }
  if (Array.isArray(value)) {
    return value.map((entry) => interpolated(entry, variables));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [
        key,
        interpolated(entry, variables),
      ]),
    );
  }
  return value;
}
