namespace HealthDashboard.Data.Stores;

/// <summary>Says whether the server's clock may be believed by what deletes or packs by age. Where there is none it always may.</summary>
public interface IClockTrust
{
    /// <summary>Whether it may be believed now.</summary>
    bool IsTrusted { get; }
}
