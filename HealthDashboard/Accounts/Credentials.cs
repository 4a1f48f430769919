using System.Text.Json;
using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>What a person signs in with beside the password, as <see cref="Account.Credentials"/> keeps it.</summary>
internal sealed record Credentials
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The hash of the PIN that unlocks an idle station; null without one.</summary>
    public string? Pin { get; init; }

    /// <summary>The secret of the second factor, encrypted with the key ring; null without one.</summary>
    public string? Totp { get; init; }

    /// <summary>The time step of the code that was accepted last: none is accepted twice.</summary>
    public long TotpStep { get; init; }

    /// <summary>The SHA-256 of each recovery code that is left; null without a second factor.</summary>
    public IReadOnlyList<string>? Recovery { get; init; }

    /// <summary>The passkeys; null without one.</summary>
    public IReadOnlyList<StoredPasskey>? Passkeys { get; init; }

    public static Credentials Of(Account account) =>
        account.Credentials.Length == 0 ? new() : JsonSerializer.Deserialize<Credentials>(account.Credentials, Json) ?? new();

    public Account On(Account account) => account with { Credentials = JsonSerializer.Serialize(this, Json) };
}
