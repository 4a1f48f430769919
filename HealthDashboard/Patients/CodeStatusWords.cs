using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>How far treatment goes, as people read it.</summary>
internal static class CodeStatusWords
{
    /// <summary>Every status, and null for one that nobody has set.</summary>
    public static IReadOnlyList<CodeStatus?> All { get; } = [null, CodeStatus.Full, CodeStatus.Limited, CodeStatus.Dnacpr];

    /// <summary>The status in words.</summary>
    public static string Of(CodeStatus? status) => status switch
    {
        CodeStatus.Full => "For full escalation",
        CodeStatus.Limited => "Limited escalation",
        CodeStatus.Dnacpr => "DNACPR",
        _ => "Not recorded",
    };
}
