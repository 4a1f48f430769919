namespace HealthDashboard.Data.Model;

/// <summary>Level of consciousness on the ACVPU scale [Royal College of Physicians, NEWS2, 2017]; the numbers are stored.</summary>
public enum Acvpu
{
    /// <summary>Alert.</summary>
    A = 0,

    /// <summary>New confusion.</summary>
    C = 1,

    /// <summary>Responds to voice.</summary>
    V = 2,

    /// <summary>Responds to pain.</summary>
    P = 3,

    /// <summary>Unresponsive.</summary>
    U = 4,
}
