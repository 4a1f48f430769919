using System.Globalization;
using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data;

/// <summary>Chooses the store of each role by configuration.</summary>
public static class StoreServices
{
    private const string Section = "Stores";
    private const string Default = "Sqlite";
    private const string AnswerWithin = nameof(StoreOptions.AnswerWithin);
    private const string Flushed = "on disk before it is acknowledged";

    /// <summary>The stores that each role can have. A new store is one more entry here.</summary>
    private static readonly Role[] Roles =
    [
        new("Patients", new()
        {
            ["Sqlite"] = new("SQLite", Flushed, (services, configuration) => services.AddSqlitePatients(DataDirectory(configuration))),
            ["MongoDb"] = new("MongoDB", "majority writes, linearizable reads of a record", (services, configuration) => services.AddMongoDbPatients(configuration)),
        }),
        new("Vitals", new()
        {
            ["Sqlite"] = new("SQLite", Flushed, (services, configuration) => services.AddSqliteVitals(VitalOptions(configuration))),
            ["InfluxDb"] = new("InfluxDB", "in the server's log on disk before it is acknowledged", (services, configuration) => services.AddInfluxDbVitals(configuration, VitalOptions(configuration).RawRetention)),
        }),
        new("CareTeam", new()
        {
            ["Sqlite"] = new("SQLite", Flushed, (services, configuration) => services.AddSqliteCareTeam(DataDirectory(configuration))),
            ["Neo4j"] = new("Neo4j", "a node reads what it wrote, by bookmarks", (services, configuration) => services.AddNeo4jCareTeam(configuration)),
        }),
        new("Analytics", new()
        {
            ["Sqlite"] = new("SQLite", "on disk a moment later", (services, configuration) => services.AddSqliteAnalytics(DataDirectory(configuration))),
            ["Cassandra"] = new("Cassandra", "writes and reads at LOCAL_QUORUM", (services, configuration) => services.AddCassandraAnalytics(configuration)),
        }),
        new("Alerts", new()
        {
            ["Sqlite"] = new("SQLite", Flushed, (services, configuration) => services.AddSqliteAlerts(DataDirectory(configuration))),
            ["Redis"] = new("Redis", "each change one script on the primary", (services, configuration) => services.AddRedisAlerts(configuration)),
        }),
    ];

    /// <summary>
    /// Adds the store that <c>Stores:Role</c> names for each role (default Sqlite), with its health check. A name that is not known
    /// does not throw here: the host refuses to start, with all errors of the configuration together.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <c>Stores:*</c>, <c>ConnectionStrings:*</c> and <c>Data:Directory</c> are read from.</param>
    public static IServiceCollection AddStores(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [];
        var chosen = Roles.ToDictionary(role => role.Name, role => role.Add(services, configuration, errors));
        foreach (var key in configuration.GetSection(Section).GetChildren().Select(child => child.Key))
        {
            if (!Roles.Any(role => role.IsCalled(key)) && !string.Equals(key, AnswerWithin, StringComparison.OrdinalIgnoreCase))
                errors.Add($"{Section}:{key} is not known: legal keys are {string.Join(", ", Roles.Select(role => role.Name).Append(AnswerWithin).Select(name => $"{Section}:{name}"))}.");
        }
        var answerWithin = Seconds(configuration[$"{Section}:{AnswerWithin}"], errors);

        services.AddOptions<StoreOptions>().Configure(options =>
        {
            options.DataDirectory = DataDirectory(configuration);
            options.AnswerWithin = answerWithin ?? options.AnswerWithin;
            foreach (var (role, store) in chosen)
                options.Chosen[role] = store;
            options.OnServers.UnionWith(Roles.Select(role => role.Name).Where(name => !IsDefault(configuration[$"{Section}:{name}"])));
        }).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<StoreOptions>>(new StoreValidation(errors));
    }

    /// <summary>The full path of the directory where embedded stores keep their files: <c>Data:Directory</c>, by default <c>./data</c>.</summary>
    public static string DataDirectory(IConfiguration configuration) =>
        Path.GetFullPath(configuration["Data:Directory"] is { } directory && !string.IsNullOrWhiteSpace(directory) ? directory : "./data");

    private static TimeSpan? Seconds(string? text, List<string> errors)
    {
        if (text is null)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 60)
            return TimeSpan.FromSeconds(seconds);
        errors.Add($"{Section}:{AnswerWithin} is '{text}': 0.1 to 60 seconds are allowed.");
        return null;
    }

    private static bool IsDefault(string? store) => string.Equals(store ?? Default, Default, StringComparison.OrdinalIgnoreCase);

    private static SqliteVitalOptions VitalOptions(IConfiguration configuration)
    {
        var options = new SqliteVitalOptions { Directory = DataDirectory(configuration) };
        // A value that is no time is reported with the rest of the configuration, by what reads it for ingest.
        return TimeSpan.TryParse(configuration["Vitals:RawRetention"], out var retention) ? options with { RawRetention = retention } : options;
    }

    private sealed record Store(string Server, string Consistency, Func<IServiceCollection, IConfiguration, IServiceCollection> Add);

    private sealed record Role(string Name, Dictionary<string, Store> Stores)
    {
        public bool IsCalled(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

        public ChosenStore Add(IServiceCollection services, IConfiguration configuration, List<string> errors)
        {
            var name = configuration[$"{Section}:{Name}"] ?? Default;
            var store = Stores.FirstOrDefault(store => string.Equals(store.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
            if (store is null)
                errors.Add($"{Section}:{Name} is '{name}': legal values are {string.Join(", ", Stores.Keys)}.");

            // With a wrong name the default stands in, so that the services still fit together and the start can tell all errors.
            store ??= Stores[Default];
            store.Add(services, configuration);
            return new(store.Server, store.Consistency);
        }
    }

    private sealed class StoreValidation(IReadOnlyList<string> errors) : IValidateOptions<StoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoreOptions options) =>
            errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
