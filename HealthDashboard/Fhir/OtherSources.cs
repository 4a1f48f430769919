using System.Globalization;
using System.Runtime.CompilerServices;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What is neither of one record nor an Observation: Location, Practitioner, Device, Flag.</summary>
internal sealed class OtherSources(PatientDirectory directory, ICareTeamStore team, IAlertStore alerts, LiveVitals live)
{
    private const int AlertsAtOnce = 500;

    /// <summary>All of a type that memory or a short list has, by id.</summary>
    public async Task<IReadOnlyList<R4.Resource>> AllAsync(string type, CancellationToken cancel) => type switch
    {
        "Location" => [.. PlaceOut.All(directory).Select(found => PlaceOut.Write(found.Place, found.Kind))],
        "Practitioner" => [.. (await team.CliniciansAsync(cancel)).Select(RecordOut.Practitioner).OrderBy(practitioner => practitioner.Id, StringComparer.Ordinal)],
        _ => [.. Devices().OrderBy(device => device.Id, StringComparer.Ordinal)],
    };

    /// <summary>An alert of a patient; null when there is none.</summary>
    public async Task<R4.Flag?> FindFlagAsync(string id, CancellationToken cancel) =>
        ObjectId.TryParse(id, out var key) && await alerts.FindAsync(key, cancel) is { Group: null } alert ? ObservationOut.Write(alert) : null;

    /// <summary>Alerts of patients, the one changed last first, each with the cursor behind it.</summary>
    public async IAsyncEnumerable<(R4.Resource? Resource, string Cursor)> FlagsAsync(SearchQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        ObjectId[]? patients = query.Patients is { } wanted ? [.. wanted.Select(id => ObjectId.TryParse(id, out var key) ? key : default)] : null;
        long? before = query.Cursor is not { } cursor ? null
            : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw FhirException.Invalid("_cursor is none that a page before has given.");
        var isOpen = query.ValuesOf("status") is ["active"];
        while (true)
        {
            var page = await alerts.QueryAsync(new AlertQuery { PatientIds = patients, OpenOnly = isOpen, Before = before, Limit = AlertsAtOnce }, cancel);
            foreach (var alert in page)
                yield return (alert.Group is null ? ObservationOut.Write(alert) : null, alert.Sequence.ToString(CultureInfo.InvariantCulture));
            if (page.Count < AlertsAtOnce)
                yield break;
            before = page[^1].Sequence;
        }
    }

    /// <summary>All alerts of one patient, the one raised last first, each with the cursor behind it. Memory holds some hundred.</summary>
    /// <exception cref="FhirException">400: the cursor is none that came with an alert.</exception>
    public async IAsyncEnumerable<(R4.Flag Flag, string Cursor)> FlagsOfAsync(ObjectId patientId, string? cursor, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = cursor is null ? ((long Moment, ObjectId)?)null : ReadPlace(cursor);
        var query = new AlertQuery { PatientIds = [patientId], To = last is { Moment: var resume } ? DateTimeOffset.FromUnixTimeMilliseconds(resume + 1) : null };
        await foreach (var alert in alerts.EachRaisedAsync(query, AlertsAtOnce, cancel))
        {
            var place = (alert.RaisedAt.ToUnixTimeMilliseconds(), alert.Id);
            if (alert.Group is null && (last is null || place.CompareTo(last.Value) < 0))
                yield return (ObservationOut.Write(alert), string.Create(CultureInfo.InvariantCulture, $"{place.Item1}.{alert.Id}"));
        }
    }

    private static (long, ObjectId) ReadPlace(string cursor) =>
        cursor.Split('.') is [var moment, var id] && long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var raised)
        && raised < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() && ObjectId.TryParse(id, out var key)
            ? (raised, key)
            : throw FhirException.Invalid("_cursor is none that a page before has given.");

    // What sends the latest values of those who are admitted, as it came in: the alarms begin with readings of the store, which does not keep
    // for each of the past what sent it.
    private IEnumerable<R4.Device> Devices() =>
        from known in directory.All
        from reading in live.Latest(known.Patient.Id)
        where reading.Device is not null
        group known.Patient by reading.Device into device
        select new R4.Device
        {
            Id = Ids.OfDevice(device.Key),
            Identifier = [new R4.Identifier(Terms.Devices, device.Key)],
            Status = R4.Device.FHIRDeviceStatus.Active,
            DeviceName = [new() { Name = device.Key, Type = R4.DeviceNameType.UserFriendlyName }],
            Patient = RecordOut.Reference(device.First()),
        };
}
