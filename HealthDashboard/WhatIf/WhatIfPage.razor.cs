using System.Text.Json;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace HealthDashboard.WhatIf;

/// <summary>Runs the alarm rules over the past with other limits, and shows the result. The account's last run is there again when the page is opened.</summary>
public sealed partial class WhatIfPage : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource closed = new();
    private Task following = Task.CompletedTask;
    private Func<Patient, bool> theirs = static _ => false;
    private WardKey? ward;
    private List<WhatIfLine> lines = [];
    private IReadOnlyList<string> errors = [];
    private WhatIfRun? run;
    private IReadOnlyDictionary<ObjectId, Patient> patientsOfRun = new Dictionary<ObjectId, Patient>();
    private string patientId = "";
    private int hours = 24;
    private DateTime? from;
    private DateTime? to;
    private bool isSearch;
    private WhatIfLine? searched;
    private double searchFrom;
    private double searchTo;
    private double searchStep = 1;

    [Inject] private WhatIfDesk Desk { get; set; } = default!;

    [Inject] private WhatIfRuns Runs { get; set; } = default!;

    [Inject] private PatientAccess Access { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private LimitBook Book { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private bool IsRunning => run?.State == WhatIfState.Running;

    private IReadOnlyList<WardKey> Wards => [.. Theirs.Select(patient => new WardKey(patient.Region, patient.Ward)).Distinct().OrderBy(one => one.Ward, StringComparer.Ordinal).ThenBy(one => one.Region, StringComparer.Ordinal)];

    private IEnumerable<Patient> OfWard => Theirs.Where(patient => patient.Region == ward?.Region && patient.Ward == ward?.Ward).OrderBy(patient => patient.Bed, StringComparer.Ordinal);

    private IEnumerable<Patient> Theirs => Directory.All.Select(known => known.Patient).Where(theirs);

    // The result for one ward alone can be adopted for it.
    private WardKey? AdoptedFor
    {
        get
        {
            List<WardKey> wards = [.. run!.Plan.Patients.Where(chosen => chosen.IsOfWard).Select(chosen => new WardKey(chosen.Patient.Region, chosen.Patient.Ward)).Distinct().Take(2)];
            return wards is [var one] ? one : null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await following;
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        try
        {
            theirs = await Access.TheirsAsync(user, closed.Token);
            if (Wards is [var first, ..])
                await ShowAsync(first);
        }
        catch (StoreException)
        {
            errors = ["A store is unavailable. Open the page again in a moment."];
        }
        Show(Runs.LastOf(user.Actor()));
    }

    private async Task ChooseAsync(ChangeEventArgs change)
    {
        if (Wards.FirstOrDefault(one => one.ToString() == change.Value as string) is not { } chosen)
            return;
        patientId = "";
        try
        {
            await ShowAsync(chosen);
        }
        catch (StoreException)
        {
            errors = ["The store of records is unavailable, so today's limits cannot be shown. Try again in a moment."];
        }
    }

    private async Task ShowAsync(WardKey chosen)
    {
        var proposed = lines.ToDictionary(line => line.Key, line => line.Proposed);
        lines = WhatIfLine.Of(await Book.OfWardAsync(chosen.Region, chosen.Ward, closed.Token), Rules);
        foreach (var line in lines)
            line.Proposed = proposed.GetValueOrDefault(line.Key);
        ward = chosen;
        Search(lines.Find(line => line is { Sign: VitalSign.Spo2, IsHoldOff: false }) ?? lines.Find(line => !line.IsHoldOff));
    }

    private void Search(ChangeEventArgs change) => Search(lines.Find(line => line.Key == change.Value as string));

    // Away from what is normal, in steps of the sign.
    private void Search(WhatIfLine? line)
    {
        searched = line;
        if (line is null)
            return;
        searchStep = line.Sign switch { VitalSign.Spo2 or VitalSign.RespiratoryRate => 1, VitalSign.Temperature => 0.2, _ => 5 };
        var away = 7 * searchStep * (line.Side == AlertDirection.Low ? -1 : 1);
        (searchFrom, searchTo) = (line.Now, Math.Round(Math.Clamp(line.Now + away, line.Sign.Info().Minimum, line.Sign.Info().Maximum), 1));
    }

    private async Task RunAsync(bool search)
    {
        if (IsRunning || ward is null)
            return;
        errors = [];
        try
        {
            var fields = new JsonFields(Request(search));
            var (started, busy, refused) = await Desk.StartAsync(fields, (await SignedIn.GetAuthenticationStateAsync()).User, closed.Token);
            if (started is not null)
                Show(started);
            else
                errors = busy is not null ? [busy] : refused is not null ? ["The patient is neither in your care nor in a ward of yours."] : FormText.Of(fields.Errors);
        }
        catch (AuditUnavailableException)
        {
            errors = ["Not started: the audit is unavailable, and every look at a patient must be in it. Try again in a moment."];
        }
        catch (StoreException)
        {
            errors = ["Not started: the store of records is unavailable. Try again in a moment."];
        }
    }

    private JsonElement Request(bool search)
    {
        var now = Time.GetUtcNow();
        DateTimeOffset? first = hours > 0 ? now.AddHours(-hours) : from is { } start ? Time.LocalTimeZone.FirstAt(start) : null;
        DateTimeOffset? last = hours > 0 ? now : to is { } end ? Time.LocalTimeZone.LastAt(end) : null;
        return JsonSerializer.SerializeToElement(new
        {
            patients = patientId.Length > 0 ? new[] { patientId } : [],
            wards = patientId.Length > 0 ? [] : new[] { new { region = ward!.Region, ward = ward.Ward } },
            from = first,
            to = last,
            limits = WhatIfLine.Request(lines, holdOffs: false),
            rules = WhatIfLine.Request(lines, holdOffs: true),
            search = search && searched is not null
                ? new { sign = searched.Sign.Info().Name, side = searched.Side == AlertDirection.Low ? "low" : "high", from = searchFrom, to = searchTo, step = searchStep }
                : null,
        });
    }

    private void Show(WhatIfRun? shown)
    {
        run = shown;
        if (shown is null)
            return;
        patientsOfRun = shown.Plan.Patients.ToDictionary(chosen => chosen.Patient.Id, chosen => chosen.Patient);
        if (IsRunning && RendererInfo.IsInteractive && following.IsCompleted)
            following = FollowAsync();
    }

    private async Task FollowAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            while (IsRunning && await timer.WaitForNextTickAsync(closed.Token))
                await InvokeAsync(StateHasChanged);
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
    }

    private string AlarmsOf(WhatIfLine line) =>
        !line.IsHoldOff && IsOfChosen && run?.Result?.BySign.FirstOrDefault(count => count.Key == line.Count) is { } count ? $"{count.History:#,0} \u2192 {count.Proposed:#,0}" : "";

    // Counts of another ward must not stand beside this one's limits.
    private bool IsOfChosen => run?.Plan.Patients.All(chosen => chosen.Patient.Region == ward?.Region && chosen.Patient.Ward == ward.Ward) == true;

    private string About(WhatIfRun of) =>
        $"{WhoseOf(of)}, {of.Plan.Patients.Count} {(of.Plan.Patients.Count == 1 ? "patient" : "patients")}, {Display.Stretch(of.Plan.From, of.Plan.To, Time)}: {of.Result!.Readings / 1e6:0.0} million readings in {of.Took?.TotalSeconds:0.0} s";

    private static string WhoseOf(WhatIfRun of) =>
        of.Plan.Patients is [{ IsOfWard: false, Patient: var one }] ? $"{one.Bed} {one.DisplayName}"
        : of.Plan.Patients.Select(chosen => chosen.Patient.Ward).Distinct().Take(2).ToList() is [var ward] ? ward : "several wards";

    private static string? SearchOf(WhatIfRun of) => of.Plan.Search is { } search ? $"{SignWords.Label(search.Sign)} {(search.Side == AlertDirection.Low ? "low" : "high")}" : null;
}
