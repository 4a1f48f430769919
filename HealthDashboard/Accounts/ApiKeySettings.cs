using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>The keys of devices and programs, from the configuration list <c>ApiKeys</c>.</summary>
internal sealed class ApiKeySettings
{
    /// <summary>The key that exists in Development when no other is configured; it has every scope.</summary>
    public const string DemoKey = "demo-key";

    /// <summary>What a key may be for: sending readings, reading over the API, changing over the API, reading metrics, bringing in history.</summary>
    public static readonly IReadOnlyList<string> Scopes = ["ingest", "read", "write", "metrics", "import"];

    /// <summary>The keys; empty when there is none, and then no program gets in.</summary>
    public List<ApiKeyEntry> Keys { get; } = [];
}

/// <summary>One configured key.</summary>
internal sealed class ApiKeyEntry
{
    /// <summary>Who has it, for logs and the audit; unique, 1 to 64 characters.</summary>
    public string Name { get; set; } = "";

    /// <summary>The key itself, at least 16 characters; null when <see cref="KeyHash"/> is given instead.</summary>
    public string? Key { get; set; }

    /// <summary>The SHA-256 of the key's UTF-8 bytes in 64 hex digits; null when <see cref="Key"/> is given instead.</summary>
    public string? KeyHash { get; set; }

    /// <summary>Which of <see cref="ApiKeySettings.Scopes"/> it has; at least one.</summary>
    public List<string> Scopes { get; set; } = [];
}

/// <summary>Reports everything that is wrong with the keys together, without showing a key.</summary>
internal sealed class ApiKeySettingsValidator : IValidateOptions<ApiKeySettings>
{
    private const int ShortestKey = 16;

    public ValidateOptionsResult Validate(string? name, ApiKeySettings options)
    {
        var errors = new ValidateOptionsResultBuilder();
        for (var i = 0; i < options.Keys.Count; i++)
        {
            foreach (var error in ErrorsOf(options.Keys[i]))
                errors.AddError($"ApiKeys:{i}:{error}");
        }
        foreach (var twice in options.Keys.GroupBy(key => key.Name, StringComparer.Ordinal).Where(group => group.Key.Length > 0 && group.Count() > 1))
            errors.AddError($"ApiKeys: the Name '{twice.Key}' is there {twice.Count()} times, each must have its own.");
        return errors.Build();
    }

    private static IEnumerable<string> ErrorsOf(ApiKeyEntry key)
    {
        if (key.Name.Length is 0 or > 64)
            yield return $"Name has {key.Name.Length} characters, 1 to 64 are allowed.";
        if (key.Key is null == key.KeyHash is null)
            yield return "Key: give either Key or KeyHash.";
        if (key.Key is { Length: < ShortestKey } && key.Key != ApiKeySettings.DemoKey)
            yield return $"Key has {key.Key.Length} characters, at least {ShortestKey} are needed.";
        if (key.KeyHash is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
            yield return "KeyHash must be a SHA-256 in 64 hex digits.";
        if (key.Scopes.Count == 0)
            yield return $"Scopes is empty, allowed are {string.Join(", ", ApiKeySettings.Scopes)}.";
        foreach (var scope in key.Scopes.Except(ApiKeySettings.Scopes, StringComparer.Ordinal))
            yield return $"Scopes has '{scope}', allowed are {string.Join(", ", ApiKeySettings.Scopes)}.";
    }
}
