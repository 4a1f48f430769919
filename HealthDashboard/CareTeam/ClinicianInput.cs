using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>A clinician as the form sends it; what was left empty is null or empty.</summary>
public sealed class ClinicianInput
{
    /// <summary>The name as screens show it.</summary>
    public string? Name { get; set; }

    /// <summary>As the API spells it.</summary>
    public string? Profession { get; set; } = "nurse";

    /// <summary>Where the clinician works.</summary>
    public string? Region { get; set; }

    /// <summary>The ward; empty for one who works across wards.</summary>
    public string? Ward { get; set; }

    /// <summary>The account's user name; empty for none.</summary>
    public string? Account { get; set; }

    /// <summary>The form as it begins for a clinician.</summary>
    public static ClinicianInput Of(Clinician clinician) => new()
    {
        Name = clinician.Name,
        Profession = EnumNames<Profession>.Values.First(entry => entry.Value == clinician.Profession).Key,
        Region = clinician.Region,
        Ward = clinician.Ward,
        Account = clinician.Account,
    };

    /// <summary>The fields as the API takes them, so that both are checked alike.</summary>
    internal JsonFields Fields() => new(JsonSerializer.SerializeToElement(new
    {
        name = FormText.OrNull(Name),
        profession = FormText.OrNull(Profession),
        region = FormText.OrNull(Region),
        ward = FormText.OrNull(Ward),
        account = FormText.OrNull(Account),
    }));
}
