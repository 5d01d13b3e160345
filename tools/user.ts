/**
 * Creates, lists, changes and deletes accounts in the database of the config,
 * whether the server runs or not. A password is asked for at the terminal, or
 * read from standard input; it is never an argument, which others could see.
 *
 * Usage: npm run user -- add WHO [--name NAME] [--role user|moderator|admin]
 *        npm run user -- list
 *        npm run user -- set-password WHO
 *        npm run user -- set-role WHO user|moderator|admin
 *        npm run user -- delete WHO
 *
 * WHO is an email address or a username. With --service NAME, the database is that
 * of a service, whose environment variables count.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Accounts } from '../lib/accounts/Accounts.ts';
import { createAccounts } from '../lib/accounts/createAccounts.ts';
import { isEmailAddress } from '../lib/accounts/emailAddress.ts';
import { ACCOUNT_ROLES } from '../lib/accounts/roles.ts';
import type { AccountRole } from '../lib/accounts/roles.ts';
import { isUsername, USERNAME_FORM } from '../lib/accounts/username.ts';
import { LiveConfig } from '../lib/config/LiveConfig.ts';
import { loadConfig } from '../lib/config/load.ts';
import type { Config } from '../lib/config/schema.ts';
import { AppError } from '../lib/core/errors.ts';
import { setLogLevel } from '../lib/core/logger.ts';
import { PROJECT_ROOT } from '../lib/core/projectRoot.ts';
import { StartError } from '../lib/core/StartError.ts';
import { visible } from '../lib/core/text.ts';
import { openStore } from '../lib/store/openStore.ts';
import type { Store, UserRecord } from '../lib/store/Store.ts';
import { PasswordError, readPassword } from './readPassword.ts';
import { UsageError } from './UsageError.ts';

const USAGE = `npm run user -- COMMAND

  add WHO [--name NAME] [--role ${ACCOUNT_ROLES.join('|')}]
  list
  set-password WHO
  set-role WHO ${ACCOUNT_ROLES.join('|')}
  delete WHO

WHO is an email address or a username. With an address, --name is needed.
--service users-service takes the database of that service.
Passwords are asked for, or read from standard input.`;

/** The longest name, as the server takes it. */
const MAX_NAME_LENGTH = 100;

/** The number of accounts that are read at once. */
const PAGE = 500;

/** The parts that a command works on. */
interface Context {
  accounts: Accounts;
  store: Store;
  config: Config;
}

/** The address or the username of an account. */
interface Who {
  email?: string;
  username?: string;
}

/** The arguments after the name of a command. */
interface Arguments {
  words: readonly string[];
  name: string | undefined;
  role: string | undefined;
}

const COMMANDS: Readonly<
  Record<string, (context: Context, given: Arguments) => Promise<void>>
> = {
  async add({ accounts }, given) {
    const who = whoIn(given, 1);
    const { email = '', username } = who;
    const name = nameOf(given, username);
    const role = given.role === undefined ? 'user' : roleOf(given.role);
    const password = await readPassword();
    const user = await accounts.create(
      { email, username, name, password },
      role,
    );
    console.log(`created account ${user.id}: ${labelOf(user)}, ${role}`);
  },

  async list({ store }, given) {
    requireWords(given, 0);
    for (let after = 0; ;) {
      const page = await store.users.list({ after, limit: PAGE });
      for (const { id, email, role, joinedAt, name, username } of page) {
        const joined = joinedAt.toISOString().slice(0, 10);
        const columns = [id, email, role, joined, shown(name), username];
        console.log(columns.join('\t').trimEnd());
      }
      const last = page.at(-1);
      if (last === undefined) {
        return;
      }
      after = last.id;
    }
  },

  async 'set-password'({ accounts, store }, given) {
    const user = await userOf(store, whoIn(given, 1));
    await accounts.setPassword(user, await readPassword());
    console.log(
      `replaced the password of ${labelOf(user)}; all logins of the account have ended`,
    );
  },

  async 'set-role'({ accounts, store }, given) {
    const who = whoIn(given, 2);
    const role = roleOf(given.words[1] ?? '');
    const user = await userOf(store, who);
    await accounts.setRole(user.id, role);
    console.log(`${labelOf(user)} is ${role} from now on`);
  },

  async delete({ accounts, store, config }, given) {
    const user = await userOf(store, whoIn(given, 1));
    await accounts.delete(user.id);
    const messages = config.accounts.deleteMessages ? 'deleted' : 'kept';
    console.log(
      `deleted account ${user.id}: ${labelOf(user)}; messages are ${messages}`,
    );
  },
};

try {
  await run();
} catch (error) {
  if (
    !(error instanceof UsageError) &&
    !(error instanceof PasswordError) &&
    !(error instanceof StartError) &&
    !(error instanceof AppError)
  ) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { command, given, service } = parse();
  const serve = COMMANDS[command];
  if (serve === undefined) {
    throw new UsageError(
      `expected a command, got ${JSON.stringify(command)}\nUsage: ${USAGE}`,
    );
  }
  setLogLevel('error');
  const config = await loadConfig(process.env, service);
  requireDatabase(config);
  const store = await openStore(config.store, PROJECT_ROOT);
  try {
    const accounts = createAccounts(store, new LiveConfig(config).view);
    await serve({ accounts, store, config }, given);
  } finally {
    await store.close();
  }
}

function parse(): {
  command: string;
  given: Arguments;
  service: string | undefined;
} {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        role: { type: 'string' },
        service: { type: 'string' },
      },
    });
    const { name, role, service } = values;
    const [command = '', ...words] = positionals;
    return { command, given: { words, name, role }, service };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${message}\nUsage: ${USAGE}`, { cause: error });
  }
}

/**
 * Requires a database that is there: a new one at a mistaken place would look
 * like one without accounts, and might belong to another user than the server.
 */
function requireDatabase({ store }: Config): void {
  const file = path.resolve(PROJECT_ROOT, store.file);
  if (store.url === undefined && !existsSync(file)) {
    throw new UsageError(
      `store.file: expected the database of a server, got none at ${file}; start the server once, which creates it`,
    );
  }
}

function requireWords({ words }: Arguments, count: number): void {
  if (words.length !== count) {
    throw new UsageError(
      `expected ${count} arguments, got ${words.length}\nUsage: ${USAGE}`,
    );
  }
}

/** The account that a command with so many arguments begins with. */
function whoIn(given: Arguments, count: number): Who {
  requireWords(given, count);
  const [who = ''] = given.words;
  const username = who.normalize('NFC');
  if (isEmailAddress(who)) {
    return { email: who };
  }
  if (isUsername(username)) {
    return { username };
  }
  throw new UsageError(
    `WHO: expected an email address, or a username of ${USERNAME_FORM}, got ${JSON.stringify(who)}`,
  );
}

function nameOf({ name = '' }: Arguments, otherwise = ''): string {
  const trimmed = name.trim() || otherwise;
  const length = Array.from(trimmed).length;
  if (length === 0 || length > MAX_NAME_LENGTH) {
    throw new UsageError(
      `--name: expected 1 to ${MAX_NAME_LENGTH} characters, got ${length}`,
    );
  }
  return trimmed;
}

function roleOf(text: string): AccountRole {
  const role = ACCOUNT_ROLES.find((it) => it === text);
  if (role === undefined) {
    throw new UsageError(
      `role: expected ${ACCOUNT_ROLES.join(', ')}, got ${JSON.stringify(text)}`,
    );
  }
  return role;
}

async function userOf(
  store: Store,
  { email, username = '' }: Who,
): Promise<UserRecord> {
  const user =
    email === undefined
      ? await store.users.findByUsername(username)
      : await store.users.findByEmail(email);
  if (user === undefined) {
    throw new UsageError(
      `WHO: expected the address or the username of an account, got ${JSON.stringify(email ?? username)}; npm run user -- list shows them`,
    );
  }
  return user;
}

/** The address of an account, or its username if it has none. */
function labelOf({ email, username }: UserRecord): string {
  return email || username;
}

/** A name that cannot break the line or move the cursor of a terminal. */
function shown(name: string): string {
  return visible(name.replaceAll(/\p{Cc}/gu, ' '));
}
