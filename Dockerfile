# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has its own Node 24: the platform packages that bring one to older machines are not needed.
RUN npm ci --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/node-linux-* node_modules/node-darwin-* node_modules/node-bin-* node_modules/node-win-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
  MALLOC_ARENA_MAX=1 \
  GUICHET_HOST=0.0.0.0 \
  GUICHET_PORT=3000 \
  GUICHET_DATA_DIR=/var/lib/guichet
WORKDIR /app
RUN install -d -o node -g node -m 0700 /var/lib/guichet
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY config ./config
COPY views ./views
COPY src ./src
# Sources belong to root and the server writes to its data directory alone, so that `docker run --read-only` works.
USER node
VOLUME /var/lib/guichet
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GUICHET_PORT}/health/ready`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=4", "--max-old-space-size=256", "src/main.ts"]
