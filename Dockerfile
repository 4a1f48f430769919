# The web node. Built from the source, run as a user without rights, on the distribution's own .NET packages.
FROM ubuntu:26.04 AS build
RUN apt-get update && apt-get install -y --no-install-recommends dotnet-sdk-10.0 nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# What packages are needed changes less often than the source.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY HealthDashboard.Data/HealthDashboard.Data.csproj HealthDashboard.Data/
COPY HealthDashboard/HealthDashboard.csproj HealthDashboard/
COPY HealthDashboard/Build HealthDashboard/Build
RUN dotnet restore HealthDashboard/HealthDashboard.csproj
COPY HealthDashboard.Data HealthDashboard.Data
COPY HealthDashboard HealthDashboard
COPY docs/presentation docs/presentation
COPY docs/benchmarks.md docs/
RUN dotnet publish HealthDashboard/HealthDashboard.csproj --configuration Release --no-restore --output /app -p:UseAppHost=false

FROM ubuntu:26.04
RUN apt-get update && apt-get install -y --no-install-recommends aspnetcore-runtime-10.0 curl tzdata && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 1654 --home-dir /data app && mkdir -p /data/keys && chown -R app /data
COPY --from=build /app /app
USER app
WORKDIR /data
VOLUME /data
ENV ASPNETCORE_URLS=http://+:8080 Data__Directory=/data DOTNET_EnableDiagnostics=0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD curl -fsS http://localhost:8080/health/live || exit 1
ENTRYPOINT ["dotnet", "/app/HealthDashboard.dll", "--contentRoot", "/app"]
