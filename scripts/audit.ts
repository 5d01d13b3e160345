/**
 * Looks up the packages of the lock file among the registry's advisories. Ends
 * with 1 where one of level high or critical concerns them, and with 0 where the
 * registry does not answer, which it says.
 *
 * Usage: node scripts/audit.ts
 */
import { npmJson } from './npm.ts';

const FAILING = new Set(['high', 'critical']);

/** A registry that has not answered by then is taken as one that does not, ms. */
const TIMEOUT = '10000';

interface Advisory {
  severity: string;
  title: string;
  url: string;
}

interface Vulnerability {
  name: string;
  /** Advisories, or the names of packages that have them. */
  via: readonly (Advisory | string)[];
}

const report = look();
if ('reason' in report) {
  console.log(
    `audit: the registry tells no advisories (${report.reason}); the packages were NOT looked up`,
  );
} else {
  tell(report.found);
}

function look(): { found: Vulnerability[] } | { reason: string } {
  try {
    const answer = npmJson(['audit', '--json', '--package-lock-only'], {
      npm_config_fetch_retries: '0',
      npm_config_fetch_timeout:
        process.env['npm_config_fetch_timeout'] ?? TIMEOUT,
    });
    const vulnerabilities = answer['vulnerabilities'];
    return vulnerabilities === undefined
      ? { reason: reasonOf(answer) }
      : {
          found: Object.values(
            vulnerabilities as Record<string, Vulnerability>,
          ),
        };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** npm's own word for it, on one line. */
function reasonOf(answer: Record<string, unknown>): string {
  const { message } = answer;
  return typeof message === 'string' ? message : JSON.stringify(answer);
}

function tell(found: readonly Vulnerability[]): void {
  let failing = 0;
  for (const { name, via } of found) {
    for (const advisory of via) {
      if (typeof advisory !== 'string') {
        const { severity, title, url } = advisory;
        failing += FAILING.has(severity) ? 1 : 0;
        console.log(`audit: ${name}: ${severity}: ${title} (${url})`);
      }
    }
  }
  if (failing > 0) {
    console.error(
      `audit: expected no advisory of level high or critical, found ${failing}; "npm audit fix" moves to versions without`,
    );
    process.exitCode = 1;
  } else {
    console.log('audit: no advisory of level high or critical');
  }
}
