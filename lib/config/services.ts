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
 * @throws {ConfigError} When it is not PostgreSQL, or has no such host or port.
 */
function databaseUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const hostVariable = environment['DB_HOST'] ? 'DB_HOST' : 'DB_URL';
  const given = {
    host: environment[hostVariable],
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
  const port = given.port || POSTGRES_PORT;
  if (!isPort(port)) {
    throw new ConfigError([
      `DB_PORT: expected a whole number from 1 to 65535, got ${JSON.stringify(port)}`,
    ]);
  }
  const [name, user, password] = [
    given.name || 'vidchat',
    given.user || 'root',
    given.password || 'rootpassword',
  ].map(encodeURIComponent);
  const at = host.includes(':') ? `[${host}]` : host;
  const url = `postgres://${user}:${password}@${at}:${port}/${name}`;
  if (host.includes('/') || !URL.canParse(url)) {
    throw new ConfigError([
      `${hostVariable}: expected the host of a PostgreSQL server, or a URL such as postgres://user:password@host/name, got ${JSON.stringify(host.replace(/\/\/.*@/, '//…@'))}`,
    ]);
  }
  return url;
}

function isPort(text: string): boolean {
  const port = numberIn(text);
  return typeof port === 'number' && port >= 1 && port <= 65_535;
}

function numberIn(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}
