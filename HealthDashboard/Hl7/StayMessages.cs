using System.Collections.Frozen;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Fhir;
using HealthDashboard.Ingest;
using HealthDashboard.Patients;
using HealthDashboard.Shared;

namespace HealthDashboard.Hl7;

/// <summary>
/// ADT: admission, move, discharge, update, and what cancels the first and the third. What the record says already is accepted and changes nothing,
/// so a message may be repeated.
/// </summary>
internal sealed class StayMessages(Hl7Patients patients, StayDesk desk, Audit audit, RecentMessages recent, TimeProvider time)
{
    /// <summary>The events that are known; A40 is refused with its reason.</summary>
    public static readonly FrozenSet<string> Events = FrozenSet.Create(StringComparer.Ordinal, ["A01", "A02", "A03", "A08", "A11", "A13", "A40"]);

    private const string Detail = "by HL7";

    /// <summary>Takes a message; what it says is durable when the task ends.</summary>
    /// <param name="message">The message.</param>
    /// <param name="lines">Its segments as they came, by which the same message is known again.</param>
    /// <exception cref="Hl7RefusedException">Nothing of it was kept.</exception>
    /// <exception cref="StoreException">A store cannot be read or written; send it again.</exception>
    /// <exception cref="ConflictException">Somebody else changed the record at the same time; send it again.</exception>
    public async Task<Outcome> TakeAsync(Hl7Message message, IReadOnlyList<string> lines)
    {
        var trigger = message.Header.Event.Length > 0 ? message.Header.Event : message.First("EVN")?.Text(1) ?? "";
        if (trigger == "A40")
            throw Hl7RefusedException.Rejected("MSH", 9, ErrorCodes.EventCode, "Records are not merged here: merge them by hand, and discharge the one that is not used any more.");
        if (!Events.Contains(trigger))
            throw Hl7RefusedException.Rejected("MSH", 9, ErrorCodes.EventCode, $"The event '{Plain.Quote(trigger)}' is not accepted: allowed are A01, A02, A03, A08, A11 and A13.");
        var pid = message.First("PID") ?? throw Hl7RefusedException.Error("PID", 0, ErrorCodes.SegmentSequence, "The message has no PID.");
        // An old admission that comes again must not undo what was done after it.
        var key = RecentMessages.KeyOf(lines);
        if (recent.Contains(key))
            return Outcome.Accepted;
        // No change that the audit could not have.
        await audit.EnsureAsync();
        var sender = new Sender(message.Header.Application, trigger);
        try
        {
            await ChangeAsync(trigger, message, pid, sender);
        }
        catch (BedTakenException)
        {
            throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.Application, "Another patient is in the bed.");
        }
        recent.Add(key);
        return Outcome.Accepted;
    }

    private async Task ChangeAsync(string trigger, Hl7Message message, Hl7Segment pid, Sender sender)
    {
        var (record, mrn) = await patients.FindAsync(pid);
        if (trigger == "A01")
        {
            await AdmitAsync(record, mrn, message, pid, sender);
            return;
        }
        if (record is null)
            throw Hl7RefusedException.Error("PID", 3, ErrorCodes.UnknownKey, "Nobody in this hospital has this identifier.");
        var isHere = record.Status == PatientStatus.Admitted;
        switch (trigger)
        {
            case "A02" when !isHere:
                throw Hl7RefusedException.Error("PID", 3, ErrorCodes.Application, "The patient is discharged: A01 admits them again.");
            case "A02":
                var place = patients.PlaceOf(PlacedBy(message));
                await ChangeAsync(record, "patient.move", place.Put, sender);
                break;
            case "A03" when isHere:
                await DischargeAsync(record, $"Discharged by {sender.Name} (A03)", sender);
                break;
            case "A11" when isHere:
                await DischargeAsync(record, $"Admission cancelled by {sender.Name} (A11)", sender);
                break;
            case "A08":
                var details = PidDetails.Read(pid, time.Today());
                await ChangeAsync(record, "patient.update", details.Put, sender);
                break;
            case "A13" when !isHere:
                var back = message.First("PV1") is { } pv1 && pv1.Text(3).Length > 0 ? patients.PlaceOf(pv1) : Place.Of(record);
                await ChangeAsync(record, "patient.admit", known => back.Put(StayChange.Admitted(known)), sender);
                break;
        }
    }

    private async Task AdmitAsync(Patient? record, string? mrn, Hl7Message message, Hl7Segment pid, Sender sender)
    {
        var place = patients.PlaceOf(PlacedBy(message));
        var details = PidDetails.Read(pid, time.Today());
        if (record is null)
        {
            await AddAsync(mrn, place, details, sender);
            return;
        }
        if (!PatientIn.MayBeSame(record, details.Put(record)))
            throw Hl7RefusedException.Error("PID", 5, ErrorCodes.DuplicateKey, "Another patient has this medical record number: family name or date of birth differ. A08 changes them.");
        if (record.Status == PatientStatus.Admitted && (place.Region, place.Ward, place.Bed) != (record.Region, record.Ward, record.Bed))
            throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.Application, "The patient is admitted already, at another place: A02 moves them.");
        await ChangeAsync(
            record,
            record.Status == PatientStatus.Admitted ? "patient.update" : "patient.admit",
            known => details.Put(known.Status == PatientStatus.Admitted ? known : place.Put(StayChange.Admitted(known))),
            sender);
    }

    private async Task AddAsync(string? mrn, Place place, PidDetails details, Sender sender)
    {
        if (mrn is null)
            throw Hl7RefusedException.Error("PID", 3, ErrorCodes.RequiredField, "PID-3 has no medical record number for a new record.");
        var blank = new Patient { Id = ObjectId.New(time), Mrn = mrn, Region = place.Region, Ward = place.Ward, GivenName = "", FamilyName = PidDetails.Nameless };
        var stored = await desk.AddAsync(place.Put(details.Put(blank)), sender.Actor, CancellationToken.None);
        await audit.WriteAsync(sender.User, "patient.create", stored.Id, Detail);
    }

    private async Task ChangeAsync(Patient record, string action, Func<Patient, Patient> change, Sender sender)
    {
        if (change(record) == record)
            return;
        var stored = await desk.ChangeAsync(record.Id, sender.Actor, change, CancellationToken.None)
            ?? throw Hl7RefusedException.Error("PID", 3, ErrorCodes.UnknownKey, "The record was deleted at the same time.");
        await audit.WriteAsync(sender.User, action, stored.Id, Detail);
    }

    // The administration has discharged the patient, so open alerts are no reason to refuse it: they end, and say why.
    private async Task DischargeAsync(Patient record, string reason, Sender sender)
    {
        if (await desk.DischargeAsync(record.Id, sender.Actor, reason, CancellationToken.None) is { } stored)
            await audit.WriteAsync(sender.User, "patient.discharge", stored.Id, Detail, reason);
    }

    private static Hl7Segment PlacedBy(Hl7Message message) =>
        message.First("PV1") ?? throw Hl7RefusedException.Error("PV1", 0, ErrorCodes.SegmentSequence, "The message has no PV1.");

    /// <summary>Who sends, as the audit names it.</summary>
    private sealed class Sender(string application, string trigger)
    {
        public string Name { get; } = Excerpt.Of(Plain.Text(application)) is { Length: > 0 } said ? said : "an unnamed system";

        public string Actor => $"HL7 {Name}";

        public ClaimsPrincipal User => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, Actor)], $"HL7 {trigger}"));
    }
}

/// <summary>The ADT messages that were accepted last, by which one that comes again is known, also after others.</summary>
internal sealed class RecentMessages
{
    private const int Most = 10_000;

    private readonly Lock gate = new();
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    /// <summary>What a message is known by: all of it.</summary>
    public static string KeyOf(IReadOnlyList<string> lines) => Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(string.Join('\r', lines))));

    public bool Contains(string key)
    {
        lock (gate)
            return known.Contains(key);
    }

    public void Add(string key)
    {
        lock (gate)
        {
            if (!known.Add(key))
                return;
            order.Enqueue(key);
            if (order.Count > Most)
                known.Remove(order.Dequeue());
        }
    }
}
