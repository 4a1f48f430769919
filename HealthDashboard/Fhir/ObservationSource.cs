using System.Globalization;
using System.Runtime.CompilerServices;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Live;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Observations of one patient, in the order of their times.</summary>
internal sealed class ObservationSource(IVitalStore vitals, CurrentVitals current, Census.PatientDirectory directory, IOptions<IngestOptions> ingest, TimeProvider time)
{
    private const long Minute = 60_000;

    // Values of one time in the order of the signs; a score after them.
    private const int ScoreOrder = 99;

    private DateTimeOffset RawFrom => time.GetUtcNow() - ingest.Value.RawRetention;

    /// <summary>The Observation of an id; null when there is none.</summary>
    public async Task<R4.Observation?> FindAsync(ObservationIds id, CancellationToken cancel)
    {
        if (id.What == Ids.Score)
            return await ScoreAsync(id.Patient, cancel);
        // One that was read before only its minute was kept is found by its old id.
        var isMinute = id.Time < RawFrom.ToUnixTimeMilliseconds();
        var from = isMinute ? id.Time - (id.Time % Minute) : id.Time;
        if (from < 0 || from > time.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds())
            return null;
        List<Measured> values = [];
        foreach (var sign in SignsOf(id.What))
        {
            await foreach (var value in Walk(id.Patient, sign, newestFirst: false).GoAsync(from, isMinute ? from + Minute : from + 1, cancel))
                values.Add(value);
        }
        if (values.Count == 0)
            return null;
        var observation = ObservationOut.Write(id.Patient, values);
        observation.Id = Ids.Of(id.Patient, id.What, id.Time);
        return observation;
    }

    /// <summary>Observations one after the other, each with the cursor behind it.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="wanted">Whether the Observations of a sign, of <see cref="Ids.Pressure"/> or of <see cref="Ids.Score"/> are looked for.</param>
    /// <param name="span">The stretch of time, both ends inclusive.</param>
    /// <param name="newestFirst">Whether it goes back in time.</param>
    /// <param name="cursor">Where it goes on; null for the start.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<(R4.Observation Observation, string Cursor)> GoAsync(
        ObjectId patientId, Func<string, bool> wanted, TimeSpanOf span, bool newestFirst, string? cursor, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (at, order) = Read(cursor);
        var (from, to) = (Math.Max(span.From, 0), Math.Min(span.To, time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds()) + 1);
        if (at is { } resume)
            (from, to) = newestFirst ? (from, Math.Min(to, resume + 1)) : (Math.Max(from, resume), to);
        var score = wanted(Ids.Score) ? await ScoreAsync(patientId, cancel) : null;
        var scoreAt = score?.Meta?.LastUpdated?.ToUnixTimeMilliseconds() ?? 0;
        List<IAsyncEnumerator<Measured>> signs = [];
        try
        {
            foreach (var info in VitalSigns.All.Where(info => wanted(ObservationIds.IsPressure(info.Sign) ? Ids.Pressure : info.Name)))
            {
                var sign = Walk(patientId, info.Sign, newestFirst).GoAsync(from, to, cancel).GetAsyncEnumerator(cancel);
                if (await sign.MoveNextAsync())
                    signs.Add(sign);
                else
                    await sign.DisposeAsync();
            }
            while (signs.Count > 0 || score is not null)
            {
                var times = signs.Select(sign => sign.Current.Time).Concat(score is null ? [] : [scoreAt]);
                var next = newestFirst ? times.Max() : times.Min();
                var first = signs.Where(sign => sign.Current.Time == next).MinBy(sign => OrderOf(sign.Current.Sign));
                var isScore = first is null;
                var place = isScore ? ScoreOrder : OrderOf(first!.Current.Sign);
                var observation = isScore ? score! : ObservationOut.Write(patientId, await TakeAsync(signs, next, place));
                if (isScore)
                    score = null;
                if (!(next == at && place <= order) && !(isScore && (next < from || next >= to)))
                    yield return (observation, string.Create(CultureInfo.InvariantCulture, $"{next}:{place}"));
            }
        }
        finally
        {
            foreach (var sign in signs)
                await sign.DisposeAsync();
        }
    }

    /// <summary>What the names in ids stand for that a code or a category can mean; null for a code that is none of ours.</summary>
    public static string? NameOf(string? loinc) =>
        loinc is Terms.News2 ? Ids.Score
        : loinc is Terms.BloodPressure ? Ids.Pressure
        : Terms.SignOf(loinc) is { } sign && (sign.Info().Loinc == loinc || sign == VitalSign.Spo2) && !ObservationIds.IsPressure(sign) ? sign.Info().Name
        : null;

    private async Task<R4.Observation?> ScoreAsync(ObjectId patientId, CancellationToken cancel)
    {
        if (await directory.FindAsync(patientId, cancel) is not { } patient)
            return null;
        var values = await current.FindAsync(patient, cancel);
        var counted = values.Where(value => value.State == ValueStanding.Current && News2.Parameters.Contains(value.Reading.Sign)).Select(value => value.Reading.At).ToList();
        return counted.Count == 0 ? null : ObservationOut.Write(patientId, Standing.Score(values, patient.Patient, time.GetUtcNow()), counted.Max());
    }

    // The values of one Observation; signs that have no more are gone afterwards.
    private static async Task<List<Measured>> TakeAsync(List<IAsyncEnumerator<Measured>> signs, long at, int place)
    {
        List<Measured> values = [];
        foreach (var sign in signs.Where(sign => sign.Current.Time == at && OrderOf(sign.Current.Sign) == place).ToList())
        {
            values.Add(sign.Current);
            if (await sign.MoveNextAsync())
                continue;
            signs.Remove(sign);
            await sign.DisposeAsync();
        }
        return values;
    }

    private VitalWalk Walk(ObjectId patientId, VitalSign sign, bool newestFirst) => new(vitals, patientId, sign, RawFrom.ToUnixTimeMilliseconds(), newestFirst);

    private static IEnumerable<VitalSign> SignsOf(string what) =>
        what == Ids.Pressure ? [VitalSign.Systolic, VitalSign.Diastolic, VitalSign.MeanPressure] : [VitalSigns.Find(what)!.Sign];

    private static int OrderOf(VitalSign sign) => ObservationIds.IsPressure(sign) ? (int)VitalSign.Systolic : (int)sign;

    private static (long? At, int Order) Read(string? cursor)
    {
        if (cursor is null)
            return (null, 0);
        var parts = cursor.Split(':');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var order)
            ? (at, order)
            : throw FhirException.Invalid("_cursor is none that a page before has given.");
    }
}
