using System.Buffers;
using System.Runtime.InteropServices;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Ingest;

/// <summary>Why one reading of a request was refused.</summary>
/// <param name="Index">Which: its place in a JSON array from 0, or its line from 1.</param>
/// <param name="Reason">The field, its value, what is allowed.</param>
internal readonly record struct Rejection(int Index, string Reason);

/// <summary>Whose a reading is, as the sender says it.</summary>
/// <param name="Id">The patient's id; null when only an MRN was given that the directory does not have.</param>
/// <param name="Mrn">The MRN; null when none was given.</param>
/// <param name="Found">The record; null when the patient is not in the directory.</param>
internal readonly record struct PatientRef(ObjectId? Id, string? Mrn, Patient? Found);

/// <summary>
/// What one request comes to: the readings that passed every rule and the ones that did not. Made for one request, and used again
/// for another, so that a reading costs no allocation before it is known to be good.
/// </summary>
internal sealed class ReadingBatch(PatientDirectory directory)
{
    private const int MostNames = 10;
    private const int FirstReadings = 1024;

    // One more than the greatest number of a sign, rounded up.
    private const int Signs = 16;

    private readonly Dictionary<ObjectId, int> numbers = [];
    private readonly Dictionary<(ObjectId, VitalSign, long), int> places = [];
    private readonly List<(int Index, PatientRef Patient, Reading Reading)> unresolved = [];
    private readonly List<Rejection> rejected = [];
    private readonly List<string> warnings = [];
    private readonly HashSet<ObjectId> notAdmitted = [];
    private readonly List<byte[]> passedOverNames = [];

    // The number of each reading's patient.
    private readonly List<int> patientOf = [];
    private Reading[] readings = [];

    // The latest time of each patient's signs so far: what is later than that is no repetition, and need not be looked for.
    private long[] newest = new long[Signs];
    private int count;
    private PatientRef last;

    // The patient of the reading before, and the number that it has here, from 0.
    private ObjectId numbered;
    private int number;
    private ReadingRules rules;

    /// <summary>How many readings were accepted, those that a later one of the same request replaced included.</summary>
    public int Accepted { get; private set; }

    /// <summary>How many readings, good and bad, came.</summary>
    public int Total => Accepted + rejected.Count + unresolved.Count;

    /// <summary>The refused ones, by index once <see cref="ResolveAsync"/> is done.</summary>
    public IReadOnlyList<Rejection> Rejected => rejected;

    /// <summary>What the sender should know of readings that were accepted.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>How many measurements and fields were no readings.</summary>
    public int PassedOver { get; private set; }

    /// <summary>The names of the first of them.</summary>
    public IEnumerable<string> PassedOverNames => passedOverNames.Select(name => Excerpt.Of(name));

    /// <summary>Empties it for a request that is judged by these rules.</summary>
    public void Begin(ReadingRules requestRules)
    {
        rules = requestRules;
        numbers.Clear();
        patientOf.Clear();
        places.Clear();
        unresolved.Clear();
        rejected.Clear();
        warnings.Clear();
        notAdmitted.Clear();
        passedOverNames.Clear();
        PassedOver = 0;
        last = default;
        (count, Accepted) = (0, 0);
    }

    /// <summary>Whose an id is.</summary>
    public PatientRef PatientOf(ObjectId id)
    {
        if (last.Found is null || last.Id != id)
            last = new PatientRef(id, null, directory.Find(id)?.Patient);
        return last;
    }

    /// <summary>Whose an id or an MRN is, one of which is given.</summary>
    /// <returns>Null when both are given and the patient with that id has another MRN.</returns>
    public PatientRef? PatientOf(ObjectId? id, string? mrn)
    {
        if ((id is { } value ? directory.Find(value) : directory.FindByMrn(mrn!)) is not { } found)
            return new PatientRef(id, mrn, null);
        return mrn is null || mrn == found.Patient.Mrn ? new PatientRef(found.Patient.Id, mrn, found.Patient) : null;
    }

    /// <summary>Takes a reading if the rules allow it. The last one for the same patient, sign and time counts.</summary>
    public void Add(int index, in PatientRef patient, VitalSignInfo sign, double value, long time, string? device)
    {
        if ((ReadingRules.Value(sign, value) ?? rules.Time(time)) is { } reason)
            Reject(index, reason);
        else if (patient.Found is { } found)
            Accept(found, new Reading(found.Id, sign.Sign, time, value, device, rules.Arrival));
        else
            unresolved.Add((index, patient, new Reading(default, sign.Sign, time, value, device, rules.Arrival)));
    }

    /// <summary>Refuses a reading.</summary>
    public void Reject(int index, string reason) => rejected.Add(new Rejection(index, reason));

    /// <summary>Counts what is no reading: gateways send more than vital signs, and would only send it again.</summary>
    public void PassOver(ReadOnlySpan<byte> name)
    {
        PassedOver++;
        // The same few names come with every line: they are compared as they are, and only new ones are kept.
        foreach (var known in passedOverNames)
        {
            if (name.SequenceEqual(known))
                return;
        }
        if (passedOverNames.Count < MostNames)
            passedOverNames.Add(name.ToArray());
    }

    /// <summary>Asks after the patients that the directory does not have: another node may have made them. Then all is decided.</summary>
    public async ValueTask ResolveAsync(CancellationToken cancel)
    {
        if (unresolved.Count == 0)
            return;
        Dictionary<PatientRef, (Patient? Found, string? Reason)> answers = [];
        foreach (var (index, patient, reading) in unresolved)
        {
            if (!answers.TryGetValue(patient, out var answer))
                answers[patient] = answer = await AskAsync(patient, cancel);
            if (answer.Found is { } found)
                Accept(found, reading with { PatientId = found.Id });
            else
                Reject(index, answer.Reason!);
        }
        unresolved.Clear();
        rejected.Sort(static (a, b) => a.Index.CompareTo(b.Index));
    }

    /// <summary>A copy of the accepted readings.</summary>
    public Reading[] ToArray() => [.. readings.AsSpan(0, count)];

    /// <summary>
    /// The accepted readings, which this batch has no longer. Patient after patient, each one's in the order in which they came: what looks at
    /// a patient then does so once, while that is at hand. The caller gives them back to the shared pool of arrays, or keeps them for good.
    /// </summary>
    public ArraySegment<Reading> TakeReadings()
    {
        var taken = new ArraySegment<Reading>(ByPatient(), 0, count);
        (readings, count) = ([], 0);
        return taken;
    }

    private Reading[] ByPatient()
    {
        var numberOf = CollectionsMarshal.AsSpan(patientOf);
        var areTogether = true;
        for (var i = 1; i < numberOf.Length; i++)
            areTogether &= numberOf[i] >= numberOf[i - 1];
        if (areTogether)
            return readings;
        var sorted = ArrayPool<Reading>.Shared.Rent(count);
        ((ReadOnlySpan<Reading>)readings)[..count].SortByGroup(numberOf, numbers.Count, sorted);
        ArrayPool<Reading>.Shared.Return(readings);
        return sorted;
    }

    private async Task<(Patient? Found, string? Reason)> AskAsync(PatientRef patient, CancellationToken cancel)
    {
        var name = patient.Id is { } given ? $"patient '{given}'" : $"mrn '{Excerpt.Of(patient.Mrn)}'";
        try
        {
            var found = patient.Id is { } id ? await directory.FindAsync(id, cancel) : await directory.FindByMrnAsync(patient.Mrn!, cancel);
            if (found is null)
                return (null, $"{name} is not in this hospital");
            return patient.Mrn is null || patient.Mrn == found.Patient.Mrn ? (found.Patient, null) : (null, $"{name} has another MRN");
        }
        catch (StoreException)
        {
            return (null, $"{name} is not known here and cannot be looked up now: send it again");
        }
    }

    private void Accept(Patient patient, in Reading reading)
    {
        Accepted++;
        // Readings of one patient mostly stand together.
        if (numbers.Count == 0 || numbered != patient.Id)
            (numbered, number) = (patient.Id, NumberOf(patient.Id));
        if (patient.Status != PatientStatus.Admitted && !rules.IsHistory && notAdmitted.Add(patient.Id))
            warnings.Add($"patient '{patient.Id}' is not admitted: readings are stored, and raise no alarm");
        ref var latest = ref newest[(number * Signs) + (int)reading.Sign];
        if (reading.Time <= latest && IsRepeated(reading))
            return;
        latest = Math.Max(latest, reading.Time);
        if (count == readings.Length)
            Grow();
        readings[count++] = reading;
        patientOf.Add(number);
    }

    // Replaces the reading that came before for the same moment, if there is one.
    private bool IsRepeated(in Reading reading)
    {
        for (var i = places.Count; i < count; i++)
            places[(readings[i].PatientId, readings[i].Sign, readings[i].Time)] = i;
        if (!places.TryGetValue((reading.PatientId, reading.Sign, reading.Time), out var place))
            return false;
        readings[place] = reading;
        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<Reading>.Shared.Rent(Math.Max(FirstReadings, 2 * count));
        readings.AsSpan(0, count).CopyTo(larger);
        if (readings.Length > 0)
            ArrayPool<Reading>.Shared.Return(readings);
        readings = larger;
    }

    private int NumberOf(ObjectId patient)
    {
        ref var made = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, patient, out var known);
        if (known)
            return made;
        made = numbers.Count - 1;
        if (newest.Length < numbers.Count * Signs)
            Array.Resize(ref newest, 2 * newest.Length);
        newest.AsSpan(made * Signs, Signs).Fill(-1);
        return made;
    }
}
