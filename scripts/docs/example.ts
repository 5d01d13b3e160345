import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';

/** The gateway that docs/gateways.md walks through; the tests run it. */
const EXAMPLE = 'tests/gateways/tiny';

/** The files of the example, in the order of the page. */
const FILES = [
  'contract.ts',
  'encode.ts',
  'handlers.ts',
  'TinySession.ts',
  'TinyGateway.ts',
] as const;

/** Each file as a block of code, with imports as in a folder of lib/gateways. */
export async function exampleSections(): Promise<Record<string, string>> {
  const sections = FILES.map(async (file) => {
    const source = await readFile(
      path.join(PROJECT_ROOT, EXAMPLE, file),
      'utf8',
    );
    const code = source
      .replaceAll("'../../../lib/gateways/", "'../")
      .replaceAll("'../../../lib/", "'../../")
      .trimEnd();
    return [file, `\`\`\`ts\n${code}\n\`\`\``] as const;
  });
  return Object.fromEntries(await Promise.all(sections));
}
