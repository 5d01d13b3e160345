import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The longest that a process may take to end once told to, ms. */
const END_TIMEOUT_MS = 3_000;

/**
 * Ends the processes that a test file started and that outlived it: media
 * workers, browsers, servers. They are known by a mark in their environment,
 * which only Linux lets one see.
 *
 * @returns The command lines of those that had to be ended.
 */
export async function endLeftovers(mark: string): Promise<string[]> {
  const deadline = Date.now() + END_TIMEOUT_MS;
  let left = marked(mark);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = marked(mark);
  }
  for (const { pid } of left) {
    process.kill(pid, 'SIGKILL');
  }
  return left.map(({ pid, command }) => `${pid} ${command}`);
}

function marked(mark: string): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/environ')) {
    return [];
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) =>
      readProc(pid, 'environ').includes(`TEST_FILE_MARK=${mark}`),
    )
    .map((pid) => ({ pid, command: readProc(pid, 'cmdline').join(' ') }));
}

/** The strings of a file in /proc, none if the process has gone. */
function readProc(pid: number, file: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
