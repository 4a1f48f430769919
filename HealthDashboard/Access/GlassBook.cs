using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Access;

/// <summary>
/// Who broke the glass for whom, why, and whom that was reported to. The audit is where it is kept: it holds because it is written there, on
/// every node and after a restart, and a record that cannot be written down cannot be opened.
/// </summary>
internal sealed class GlassBook(IAuditStore store, Audit audit, ICareTeamStore team, IAccountStore accounts, PatientDirectory directory, TimeProvider time)
{
    /// <summary>How long a record stays open.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromMinutes(60);

    /// <summary>How long it is reported to those it is for.</summary>
    public static readonly TimeSpan ReportedFor = TimeSpan.FromHours(24);

    /// <summary>The longest reason.</summary>
    public const int LongestReason = 500;

    private const string Break = "glass.break";
    private const string End = "glass.end";
    private const string Seen = "glass.seen";
    private const string Separator = ", ";

    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(3);
    private static readonly CareRole[] Leads = [CareRole.Attending, CareRole.ChargeNurse];

    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<AuditRow> recent = [];
    private DateTimeOffset readAt;

    /// <summary>Until when somebody may see a patient by having broken the glass, and why; null when they have not, or it is over.</summary>
    /// <exception cref="StoreException">The audit cannot be read.</exception>
    public async Task<(DateTimeOffset Until, string Reason)?> FindAsync(ClaimsPrincipal user, ObjectId patientId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // The latest decides; of one moment the greater number comes first.
        var last = (await store.SearchAsync(new AuditQuery(user.Actor(), patientId, "glass", now - Lasts, Limit: 10), cancel)).FirstOrDefault(row => row.Entry.Action is Break or End);
        return last is { Entry: { Action: Break } entry } && entry.Time + Lasts > now ? (entry.Time + Lasts, entry.Reason ?? "") : null;
    }

    /// <summary>Opens a patient's record to somebody for <see cref="Lasts"/>, and reports it to the lead of the team.</summary>
    /// <returns>Until when.</returns>
    /// <exception cref="AuditUnavailableException">It cannot be written down, so it stays closed.</exception>
    public async Task<DateTimeOffset> BreakAsync(ClaimsPrincipal user, ObjectId patientId, string reason, CancellationToken cancel)
    {
        var notified = await LeadsAsync(user, patientId, cancel);
        var now = time.GetUtcNow();
        await audit.RequireAsync(user, Break, patientId, notified.Count == 0 ? null : string.Join(Separator, notified), reason);
        readAt = default;
        return now + Lasts;
    }

    /// <summary>Closes the record again.</summary>
    public async Task EndAsync(ClaimsPrincipal user, ObjectId patientId) => await audit.WriteAsync(user, End, patientId);

    /// <summary>What is reported to somebody who has not said yet that they have seen it, the latest first.</summary>
    /// <exception cref="StoreException">The audit cannot be read.</exception>
    public async Task<IReadOnlyList<GlassNotice>> NoticesAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        var actor = user.Actor();
        var rows = await RecentAsync(cancel);
        var seen = rows.Where(row => row.Entry.Action == Seen && row.Entry.Actor == actor).Select(row => row.Entry.Detail).ToHashSet();
        return
        [
            .. from row in rows
               where row.Entry is { Action: Break, PatientId: not null } && (row.Entry.Detail ?? "").Split(Separator).Contains(actor, StringComparer.OrdinalIgnoreCase)
               let id = $"{row.Chain}:{row.Sequence}"
               where !seen.Contains(id)
               select new GlassNotice(id, row.Entry.Time, row.Entry.Actor, row.Entry.PatientId!.Value, row.Entry.Reason ?? ""),
        ];
    }

    /// <summary>Somebody has seen what was reported to them.</summary>
    /// <returns>Whether there is such a report.</returns>
    /// <exception cref="StoreException">The audit cannot be read.</exception>
    public async Task<bool> SeenAsync(ClaimsPrincipal user, string noticeId, CancellationToken cancel)
    {
        if ((await NoticesAsync(user, cancel)).FirstOrDefault(notice => notice.Id == noticeId) is not { } notice)
            return false;
        await audit.WriteAsync(user, Seen, notice.PatientId, notice.Id);
        readAt = default;
        return true;
    }

    // The attending doctor and the charge nurse; else whoever is on call for the ward, then the hospital; else the ward's charge nurses.
    private async Task<IReadOnlyList<string>> LeadsAsync(ClaimsPrincipal user, ObjectId patientId, CancellationToken cancel)
    {
        var place = directory.Find(patientId)?.Patient;
        try
        {
            var members = await team.TeamAsync(patientId, time.GetUtcNow(), cancel);
            if (Others(members.Where(member => Leads.Contains(member.Role)).Select(member => member.Clinician.Account)) is { Count: > 0 } own)
                return own;
            var onCall = await team.OnCallAsync(cancel);
            var ward = place is null ? null : new WardKey(place.Region, place.Ward);
            foreach (var duty in onCall.Where(duty => duty.Ward is not null && duty.Ward == ward).Concat(onCall.Where(duty => duty.Ward is null)))
            {
                if (Others([duty.ChargeNurse?.Account, duty.Doctor?.Account]) is { Count: > 0 } called)
                    return called;
            }
        }
        catch (StoreException)
        {
            // Without the teams it is for the charge nurses.
        }
        return Others(from account in await accounts.AllAsync(cancel)
                      where account.Role == Roles.ChargeNurse && AccountWards.Parse(account.Wards).Has(place?.Region, place?.Ward)
                      select account.UserName);

        List<string> Others(IEnumerable<string?> people) => [.. people.OfType<string>().Where(person => person != user.Actor()).Distinct()];
    }

    // Every open page asks, so a node reads it once for all of them.
    private async Task<IReadOnlyList<AuditRow>> RecentAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow();
            if (now - readAt >= ReadEvery)
                (recent, readAt) = (await store.SearchAsync(new AuditQuery(Action: "glass", From: now - ReportedFor, Limit: 1000), cancel), now);
            return recent;
        }
        finally
        {
            turn.Release();
        }
    }
}

/// <summary>That somebody opened a record by breaking the glass, for the lead of the patient's team.</summary>
/// <param name="Id">The notice.</param>
/// <param name="Time">When.</param>
/// <param name="Who">The account.</param>
/// <param name="PatientId">Whose record.</param>
/// <param name="Reason">Why, as they wrote it.</param>
internal sealed record GlassNotice(string Id, DateTimeOffset Time, string Who, ObjectId PatientId, string Reason);
