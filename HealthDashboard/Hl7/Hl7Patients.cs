using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>Whom PID-3 names, and where PV1-3 says that somebody lies.</summary>
internal sealed class Hl7Patients(PatientDirectory directory, IPatientStore store, IOptions<Hl7Options> options)
{
    private const int LongestMrn = 64;
    private const int LongestWard = 64;
    private const int LongestBed = 16;
    private readonly Hl7Options settings = options.Value;

    /// <summary>The patient of an observation: by PID-3, and only where that is empty by the bed of PV1-3.</summary>
    /// <exception cref="Hl7RefusedException">Nobody is named, nobody has the number, or several may be meant.</exception>
    /// <exception cref="StoreException">The patient is not here and the store cannot be read.</exception>
    public async Task<Patient> MeasuredAsync(Hl7Segment? pid, Hl7Segment? pv1)
    {
        if (pid is not null && KeysOf(pid) is var (mrn, id))
        {
            var found = mrn is not null ? await directory.FindByMrnAsync(mrn) : null;
            found ??= id is { } key ? await directory.FindAsync(key) : null;
            return found?.Patient ?? throw Hl7RefusedException.Error("PID", 3, ErrorCodes.UnknownKey, "Nobody in this hospital has this identifier.", pid.Number);
        }
        if (pv1 is null || pv1.Text(3, 3).Length == 0)
            throw Hl7RefusedException.Error("PID", 3, ErrorCodes.RequiredField, "Neither PID-3 nor a bed in PV1-3 says whose the observations are.", pid?.Number ?? 1);
        var place = PlaceOf(pv1);
        var there = directory.All.Where(known => known.Patient.Status == PatientStatus.Admitted && place.IsSameBed(Place.Of(known.Patient))).Take(2).ToList();
        return there is [var only] ? only.Patient
            : throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.UnknownKey, there.Count == 0 ? "Nobody lies in this bed, and PID-3 is empty." : "Several lie in this bed, and PID-3 is empty.", pv1.Number);
    }

    /// <summary>The record that a PID names, as the store has it, and its medical record number; null for a record that is not there.</summary>
    /// <exception cref="Hl7RefusedException">It names nobody.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(Patient? Record, string? Mrn)> FindAsync(Hl7Segment pid)
    {
        var (mrn, id) = KeysOf(pid) ?? throw NoNumber(pid);
        var found = mrn is not null ? await store.FindByMrnAsync(mrn) : null;
        found ??= id is { } key ? await store.FindAsync(key) : null;
        return (found, mrn);
    }

    /// <summary>Where a PV1-3 says that somebody lies.</summary>
    /// <exception cref="Hl7RefusedException">It names no ward that is known, or too long names.</exception>
    public Place PlaceOf(Hl7Segment pv1)
    {
        var (point, facility) = (Name(pv1, 1, LongestWard), Name(pv1, 4, LongestWard));
        if (point.Length == 0)
            throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.RequiredField, "PV1-3.1 names no point of care.", pv1.Number);
        var (room, bed) = (Name(pv1, 2, LongestBed), Name(pv1, 3, LongestBed));
        var ward = WardOf(point, facility);
        return new Place(ward.Region, ward.Ward, room.Length > 0 ? room : null, bed.Length > 0 ? bed : null);
    }

    private WardKey WardOf(string point, string facility)
    {
        if (settings.Wards.TryGetValue(point, out var mapped) && WardAddress.Parse(mapped) is { } ward)
            return ward;
        var known = directory.All.Select(one => new WardKey(one.Patient.Region, one.Patient.Ward))
            .Where(one => string.Equals(one.Ward, point, StringComparison.OrdinalIgnoreCase) && (facility.Length == 0 || string.Equals(one.Region, facility, StringComparison.OrdinalIgnoreCase)))
            .Distinct().Take(2).ToList();
        if (known is [var only])
            return only;
        if (known.Count > 1)
            throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.TableValue, "Several regions have a ward of this name: PV1-3.4 or Hl7:Wards must say which.");
        if (facility.Length > 0)
            return new WardKey(facility, point);
        return settings.Region is { Length: > 0 } region ? new WardKey(region, point)
            : throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.TableValue, "No ward of this name is known: PV1-3.4, Hl7:Wards or Hl7:Region must say its region.");
    }

    // The number of the type MR counts, else that of PI, which monitors write, else one without a type. A key of ours is one of 24 hexadecimal
    // digits. Null when there is nothing at all.
    private (string? Mrn, ObjectId? Id)? KeysOf(Hl7Segment pid)
    {
        List<(string Value, int Rank)> numbers = [];
        ObjectId? id = null;
        var any = false;
        for (var i = 1; i <= pid.Repetitions(3); i++)
        {
            var (value, authority, rank) = (pid.Text(3, 1, i), pid.Text(3, 4, i), RankOf(pid.Text(3, 5, i)));
            if (value.Length == 0)
                continue;
            any = true;
            if (ObjectId.TryParse(value, null, out var ours))
                id ??= ours;
            if (rank is { } number && (string.IsNullOrEmpty(settings.MrnAuthority) || string.Equals(settings.MrnAuthority, authority, StringComparison.OrdinalIgnoreCase)))
                numbers.Add((value, number));
        }
        if (!any)
            return null;
        var best = numbers.Where(one => one.Rank == numbers.Min(other => other.Rank)).Select(one => one.Value).Distinct(StringComparer.Ordinal).ToList();
        if (best.Count > 1)
            throw Hl7RefusedException.Error("PID", 3, ErrorCodes.UnknownKey, "PID-3 has several medical record numbers: which one is meant?", pid.Number);
        var mrn = best.FirstOrDefault();
        if (mrn is null && id is null)
            throw NoNumber(pid);
        if (mrn?.Length > LongestMrn)
            throw Hl7RefusedException.Error("PID", 3, ErrorCodes.TooLong, $"A medical record number may have {LongestMrn} characters.", pid.Number);
        return (mrn, id);
    }

    private static int? RankOf(string type) => type switch
    {
        "MR" or "MRN" => 0,
        "PI" => 1,
        "" => 2,
        _ => null,
    };

    private static Hl7RefusedException NoNumber(Hl7Segment pid) =>
        Hl7RefusedException.Error("PID", 3, ErrorCodes.RequiredField, "PID-3 has no medical record number of this hospital (type MR or PI).", pid.Number);

    private static string Name(Hl7Segment pv1, int component, int longest)
    {
        var text = Plain.Text(pv1.Text(3, component));
        return text.Length <= longest ? text : throw Hl7RefusedException.Error("PV1", 3, ErrorCodes.TooLong, $"PV1-3.{component} may have {longest} characters.", pv1.Number);
    }
}

/// <summary>Texts of messages as records keep them.</summary>
internal static class Plain
{
    /// <summary>Letters composed, control characters as blanks, none around it.</summary>
    public static string Text(string text) => Shared.ComposedText.Of(text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim() : text.Trim());

    /// <summary>As a message quotes it.</summary>
    public static string Quote(string text) => Excerpt.Of(text);
}
