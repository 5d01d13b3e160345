import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { Router } from 'express';
import type { RequestHandler } from 'express';
import Negotiator from 'negotiator';

import { PROJECT_ROOT } from '../core/projectRoot.ts';
import { PageFile } from './PageFile.ts';
import { securityHeaders } from './securityHeaders.ts';

/** The folder of the built page. */
export const PAGE_FOLDER = path.join(PROJECT_ROOT, 'client', 'dist');

/** The folder of the built dashboard. */
const DASHBOARD_FOLDER = path.join(PROJECT_ROOT, 'client', 'admin', 'dist');

/** The address of the dashboard. Its files are below it. */
const DASHBOARD = '/admin';

/** The folder whose file names contain a hash of the content, from Vite. */
const HASHED = 'assets/';

/** The ending of a page, which its address does without. */
const PAGE = '.html';

const YEAR_IN_SECONDS = 31_536_000;

/** The page's files by the paths that they are served at. */
export type Page = ReadonlyMap<string, PageFile>;

/**
 * Reads the page into memory, so that no request opens a file.
 *
 * @returns No files if the page has not been built.
 */
export async function loadPage(folder = PAGE_FOLDER): Promise<Page> {
  const page = new Map<string, PageFile>();
  for (const name of await filesIn(folder)) {
    const file = new PageFile(name, await readFile(path.join(folder, name)));
    page.set(`/${name}`, file);
    if (name === 'index.html') {
      page.set('/', file);
    } else if (name.endsWith(PAGE)) {
      page.set(`/${name.slice(0, -PAGE.length)}`, file);
    }
  }
  return page;
}

/**
 * Reads the dashboard into memory.
 *
 * @returns No files if it has not been built.
 */
export async function loadDashboard(): Promise<Page> {
  const files = await loadPage(DASHBOARD_FOLDER);
  return new Map(
    Array.from(files, ([at, file]) => [`${DASHBOARD}${at}`, file]),
  );
}

/**
 * Serves the dashboard of operators. No page may frame it, not even one that may
 * frame the page.
 *
 * @param isServed - Tells if it is served here, asked for each request.
 */
export function dashboardRoutes(
  dashboard: Page,
  isServed: () => boolean,
): RequestHandler {
  const files = Router().use(
    ...securityHeaders(() => []),
    pageRoutes(dashboard),
  );
  return (request, response, next) => {
    if (!isServed() || dashboard.size === 0) {
      next();
    } else if (request.path === DASHBOARD) {
      // Relative, as a proxy may serve it below another path.
      response.redirect(308, `.${DASHBOARD}/`);
    } else if (request.path.startsWith(`${DASHBOARD}/`)) {
      files(request, response, next);
    } else {
      next();
    }
  };
}

/** Serves the page, in the encoding that each client prefers. */
export function pageRoutes(page: Page): RequestHandler {
  return (request, response, next) => {
    const file = page.get(request.path);
    if (file === undefined || !['GET', 'HEAD'].includes(request.method)) {
      next();
      return;
    }
    const { name, encodings } = file;
    const [encoding = 'identity'] = new Negotiator(request).encodings(
      encodings,
      { preferred: encodings },
    );
    file.encoded(encoding).then((content) => {
      response
        .type(path.extname(name))
        .set({
          'Cache-Control': name.startsWith(HASHED)
            ? `public, max-age=${YEAR_IN_SECONDS}, immutable`
            : 'no-cache',
          ETag: file.entityTag(encoding),
          ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
        })
        .vary('Accept-Encoding')
        // Answers HEAD and If-None-Match as well.
        .send(content);
    }, next);
  };
}

/** Paths relative to the folder, with slashes; hidden files excluded. */
async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, {
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ parentPath, name }) =>
        path
          .relative(folder, path.join(parentPath, name))
          .replaceAll(path.sep, '/'),
      );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
