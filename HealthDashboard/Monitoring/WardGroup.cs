using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>A ward as an alert on the whole of it names it.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
internal sealed record WardGroup(string Region, string Ward)
{
    private const byte Nobody = 0xFF;

    /// <summary>What <see cref="Alert.Group"/> says.</summary>
    public string Name => $"{Region}/{Ward}";

    /// <summary>What <see cref="Alert.PatientId"/> says: the same on every node, and nobody's, since no id is made at such a time.</summary>
    public ObjectId Id
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(Encoding.UTF8.GetBytes($"ward {Name}"), hash);
            hash[0] = Nobody;
            return new ObjectId(hash[..ObjectId.Size]);
        }
    }

    /// <summary>The ward of a patient.</summary>
    public static WardGroup Of(Patient patient) => new(patient.Region, patient.Ward);

    /// <summary>The ward of an alert; null when it is a patient's.</summary>
    public static WardGroup? Of(Alert alert) =>
        alert.Group?.Split('/', 2) is [var region, var ward] ? new WardGroup(region, ward) : null;

    /// <summary>The ward that an alert is about: its own, else its patient's; null when the patient is not known.</summary>
    public static WardGroup? Of(Alert alert, Patient? patient) => Of(alert) ?? (patient is null ? null : Of(patient));
}
