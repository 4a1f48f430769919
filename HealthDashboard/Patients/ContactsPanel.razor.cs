using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.Patients;

public sealed partial class ContactsPanel
{
    private const int Shown = 6;
    private const int NamesShown = 2;
    private static readonly int[] Choices = [24, 72];

    private IReadOnlyList<ContactLine>? lines;
    private DateTimeOffset readAt;
    private int? asked;
    private int read;
    private bool all;

    [Inject] private ICareTeamStore Store { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    [CascadingParameter] private PatientNow Now { get; set; } = default!;

    private string Summary => lines switch
    {
        { Count: 0 } => $"Nobody in {read} h, as of {Display.Clock(readAt, Clock)}.",
        { Count: 1 } => $"1 patient in {read} h{InRoom}, as of {Display.Clock(readAt, Clock)}.",
        _ => $"{lines!.Count} patients in {read} h{InRoom}, as of {Display.Clock(readAt, Clock)}.",
    };

    private string InRoom => lines!.Count(line => line.InRoom is not null) is > 0 and var count ? $", {count} in the same room" : "";

    private static string Names(IReadOnlyList<Clinician> nurses)
    {
        var names = string.Join(", ", nurses.Take(NamesShown).Select(nurse => nurse.Name));
        return (nurses.Count == 1 ? "nurse " : "nurses ") + names + (nurses.Count > NamesShown ? $" and {nurses.Count - NamesShown} more" : "");
    }

    private Task ShowAsync(int hours)
    {
        (asked, all) = (hours, false);
        return LoadAsync();
    }

    protected override async Task ReadAsync(CancellationToken cancel)
    {
        var (hours, now) = (asked!.Value, Clock.GetUtcNow());
        var since = now.AddHours(-hours);
        await Audit.LookAsync((await SignedIn.GetAuthenticationStateAsync()).User, "look.contacts", Now.Patient.Id);
        var contacts = await Store.ContactsAsync(Now.Patient.Id, since, cancel);
        // Somebody may have chosen another time meanwhile.
        if (hours == asked)
            (lines, read, readAt) = (ContactLine.Of(contacts, since, now), hours, now);
    }
}
