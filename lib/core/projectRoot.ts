import path from 'node:path';

/** The folder of the project, from which relative paths in options start. */
export const PROJECT_ROOT = path.resolve(import.meta.dirname, '..', '..');
