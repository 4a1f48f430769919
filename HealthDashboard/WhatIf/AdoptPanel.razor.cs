using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;

namespace HealthDashboard.WhatIf;

/// <summary>Sets what was proposed as a ward's limits.</summary>
public sealed partial class AdoptPanel
{
    private LimitSheet? sheet;
    private IReadOnlyList<string> errors = [];
    private string? reason;
    private bool busy;
    private bool adopted;

    /// <summary>The ward's region.</summary>
    [Parameter, EditorRequired] public required string Region { get; set; }

    /// <summary>The ward.</summary>
    [Parameter, EditorRequired] public required string Ward { get; set; }

    /// <summary>What was proposed.</summary>
    [Parameter, EditorRequired] public required Proposal Proposal { get; set; }

    [Inject] private LimitBook Book { get; set; } = default!;

    [Inject] private IOptions<AlarmOptions> Options { get; set; } = default!;

    [Inject] private AlarmRules Rules { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private IAuthorizationService Authorization { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    // What will be set, as people read it: "SpO2 low 88 (now 90)".
    private IEnumerable<string> WhatIsSet =>
        from sign in Proposal.Signs
        let line = sheet?.Limits.GetValueOrDefault(sign.Key.Info().Name)
        from limit in new (string Name, Proposed? Proposed, double? Now)[]
        {
            ("extreme low", sign.Value.ExtremeLow, line?.ExtremeLow), ("low", sign.Value.Low, line?.Low),
            ("high", sign.Value.High, line?.High), ("extreme high", sign.Value.ExtremeHigh, line?.ExtremeHigh),
        }
        where limit.Proposed is { Value: not null }
        select $"{SignWords.Label(sign.Key)} {limit.Name} {Shown(sign.Key, limit.Proposed!.Value.Value)} (now {Shown(sign.Key, limit.Now)})";

    private bool HasLimits => Proposal.Signs.Values.Any(sign => sign.Low is not null || sign.High is not null || sign.ExtremeLow is not null || sign.ExtremeHigh is not null);

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Shown(VitalSign sign, double? limit) => limit is { } value ? Display.Value(sign.Info().Name, value) : "none";

    private async Task LoadAsync()
    {
        try
        {
            sheet = await Book.OfWardAsync(Region, Ward, CancellationToken.None);
        }
        catch (StoreException)
        {
            sheet = null;
            errors = ["The ward's limits cannot be read now, because the store of records is unavailable. Try again in a moment."];
        }
    }

    private async Task AdoptAsync()
    {
        // The panel is not there for others, but what a button does is decided here.
        var user = (await SignedIn.GetAuthenticationStateAsync()).User;
        if (busy || !(await Authorization.AuthorizeAsync(user, Policies.WardLimits)).Succeeded)
            return;
        if (Proposal.Signs.Values.Any(sign => sign.RemovesLimit))
        {
            errors = ["A proposal without a limit cannot be adopted. Switch an alarm off on the page of limits, where it comes back after a time."];
            return;
        }
        if (string.IsNullOrWhiteSpace(reason))
        {
            errors = ["Reason is missing; needed is text of 1 to 500 characters."];
            return;
        }
        busy = true;
        try
        {
            // Only over the limits that were shown: what somebody else has set since is looked at first.
            if (sheet is null)
            {
                await LoadAsync();
                errors = sheet is null ? errors : ["The ward's limits can be read again. Look at what holds now, and adopt again."];
                return;
            }
            var change = LimitChange.Of(Merged(sheet) with { Reason = reason.Trim() }, new EffectiveLimits(Options.Value.DefaultLimits), Rules, Time.GetUtcNow());
            errors = [.. change.Problems.Select(problem => $"{SignWords.Label(problem.Sign)} {problem.Field} {problem.Message}")];
            if (errors.Count > 0)
                return;
            await Book.PutAsync(LimitScope.OfWard(Region, Ward), change.Limits, sheet.Version, user, CancellationToken.None);
            adopted = true;
        }
        catch (ConflictException)
        {
            errors = ["Not adopted: somebody else has changed the ward's limits meanwhile. Look at what holds now, and adopt again if it is still right."];
            await LoadAsync();
        }
        catch (AuditUnavailableException)
        {
            errors = [AuditUnavailableException.NotSaved];
        }
        catch (StoreException)
        {
            errors = ["Not saved: the store of records is unavailable. Try again in a moment."];
        }
        finally
        {
            busy = false;
        }
    }

    // The ward's own as they are, and over the limits that hold there what is proposed.
    private AlarmLimits Merged(LimitSheet sheet)
    {
        var signs = new Dictionary<VitalSign, SignLimits>();
        foreach (var info in VitalSigns.All)
        {
            var line = sheet.Limits.GetValueOrDefault(info.Name);
            var now = line is null ? new SignLimits(null, null) : new SignLimits(line.Low, line.High, line.ExtremeLow, line.ExtremeHigh) { OffUntil = line.OffUntil };
            if (Proposal.Signs.GetValueOrDefault(info.Sign) is { } proposed && (proposed.Low ?? proposed.High ?? proposed.ExtremeLow ?? proposed.ExtremeHigh) is not null)
                signs[info.Sign] = proposed.On(now);
            else if (line?.Source == "ward")
                signs[info.Sign] = now;
        }
        return new() { Signs = signs };
    }
}
