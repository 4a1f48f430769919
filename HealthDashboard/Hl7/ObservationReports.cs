using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>ORU^R01: takes the vital signs of its OBX, the same way as <c>POST /api/vitals</c>.</summary>
internal sealed class ObservationReports(
    ReadingIntake intake, Hl7Patients patients, DeviceNames devices, Hl7Statistics statistics, IOptions<IngestOptions> options, TimeProvider time)
{
    /// <summary>Who sends, for the metrics: what a message says of its sender is no label.</summary>
    public const string Source = "hl7";

    /// <summary>Takes a message; what is kept of it is durable when the task ends.</summary>
    /// <exception cref="Hl7RefusedException">Nothing of it can be read.</exception>
    /// <exception cref="RequestRefusedException">Too many readings are on their way; nothing was kept.</exception>
    /// <exception cref="StoreException">A store cannot be read or written.</exception>
    public async Task<Outcome> TakeAsync(Hl7Message message)
    {
        var read = ObservationReader.Read(message, ZoneRule.Of(message, time), devices);
        if (read.Observations.Count > options.Value.MaxReadings)
            throw Hl7RefusedException.Error("OBX", 0, ErrorCodes.TooLong, $"A message may have {options.Value.MaxReadings} readings.");
        // Some of the errors are of observations, which the batch counts, and some of their patients.
        List<Hl7Error> errors = [];
        List<(Observation Observation, PatientRef? Patient)> all = [];
        foreach (var group in read.Observations.GroupBy(observation => observation.Group))
        {
            PatientRef? whose = null;
            try
            {
                var patient = await patients.MeasuredAsync(group.Key.Pid, group.Key.Pv1);
                whose = new PatientRef(patient.Id, null, patient);
            }
            catch (Hl7RefusedException refused)
            {
                errors.AddRange(refused.Outcome.Errors);
            }
            all.AddRange(group.Select(observation => (observation, whose)));
        }
        var result = await intake.TakeAsync(Source, batch =>
        {
            for (var i = 0; i < all.Count; i++)
            {
                var ((_, segment, sign, value, measured, device, error), whose) = all[i];
                if (error is not null)
                    batch.Reject(i, error.Text);
                else if (whose is { } known)
                    batch.Add(i, known, sign.Info(), value, measured, device);
                else
                    batch.Reject(i, "Nobody is known whose it could be.");
            }
        });
        statistics.CountPassedOver(read.PassedOver);
        foreach (var (index, reason) in result.Rejected)
        {
            var (observation, whose) = all[index];
            if (observation.Error is { } known)
                errors.Add(known);
            else if (whose is not null)
                errors.Add(new Hl7Error("OBX", observation.Segment.Number, reason.StartsWith("time", StringComparison.Ordinal) ? 14 : 5, ErrorCodes.DataType, reason));
        }
        return errors.Count == 0 ? Outcome.Accepted
            : new Outcome(Verdict.Error, errors, string.Create(CultureInfo.InvariantCulture, $"{result.Accepted} readings are kept, {result.Rejected.Count} are refused: {errors[0].Text}"));
    }
}

/// <summary>The segments that say whose observations are.</summary>
/// <param name="number">Which patient of the message, from 0.</param>
internal sealed class PatientGroup(int number)
{
    public int Number => number;

    public Hl7Segment? Pid { get; set; }

    public Hl7Segment? Pv1 { get; set; }
}

/// <summary>An OBX that is a vital sign, or ought to be one.</summary>
/// <param name="Group">Whose.</param>
/// <param name="Segment">The OBX.</param>
/// <param name="Sign">What was measured.</param>
/// <param name="Value">In the sign's unit.</param>
/// <param name="Time">When, in milliseconds since 1970 UTC.</param>
/// <param name="Device">By what; null when it is not said.</param>
/// <param name="Error">Why it is refused; null when it is not.</param>
internal sealed record Observation(PatientGroup Group, Hl7Segment Segment, VitalSign Sign, double Value, long Time, string? Device, Hl7Error? Error);

/// <summary>The vital signs of a message.</summary>
/// <param name="Observations">Those that are kept or refused.</param>
/// <param name="PassedOver">How many OBX are no reading that is kept.</param>
internal sealed record ObservationReader(IReadOnlyList<Observation> Observations, int PassedOver)
{
    // Results that a device did not measure, or says itself that they count for nothing [IHE DEV TF-2, OBX-8].
    private static readonly string[] Invalid = ["INV", "NAV", "CAL", "TEST", "DEMO"];

    /// <summary>Reads all OBX of a message.</summary>
    /// <exception cref="Hl7RefusedException">It has none.</exception>
    public static ObservationReader Read(Hl7Message message, ZoneRule rule, DeviceNames devices)
    {
        List<(Observation Observation, int Rank)> all = [];
        var passedOver = 0;
        var group = new PatientGroup(0);
        Hl7Segment? request = null;
        Dictionary<string, string> wholes = new(StringComparer.Ordinal);
        var any = false;
        for (var i = 1; i < message.Segments.Count; i++)
        {
            var segment = message.Segments[i];
            switch (segment.Name)
            {
                case "PID":
                    // What stands before the first PID is of that patient too: there is no other.
                    if (group.Pid is not null)
                        (group, request) = (new PatientGroup(group.Number + 1), null);
                    group.Pid = segment;
                    break;
                case "PV1":
                    group.Pv1 ??= segment;
                    break;
                case "OBR":
                    request = segment;
                    break;
                case "OBX":
                    any = true;
                    var device = DeviceOf(message, i, wholes);
                    if (Mdc.SignOf(segment) is { } sign && IsResult(segment))
                        all.Add((Read(segment, request, device, group, sign.Sign, rule, devices), sign.Rank));
                    else
                        passedOver++;
                    break;
            }
        }
        if (!any)
            throw Hl7RefusedException.Error("OBX", 0, ErrorCodes.SegmentSequence, "The message has no OBX.");
        // The electrocardiogram's heart rate and the finger's pulse of one moment are one sign: the more direct one stays.
        var best = all.Where(one => one.Observation.Error is null).GroupBy(one => (one.Observation.Group, one.Observation.Sign, one.Observation.Time)).ToDictionary(same => same.Key, same => same.Min(one => one.Rank));
        var kept = all.Where(one => one.Observation.Error is not null || one.Rank == best[(one.Observation.Group, one.Observation.Sign, one.Observation.Time)]).Select(one => one.Observation).ToList();
        return new ObservationReader(kept, passedOver + all.Count - kept.Count);
    }

    // Empty is no measurement, and neither is what is ordered, pending, or could not be obtained [HL7 table 0085].
    private static bool IsResult(Hl7Segment obx)
    {
        if (obx.Repetitions(5) == 0 || obx.IsDeleted(5) || obx.Text(11) is "X" or "I" or "N" or "O")
            return false;
        for (var i = 1; i <= obx.Repetitions(8); i++)
        {
            if (Invalid.Contains(obx.Text(8, 1, i), StringComparer.Ordinal))
                return false;
        }
        return true;
    }

    // The observation's own, else the one of the whole device that OBX-4 says it is part of: 1.0.0.0 of 1.2.1.7.
    private static string DeviceOf(Hl7Message message, int obx, Dictionary<string, string> devices)
    {
        var segment = message.Segments[obx];
        var parts = segment.Text(4).Split('.');
        if (segment.Text(18) is { Length: > 0 } device)
        {
            if (parts is [_, "0", "0", "0"])
                devices[parts[0]] = device;
            return device;
        }
        // PRT of the observation stands after it, one or several, with notes between.
        for (var i = obx + 1; i < message.Segments.Count && message.Segments[i].Name is "PRT" or "NTE"; i++)
        {
            if (message.Segments[i] is { Name: "PRT" } participation && participation.Text(10) is { Length: > 0 } named)
                return named;
        }
        return parts.Length > 1 ? devices.GetValueOrDefault(parts[0], "") : "";
    }

    private static Observation Read(Hl7Segment obx, Hl7Segment? request, string device, PatientGroup group, VitalSign sign, ZoneRule rule, DeviceNames devices)
    {
        var info = sign.Info();
        if (obx.Text(11) is not ("" or "F" or "R" or "C" or "P" or "S" or "U" or "A"))
            return Refused(11, ErrorCodes.TableValue, $"its status is '{Plain.Quote(obx.Text(11))}': a reading that was kept is not withdrawn by HL7");
        if (!TryValue(obx, info, out var value, out var field, out var code, out var reason))
            return Refused(field, code, reason);
        var (where, at) = obx.Text(14) is { Length: > 0 } own ? ("OBX-14", own) : ("OBR-7", request?.Text(7) ?? "");
        if (at.Length == 0)
            return Refused(14, ErrorCodes.RequiredField, $"{info.Name} has a time neither in OBX-14 nor in OBR-7");
        if (Hl7Time.Read(at, rule, out var measured) is { } wrong)
            return Refused(14, ErrorCodes.DataType, $"{where} '{Plain.Quote(at)}' {wrong}");
        string? name = null;
        if (device.Length > 0 && (name = devices.Find(Encoding.UTF8.GetBytes(device))) is null)
            return Refused(18, ErrorCodes.TooLong, $"the device has more than {DeviceNames.LongestName} bytes, or control characters");
        return new Observation(group, obx, sign, value, measured, name, null);

        Observation Refused(int field, int code, string text) => new(group, obx, sign, 0, 0, null, new Hl7Error("OBX", obx.Number, field, code, text));
    }

    private static bool TryValue(Hl7Segment obx, VitalSignInfo info, out double value, out int field, out int code, out string reason)
    {
        (value, field, code, reason) = (0, 5, ErrorCodes.DataType, "");
        if (info.Sign == VitalSign.Consciousness)
        {
            if (Levels(obx) is { } level)
            {
                value = (double)level;
                return true;
            }
            (code, reason) = (ErrorCodes.TableValue, "the level of consciousness is none of ACVPU");
            return false;
        }
        var isStructured = obx.Text(2) is "SN";
        var text = obx.Text(5, isStructured ? 2 : 1);
        if (isStructured && (obx.Text(5) is not ("" or "=") || obx.Text(5, 3).Length > 0))
            reason = $"{info.Name} is a bound or a range and no value";
        else if (obx.Repetitions(5) > 1)
            reason = $"{info.Name} has several values";
        else if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            reason = $"{info.Name} is '{Plain.Quote(text)}', which is no number";
        else if (Mdc.UnitOf(obx) is not { } unit)
            (field, code, reason) = (6, ErrorCodes.RequiredField, $"{info.Name} has no unit");
        else if (Fhir.Units.Convert(info, number, unit) is not { } converted)
            (field, code, reason) = (6, ErrorCodes.TableValue, $"the unit '{Plain.Quote(unit)}' cannot be that of {info.Name}, which is kept in {info.Unit}");
        else
            value = converted;
        return reason.Length == 0;
    }

    // As a code of SNOMED CT, or as the letter or the word.
    private static Acvpu? Levels(Hl7Segment obx) =>
        Fhir.Terms.LevelOf(obx.Text(5, 3) is "SCT" or "SNM" ? Fhir.Terms.Snomed : null, obx.Text(5), obx.Text(5, 2)) ?? Fhir.Terms.LevelOf(null, null, obx.Text(5));
}
