# syntax=docker/dockerfile:1
# The image of terway-operator, for every platform that the base images exist for:
#
#   docker build --build-arg COMMIT="$(git rev-parse --short HEAD)" --build-arg VERSION="$(hack/release.sh --version)" \
#     -t ghcr.io/terway-operator/terway-operator:0.1.0 .
#   docker buildx build --platform linux/amd64,linux/arm64 --push -t … .

FROM swift:6.3-bookworm AS builder
# Debian keeps one version of each, with its security fixes.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libcurl4-openssl-dev libyaml-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
# The revision that `terway-operator version` tells: --build-arg COMMIT="$(git rev-parse --short HEAD)"
ARG COMMIT=""
RUN sed -i "s/commit = \"\"/commit = \"$COMMIT\"/" Sources/terway-operator/BuildInformation.swift \
 && swift build --configuration release --static-swift-stdlib --product terway-operator \
 && mkdir -p /out/usr/local/bin \
 && install --strip "$(swift build --configuration release --static-swift-stdlib --show-bin-path)/terway-operator" \
      /out/usr/local/bin/ \
 && ln -s terway-operator /out/usr/local/bin/kubectl-terway

FROM debian:bookworm-slim
# Without what tells when it was made.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libcurl4 libyaml-0-2 tzdata \
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/* /var/cache/apt/* /var/cache/debconf/*-old /var/lib/dpkg/*-old
COPY --from=builder /out/usr/local/bin/ /usr/local/bin/
COPY LICENSE /usr/share/doc/terway-operator/LICENSE
ARG COMMIT=""
ARG VERSION=""
LABEL org.opencontainers.image.title="terway-operator" \
      org.opencontainers.image.description="Keeps the monitoring of the Terway network plugin in shape" \
      org.opencontainers.image.source="https://github.com/terway-operator/terway-operator" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT"
# By number, so that the kubelet can tell that it is not root.
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/usr/local/bin/terway-operator"]
CMD ["run"]
