using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.Access;

public sealed partial class AuditPage : IDisposable
{
    private readonly CancellationTokenSource closed = new();
    private IReadOnlyList<AuditRow> rows = [];
    private AuditVerification? verification;
    private string? next;
    private string? who;
    private string? patient;
    private string? action;
    private DateTime? from;
    private DateTime? to;
    private string? problem;
    private bool ready;
    private bool verifying;

    [Inject] private AuditReader Reader { get; set; } = default!;

    [Inject] private Audit Audit { get; set; } = default!;

    [Inject] private PersonNames People { get; set; } = default!;

    [Inject] private PatientDirectory Directory { get; set; } = default!;

    [Inject] private IPatientStore Patients { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private AuthenticationStateProvider SignedIn { get; set; } = default!;

    private string Found => rows.Count switch
    {
        0 => "",
        1 => "1 entry",
        var count => next is null ? $"{count:#,0} entries" : $"the latest {count:#,0} entries",
    };

    private string CsvAddress => QueryHelpers.AddQueryString("/api/audit.csv", new Dictionary<string, string?>
    {
        ["who"] = who,
        ["patient"] = ObjectId.TryParse(patient, out var id) ? id.ToString() : null,
        ["action"] = action,
        ["from"] = Start(from)?.ToString("O"),
        ["to"] = Start(to?.AddDays(1))?.ToString("O"),
    }.Where(part => part.Value is not null));

    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        // Not before: lists that open look for the provider, which is another root of the circuit.
        if (!firstRender)
            return Task.CompletedTask;
        ready = true;
        return FindAsync();
    }

    public void Dispose()
    {
        closed.Cancel();
        closed.Dispose();
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string KindWords(string? kind) => ActionWords.Kinds.FirstOrDefault(one => one.Action == kind).Words ?? "Anything";

    private static IEnumerable<string> Details(AuditEntry entry)
    {
        if (entry.Detail is not null)
            yield return entry.Detail;
        if (entry.Reason is not null)
            yield return $"Reason: {entry.Reason}";
        if (entry.Before is not null)
            yield return $"Before: {entry.Before}";
        if (entry.After is not null)
            yield return $"After: {entry.After}";
    }

    private static string Words(AuditVerdict chain)
    {
        var checkedSeals = chain.OtherKeys == 0 ? $"{chain.Seals} signed heads" : $"{chain.Seals} signed heads, {chain.OtherKeys} more with a key that this program does not have";
        return chain.Fault is not { } fault ? $"chain {chain.Chain}, {chain.Rows:#,0} rows, {checkedSeals}." : $"chain {chain.Chain}, row {fault.Sequence}: " + fault.Kind switch
        {
            AuditFaultKind.Changed => "its content was changed.",
            AuditFaultKind.Missing => "it is missing or cannot be read.",
            AuditFaultKind.Inserted => "it does not follow the row before it: one of them was put there later.",
            AuditFaultKind.CutOff => "it and all that followed is missing.",
            AuditFaultKind.Rewritten => "it is not the row whose head was signed: the chain was written anew.",
            AuditFaultKind.ForgedSeal => "the signature of its head is wrong.",
            _ => "a signed head before it is missing.",
        };
    }

    private string NameOf(string? account) => account is null ? "" : People.Of(account);

    private Task<IEnumerable<string>> PeopleAsync(string? text, CancellationToken cancel) => Task.FromResult(People.All
        .Where(person => string.IsNullOrWhiteSpace(text) || person.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || person.Account.Contains(text, StringComparison.OrdinalIgnoreCase))
        .Select(person => person.Account));

    // An auditor sees of whom an entry is, and nothing of the record.
    private string PatientWords(ObjectId? id) => id is not { } known ? "" : Directory.Find(known) is { Patient: var found } ? $"MRN {found.Mrn}" : known.ToString();

    private DateTimeOffset? Start(DateTime? day) => day is { } given ? new DateTimeOffset(given.Date, Clock.LocalTimeZone.GetUtcOffset(given.Date)).ToUniversalTime() : null;

    private Task SetAsync(Action change)
    {
        change();
        return FindAsync();
    }

    private async Task FindAsync()
    {
        (rows, next) = ([], null);
        await ReadAsync(null);
    }

    private Task MoreAsync() => ReadAsync(AuditReader.ParsePlace(next!));

    private async Task ReadAsync(AuditPlace? before)
    {
        problem = null;
        try
        {
            ObjectId? id = null;
            if (patient is not null)
            {
                id = ObjectId.TryParse(patient, out var given) ? given : (await Patients.FindByMrnAsync(patient, closed.Token))?.Id;
                if (id is null)
                {
                    problem = "No patient has this MRN.";
                    return;
                }
            }
            var page = await Reader.FindAsync(new AuditQuery(who, id, action, Start(from), Start(to?.AddDays(1)), before), closed.Token);
            (rows, next) = ([.. rows, .. page.Rows], page.Next);
        }
        catch (StoreException)
        {
            problem = "The audit is unavailable. Try again in a moment.";
        }
        catch (OperationCanceledException)
        {
            return; // The page is closed.
        }
        StateHasChanged();
    }

    private async Task VerifyAsync()
    {
        (verifying, verification, problem) = (true, null, null);
        StateHasChanged();
        try
        {
            await Audit.LookAsync((await SignedIn.GetAuthenticationStateAsync()).User, "audit.verify");
            verification = await Reader.VerifyAsync(closed.Token);
        }
        catch (StoreException)
        {
            problem = "The audit is unavailable. Try again in a moment.";
        }
        catch (OperationCanceledException)
        {
            return; // The page is closed.
        }
        verifying = false;
    }
}
