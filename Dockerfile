# The emulator of Azure Batch as an image: nodes are processes inside the container, blobs are somebody else's (compose.yaml).
# Build from a checkout: docker build --tag batchrite .
ARG BASE=node:24-slim

# Packs what npm would publish, so that the image runs what users install.
FROM ${BASE} AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts --no-audit --no-fund && npm pack --pack-destination /tmp

FROM ${BASE}
WORKDIR /opt/batchrite
COPY --from=build /tmp/batchrite-*.tgz /tmp/
# The base brings the Node that nodes run on, so the optional one is left out.
RUN npm install --omit=optional --no-audit --no-fund --no-update-notifier /tmp/batchrite-*.tgz \
  && rm -rf /tmp/batchrite-*.tgz /root/.npm \
  && groupadd --system batchrite \
  && useradd --system --gid batchrite --home-dir /home/batchrite --create-home batchrite

USER batchrite
ENV NODE_ENV=production
EXPOSE 10100
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:10100/_batchrite/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Publish the port on the loopback address alone (127.0.0.1:10100:10100): who reaches it can run commands in the container.
ENTRYPOINT ["node", "/opt/batchrite/node_modules/batchrite/adapters/cli/launcher.mjs"]
CMD ["start", "--host", "0.0.0.0", "--port", "10100", "--runtime", "process", "--no-storage"]
