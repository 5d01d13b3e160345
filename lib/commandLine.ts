import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { PROJECT_ROOT } from './core/projectRoot.ts';
import { StartError } from './core/StartError.ts';

/** Shown for --help, and with arguments that there are not. */
export const USAGE = `Usage: node server.ts [--service NAME] [--check | --help | --version]

Runs the Atrium server until it gets SIGTERM or SIGINT.

  --service  run one contract alone, with the environment variables of the
             service: signalling-server or users-service
  --check    say whether the configuration is right, with the certificate, the
             keys and a media worker tried, and end with 0 or 1
  --help     show this
  --version  show the version

The options are read from config.ts beside server.ts, or from the file that
ATRIUM_CONFIG names; environment variables win over it. See config.example.ts
and docs/operations.md, and docs/sessions.md for services.`;

/** The command for which the server was started. */
export type Command = 'serve' | 'check' | 'help' | 'version';

/** The arguments of the command line. */
interface Arguments {
  readonly command: Command;
  /** The service that is to run alone. */
  readonly service: string | undefined;
}

/**
 * Reads the arguments of the command line.
 *
 * @throws {StartError} With the usage, for arguments that there are not.
 */
export function argumentsIn(args: readonly string[]): Arguments {
  let values: {
    help?: boolean;
    version?: boolean;
    check?: boolean;
    service?: string;
  };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        service: { type: 'string' },
        check: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${reason}\n\n${USAGE}`, { cause: error });
  }
  const commands = ['help', 'version', 'check'] as const;
  return {
    command: commands.find((name) => values[name] === true) ?? 'serve',
    service: values.service,
  };
}

/** The version of this checkout. */
export function version(): string {
  const file = path.join(PROJECT_ROOT, 'package.json');
  const { version: text } = JSON.parse(readFileSync(file, 'utf8')) as {
    version: string;
  };
  return text;
}
