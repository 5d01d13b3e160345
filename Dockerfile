# docker build -t atrium .
# docker run --init --network host --stop-timeout 45 -e ATRIUM_HOST=0.0.0.0 \
#   -v ./config.ts:/atrium/config.ts:ro -v ./certs:/atrium/certs:ro \
#   -v atrium-data:/atrium/data atrium
#
# Each media worker uses one UDP and TCP port, and clients are told its address, so
# the host's network is the simplest choice.

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS packages
WORKDIR /atrium
COPY package.json package-lock.json .npmrc .nvmrc ./
COPY scripts scripts
RUN sh scripts/setup
COPY tsconfig.json ./
COPY packages packages
COPY sdk sdk
COPY server-sdk server-sdk
COPY client client

FROM packages AS build
# npm would keep what the packages of workspaces depend on.
RUN sh scripts/build-client && rm -r packages sdk server-sdk && npm prune --omit=dev

FROM packages AS example
RUN mkdir -p sdk/example/dist && npm run --if-present example:build

# The example client, for docker-compose.yml: files that nginx serves.
FROM nginx:1.28.0-bookworm AS client
COPY --from=example /atrium/sdk/example/dist /srv/client
COPY .deployment/client.conf /etc/nginx/nginx.conf
USER nginx
EXPOSE 3000/tcp
HEALTHCHECK --interval=30s --timeout=5s CMD ["curl", "--fail", "--silent", "--max-time", "4", "--output", "/dev/null", "http://127.0.0.1:3000/health"]
ENTRYPOINT ["nginx", "-e", "stderr", "-g", "daemon off;"]

FROM node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6 AS server
WORKDIR /atrium
# Returns memory to the system after a peak, which glibc keeps.
RUN apt-get update && apt-get install -y --no-install-recommends libjemalloc2 && rm -rf /var/lib/apt/lists/*
ENV LD_PRELOAD=libjemalloc.so.2
ENV NODE_ENV=production
COPY --from=build /atrium/node_modules node_modules
COPY --from=build /atrium/client/dist client/dist
COPY --from=build /atrium/client/admin/dist client/admin/dist
COPY package.json server.ts ./
COPY lib lib
COPY tools/UsageError.ts tools/backup.ts tools/healthcheck.ts tools/readPassword.ts tools/token.ts tools/user.ts tools/
COPY tools/token tools/token
# The server writes its database and the key that signs logins, and a self-signed
# certificate if it has no other.
RUN mkdir certs data && chown node:node certs data && chmod 700 data
USER node
VOLUME /atrium/data
EXPOSE 4443/tcp 25200/udp 25200/tcp
# Reads the same options as the server.
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "tools/healthcheck.ts"]
CMD ["node", "server.ts"]
