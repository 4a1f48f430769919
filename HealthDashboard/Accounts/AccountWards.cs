using System.Security.Claims;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>The wards that an account is for, as <see cref="Account.Wards"/> has them.</summary>
internal sealed class AccountWards
{
    /// <summary>The claim that has them.</summary>
    public const string Claim = "wards";

    /// <summary>The text for the whole hospital.</summary>
    public const string Everywhere = "*";

    private readonly HashSet<(string Region, string Ward)> wards;

    private AccountWards(IEnumerable<(string Region, string Ward)> wards, bool isEverywhere) => (this.wards, IsEverywhere) = ([.. wards], isEverywhere);

    /// <summary>The whole hospital.</summary>
    public bool IsEverywhere { get; }

    /// <summary>Each ward, by name; empty for none and for the whole hospital.</summary>
    public IEnumerable<(string Region, string Ward)> Each => wards.OrderBy(ward => ward.Ward, StringComparer.Ordinal).ThenBy(ward => ward.Region, StringComparer.Ordinal);

    public bool Has(string? region, string? ward) => IsEverywhere || (region is not null && ward is not null && wards.Contains((region, ward)));

    /// <summary>As it is stored.</summary>
    public override string ToString() => IsEverywhere ? Everywhere : string.Join(' ', Each.Select(ward => $"{Uri.EscapeDataString(ward.Region)}/{Uri.EscapeDataString(ward.Ward)}"));

    /// <summary>Of an account as it is stored; what cannot be read is no ward.</summary>
    public static AccountWards Parse(string text) => new(
        from part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let names = part.Split('/')
        where names.Length == 2
        select (Uri.UnescapeDataString(names[0]), Uri.UnescapeDataString(names[1])),
        text == Everywhere);

    /// <summary>As people write them, a line each.</summary>
    public string ToLines() => IsEverywhere ? Everywhere : string.Join('\n', Each.Select(ward => $"{ward.Region}/{ward.Ward}"));

    /// <summary>Reads what people write; null when a line is no ward.</summary>
    public static AccountWards? FromLines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines is [Everywhere])
            return Parse(Everywhere);
        var named = lines.Select(line => line.Split('/', 2, StringSplitOptions.TrimEntries)).ToList();
        return named.TrueForAll(ward => ward is [{ Length: > 0 and <= 64 }, { Length: > 0 and <= 64 }]) ? Of(named.Select(ward => (ward[0], ward[1]))) : null;
    }

    /// <summary>Those of some wards.</summary>
    public static AccountWards Of(IEnumerable<(string Region, string Ward)> wards) => new(wards, isEverywhere: false);

    /// <summary>Those of whoever is signed in. A key is a program's, and for the whole hospital.</summary>
    public static AccountWards Of(ClaimsPrincipal user) =>
        Parse(user.FindFirstValue(Claim) ?? (user.HasClaim(claim => claim.Type == Policies.ScopeClaim) ? Everywhere : ""));
}
