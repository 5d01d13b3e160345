import path from 'node:path';

import express from 'express';
import type { RequestHandler } from 'express';

import { PROJECT_ROOT } from '../config.ts';

/** Where the built page lies. */
export const PAGE_FOLDER = path.join(PROJECT_ROOT, 'client', 'dist');

const YEAR_IN_SECONDS = 31_536_000;

/** The demo page at `/`. Its assets carry a hash in their names. */
export function pageRoutes(): RequestHandler {
  return express.static(PAGE_FOLDER, {
    setHeaders(response, file) {
      if (file.includes(`${path.sep}assets${path.sep}`)) {
        response.setHeader(
          'Cache-Control',
          `public, max-age=${YEAR_IN_SECONDS}, immutable`,
        );
      } else {
        response.setHeader('Cache-Control', 'no-cache');
      }
    },
  });
}
