# One service of the shop: docker build --build-arg APP=auth|order|payment .

FROM node:24-bookworm-slim AS base
WORKDIR /waybill

# What npm needs to install, and nothing else: a changed source file leaves the layers of the installs as they are.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete -o -type d -empty -delete \
 && chmod -R a+rX .

# All services at once. The base image has the right Node, so no install script is needed.
FROM base AS build
COPY --from=manifests /waybill .
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN node_modules/.bin/tsc -b apps/auth apps/order apps/payment \
 && mkdir /built \
 && cp --parents -r libs/*/dist apps/*/dist apps/*/migrations /built \
 && find /built -type f \( -name '*.map' -o -name '*.d.ts' -o -name .tsbuildinfo \) -delete \
 && chmod -R a+rX /built

# What one service needs to run. npm may nest packages under a workspace: those are carried along with it.
FROM base AS production
ARG APP
COPY --from=manifests /waybill .
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --omit=optional \
      --workspace "apps/${APP:?is missing: --build-arg APP=auth|order|payment}" \
 && find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.cts' -o -name '*.d.mts' \) -delete

FROM base
ARG APP
# A container has an address of its own: who can reach it is decided by its networks and published ports.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
EXPOSE 3000
COPY --from=production /waybill/node_modules node_modules
COPY --from=production /waybill/libs libs
COPY --from=production /waybill/apps/$APP apps/$APP
COPY --from=build /built/libs libs
COPY --from=build /built/apps/$APP apps/$APP
WORKDIR /waybill/apps/$APP
USER node
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "--input-type=module", "--eval", "const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`); process.exit(ok ? 0 : 1)"]
CMD ["node", "dist/main.js"]
