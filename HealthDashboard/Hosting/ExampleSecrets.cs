using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hosting;

/// <summary>Refuses to start with the secrets of <c>.env.example</c>, which everybody can read.</summary>
internal sealed class ExampleSecrets(IConfiguration configuration) : IValidateOptions<StoreOptions>
{
    /// <summary>Each secret by its name there; a test holds them against the file.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ADMIN_PASSWORD"] = "change-me-please",
        ["DEVICE_KEY"] = "change-this-device-key",
        ["MONGO_ROOT_PASSWORD"] = "changeMongoRoot",
        ["MONGO_PASSWORD"] = "changeMongo",
        ["MONGO_KEYFILE"] = "changeThisKeyOfTheReplicaSet",
        ["INFLUX_ADMIN_PASSWORD"] = "changeInfluxAdmin",
        ["INFLUX_PASSWORD"] = "changeInflux",
        ["NEO4J_PASSWORD"] = "changeNeo4jPassword",
        ["CASSANDRA_ADMIN_PASSWORD"] = "changeCassandraAdmin",
        ["CASSANDRA_PASSWORD"] = "changeCassandra",
        ["REDIS_ADMIN_PASSWORD"] = "changeRedisAdmin",
        ["REDIS_PASSWORD"] = "changeRedis",
    };

    private static readonly string[] Sections = ["ConnectionStrings", "ApiKeys", "Accounts", "KeyRing"];

    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        var errors = new ValidateOptionsResultBuilder();
        foreach (var (key, value) in Sections.SelectMany(section => configuration.GetSection(section).AsEnumerable()))
        {
            if (value is not null && All.FirstOrDefault(secret => Has(value, secret.Value)).Key is { } secret)
                errors.AddError($"{key} is the example's secret ({secret} in .env.example), which everybody can read: put one of your own in its place.");
        }
        return errors.Build();
    }

    private static bool Has(string value, string secret)
    {
        for (var at = value.IndexOf(secret, StringComparison.Ordinal); at >= 0; at = value.IndexOf(secret, at + 1, StringComparison.Ordinal))
        {
            if ((at == 0 || !char.IsLetterOrDigit(value[at - 1])) && (at + secret.Length == value.Length || !char.IsLetterOrDigit(value[at + secret.Length])))
                return true;
        }
        return value.Equals(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret))), StringComparison.OrdinalIgnoreCase);
    }
}
