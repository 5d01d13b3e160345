import { ConfigError } from '../core/ConfigError.ts';

/** A contract that can run as a service of its own, beside others. */
interface Service {
  readonly contract: string;
  /** The port unless `PORT` or `ATRIUM_PORT` names another. */
  readonly port: number;
  /** Options that it cannot do with other values of. */
  readonly needs?: Readonly<Record<string, object>>;
}

/** The services by their names. */
const SERVICES: Readonly<Record<string, Service>> = {
  'signalling-server': { contract: 'meetings', port: 8080 },
  'users-service': {
    contract: 'users',
    port: 8081,
    needs: { workers: { count: 0 } },
  },
};

/** The port of PostgreSQL unless `DB_PORT` names another. */
const POSTGRES_PORT = '5432';

type Options = Readonly<Record<string, unknown>>;

/**
 * The options with which a contract runs alone: those of the server, and what
 * the environment variables of the service say.
 *
 * @throws {ConfigError} When there is no such service, or no such database.
 */
export function serviceOptions(
  name: string,
  options: Options,
  environment: NodeJS.ProcessEnv,
): Options {
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (service === undefined) {
    throw new ConfigError([
      `--service: expected ${Object.keys(SERVICES).join(' or ')}, got ${JSON.stringify(name)}`,
    ]);
  }
  const port = environment['PORT'] || environment['ATRIUM_PORT'];
  const secret = environment['JWT_SECRET'];
  const issuer = environment['JWT_ISSUER'];
  const url = databaseUrl(environment);
  return {
    ...withOptions(options, {
      listen: {
        contract: service.contract,
        tls: false,
        port: port === undefined ? service.port : numberIn(port),
      },
      ...(secret && { auth: { keys: [{ algorithm: 'HS256', secret }] } }),
      ...(issuer && { accounts: { issuer } }),
      ...(url !== undefined && { store: { url } }),
      ...service.needs,
    }),
    listeners: [],
  };
}

/** Options with some of them replaced, section by section. */
function withOptions(
  options: Options,
  changes: Readonly<Record<string, object>>,
): Options {
  return {
    ...options,
    ...Object.fromEntries(
      Object.entries(changes).map(([section, change]) => [
        section,
        { ...(options[section] as object | undefined), ...change },
      ]),
    ),
  };
}

/**
 * The database that the variables name; undefined where they name none.
 *
 * @throws {ConfigError} When it is not PostgreSQL.
 */
function databaseUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const given = {
    host: environment['DB_HOST'] || environment['DB_URL'],
    port: environment['DB_PORT'],
    name: environment['DB_NAME'],
    user: environment['DB_USERNAME'],
    password: environment['DB_PASSWORD'],
  };
  if (Object.values(given).every((value) => !value)) {
    return undefined;
  }
  const host = given.host || 'localhost';
  if (/^postgres(?:ql)?:\/\//.test(host)) {
    return host;
  }
  if (host.includes('/')) {
    throw new ConfigError([
      `DB_URL: expected the host of a PostgreSQL server, or a URL such as postgres://user:password@host/name, got ${JSON.stringify(host.replace(/\/\/.*@/, '//…@'))}`,
    ]);
  }
  const [name, user, password] = [
    given.name || 'vidchat',
    given.user || 'root',
    given.password || 'rootpassword',
  ].map(encodeURIComponent);
  const at = host.includes(':') ? `[${host}]` : host;
  return `postgres://${user}:${password}@${at}:${given.port || POSTGRES_PORT}/${name}`;
}

function numberIn(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
