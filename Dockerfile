# Two stages: the SDK builds, the runtime runs as an ordinary user. Replace the tags by digests when you publish an image:
# a tag can move, a digest cannot.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev npm
WORKDIR /source
COPY . .
RUN tools/native/build
RUN dotnet publish src/BpDao.Node --configuration Release --output /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The managed curve works without it, five times slower; licence: MIT, under /usr/share/doc.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libsecp256k1-1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 bpdao \
 && install --directory --owner bpdao /data
COPY --from=build /app /app
USER bpdao
VOLUME /data
EXPOSE 8545
# JSON-RPC listens on loopback unless told otherwise: publish it on purpose with --http.host 0.0.0.0.
ENTRYPOINT ["dotnet", "/app/bpdao.dll"]
CMD ["devnet", "--datadir", "/data"]
