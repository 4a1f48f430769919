using HealthDashboard.Bench;

// dotnet run -c Release --project bench [-- GROUP...]: one table, each figure beside the raw limit of this machine in this run.
// With "screenshots [FOLDER]" it takes pictures instead: the README's two, or with a folder every page.
if (args is ["screenshots", ..])
    return await Screenshots.RunAsync(args.Length > 1 ? args[1] : "docs/images", all: args.Length > 1);

Dictionary<string, Func<Table, Task>> groups = new()
{
    ["ingest"] = IngestBench.RunAsync,
    ["race"] = RaceBench.RunAsync,
    ["drain"] = DrainBench.RunAsync,
    ["charts"] = ChartBench.RunAsync,
    ["alerts"] = AlertBench.RunAsync,
    ["walls"] = WallBench.RunAsync,
    ["start"] = StartBench.RunAsync,
    ["disk"] = DiskBench.RunAsync,
    ["redis"] = RedisBench.RunAsync,
    ["cql"] = CqlBench.RunAsync,
    ["fhir"] = FhirBench.RunAsync,
    ["search"] = SearchBench.RunAsync,
    ["analytics"] = AnalyticsBench.RunAsync,
    ["whatif"] = WhatIfBench.RunAsync,
};
var wanted = args.Length == 0 ? [.. groups.Keys] : args;
if (wanted.FirstOrDefault(name => !groups.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no group '{unknown}': {string.Join(", ", groups.Keys)}.");
    return 1;
}

var table = new Table();
foreach (var name in wanted)
{
    Console.Error.WriteLine($"{name} ...");
    await groups[name](table);
}
table.Print(Console.Out);
return 0;
