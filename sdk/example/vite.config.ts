import type { ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import process from 'node:process';

import { defineConfig } from 'vite';
import type { Connect, Plugin, ProxyOptions } from 'vite';

/** The settings of the example, by environment variables. */
const {
  PORT = '3000',
  LISTEN_HOST = 'localhost',
  SERVER_URL = 'https://localhost:4443',
  API_KEY = 'your-api-key',
  PROJECT_ID = 'project-id',
} = process.env;

const server = new URL(SERVER_URL);
const isLocal =
  server.hostname === 'localhost' ||
  (isIP(server.hostname) === 4 && server.hostname.startsWith('127.'));

/**
 * The server as a part of this origin, so that neither its certificate nor its
 * option `access.origins` have to know the example.
 */
const proxy: ProxyOptions = {
  target: server.origin,
  changeOrigin: true,
  ws: true,
  // A server on this machine may have signed its own certificate.
  secure: !isLocal,
  configure: (it) => {
    it.on('proxyReq', (request) => request.setHeader('Origin', server.origin));
    it.on('proxyReqWs', (request) =>
      request.setHeader('Origin', server.origin),
    );
  },
};

/** Tells the page its key, which may differ from one start to the next. */
function tellKey(_request: Connect.IncomingMessage, response: ServerResponse) {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ apiKey: API_KEY, projectId: PROJECT_ID }));
}

const key: Plugin = {
  name: 'key',
  configureServer: ({ middlewares }) => {
    middlewares.use('/key.json', tellKey);
  },
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use('/key.json', tellKey);
  },
};

const serving = {
  port: Number(PORT),
  host: LISTEN_HOST,
  strictPort: true,
  // A proxy in front may have any name.
  allowedHosts: true as const,
  proxy: {
    '^/(session|connect|ws|rooms)(/|$)': proxy,
    // Sockets of rooms.
    '^/\\?roomId=': proxy,
  },
};

export default defineConfig({
  plugins: [key],
  server: serving,
  preview: serving,
  build: {
    target: 'es2022',
    rolldownOptions: {
      input: ['index.html', 'prefab.html', 'ownTiles.html'].map((name) =>
        decodeURIComponent(new URL(name, import.meta.url).pathname),
      ),
    },
  },
});
