# The two images: docker build --target server -t pyrepo:0.1.0 .    docker build --target operator -t pyrepo-operator:0.1.0 .
# A release pins both of Microsoft's images, and says what is inside:
#   --build-arg SDK=…@sha256:… --build-arg RUNTIME=…@sha256:… --build-arg REVISION=… --sbom=true
# `./dev images` makes the same two without Docker.
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0-noble-aot
ARG RUNTIME=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM ${SDK} AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/PyRepo.Server -c Release --use-current-runtime -o /publish/server \
 && dotnet publish src/PyRepo.Operator -c Release --use-current-runtime -o /publish/operator \
# The runtime's image lacks crypt(3), which checks htpasswd's hashes.
 && mkdir /crypt && cp --parents /usr/lib/*-linux-gnu/libcrypt.so.1* /crypt

FROM ${RUNTIME} AS base
USER 65532:65532
ENV ASPNETCORE_HTTP_PORTS=
LABEL org.opencontainers.image.source="https://github.com/pyrepo/pyrepo" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.vendor="The PyRepo authors"

FROM base AS operator
ARG VERSION=0.1.0 REVISION=
LABEL org.opencontainers.image.title="pyrepo-operator" \
      org.opencontainers.image.description="Private Python package repositories as Kubernetes resources: the operator." \
      org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}"
COPY --from=build /publish/operator /app
ENTRYPOINT ["/app/pyrepo-operator"]
CMD ["run"]

FROM base AS server
ARG VERSION=0.1.0 REVISION=
LABEL org.opencontainers.image.title="pyrepo" \
      org.opencontainers.image.description="A Python package index: hosted, pull-through, or several as one." \
      org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}"
COPY --from=build /crypt /
COPY --from=build /publish/server /app
ENTRYPOINT ["/app/pyrepo"]
CMD ["serve", "-f", "/etc/pyrepo", "--data", "/var/lib/pyrepo"]
