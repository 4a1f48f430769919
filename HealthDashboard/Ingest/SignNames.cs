using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>The API names of the signs as they come over the wire.</summary>
internal static class SignNames
{
    private static readonly (byte[] Name, VitalSignInfo Info)[] Names =
        [.. VitalSigns.All.Select(info => (System.Text.Encoding.ASCII.GetBytes(info.Name), info))];

    /// <summary>Finds a sign by its name; null when there is none of that name.</summary>
    public static VitalSignInfo? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (known, info) in Names)
        {
            if (name.SequenceEqual(known))
                return info;
        }
        return null;
    }
}
