using System.Buffers.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>
/// Reads <c>vitals,patient=ID,device=D heartRate=72,spo2=97,consciousness="A" TIME</c>, one reading a field, or
/// <c>heart_rate,mrn=M value=72</c>. Tag <c>mrn</c> may stand in for <c>patient</c>. Other tags, fields and measurements are passed over and
/// counted, since gateways add their own. A line that is no line protocol is refused whole, a value that is none by itself. Made for one body.
/// </summary>
internal sealed class LineReadings(
    ReadingBatch batch, DeviceNames devices, ReadingNames names, TimestampPrecision precision, DateTimeOffset now, int maxReadings)
{
    private const int MostExpected = 32;

    private readonly List<(VitalSignInfo Sign, double Value)> fields = [];
    private readonly List<string> fieldErrors = [];

    // The keys of the line before, with their equals signs: gateways send the same fields line after line.
    private readonly List<(byte[] Key, VitalSignInfo Sign)?> expected = [];
    private PatientRef patient;
    private string? device;

    // The sign that the measurement is; null for a measurement whose fields are signs.
    private VitalSignInfo? measured;
    private bool isOurs;

    /// <summary>Reads a body into the batch; rejections carry the line's number from 1.</summary>
    /// <exception cref="RequestRefusedException">413 for too many readings.</exception>
    public void Parse(ReadOnlySpan<byte> body)
    {
        var text = new LineProtocol(body);
        var series = ReadOnlySpan<byte>.Empty;
        while (text.NextLine())
        {
            var (start, line) = (text.Position, text.Line);
            var error = text.Series(out var lineSeries);
            // Gateways send runs of lines of one patient and device.
            if (error is null && !lineSeries.SequenceEqual(series))
            {
                error = ParseSeries(lineSeries);
                // A line of others is looked at each time, so that each is counted.
                series = error is null && isOurs ? lineSeries : default;
            }
            error ??= ParseFields(ref text) ?? ParseTime(ref text, out var time) ?? Store(line, time);
            if (error is not null)
            {
                batch.Reject(line, error);
                text.SkipLine(start, line);
            }
            if (batch.Total > maxReadings)
                throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The request has more than {maxReadings} readings.");
        }
    }

    private string? ParseSeries(ReadOnlySpan<byte> series)
    {
        Span<byte> buffer = stackalloc byte[4 * 64];
        var measurement = LineProtocol.CutPart(ref series);
        measured = names.Sign(measurement);
        isOurs = measured is not null || measurement.SequenceEqual("vitals"u8) || names.Means(measurement) == ReadingNames.Vitals;
        (ObjectId? id, string? mrn, device) = (null, null, null);
        while (isOurs && !series.IsEmpty)
        {
            var tag = LineProtocol.CutPart(ref series);
            if (!LineProtocol.CutTag(tag, out var key, out var escaped))
                return $"the tag '{Excerpt.Of(tag)}' must be key=value";
            var means = KindOf(key);
            var isPatient = means == ReadingNames.Patient;
            var isMrn = means == "mrn";
            if (!isPatient && !isMrn && means != "device")
                continue;
            var length = LineProtocol.Unescape(escaped, buffer);
            var value = length < 0 ? default : buffer[..length];
            // Under another name of the id gateways send what they have.
            var parsed = default(ObjectId);
            if (isPatient && !key.SequenceEqual("patient"u8) && !ObjectId.TryParse(value, null, out parsed))
                (isPatient, isMrn) = (false, true);
            if (isPatient ? id is not null : isMrn ? mrn is not null : device is not null)
                return $"the tag '{Excerpt.Of(key)}' is there twice";
            if (isPatient)
                id = ObjectId.TryParse(value, null, out parsed) ? parsed : null;
            else if (isMrn)
                mrn = value.IsEmpty ? null : System.Text.Encoding.UTF8.GetString(value);
            else
                device = devices.Find(value);
            if (isPatient ? id is null : isMrn ? mrn is null : device is null)
                return $"the tag {Excerpt.Of(key)}='{Excerpt.Of(escaped)}' {(isPatient ? "must be 24 hex digits" : "is too long or no text")}";
        }
        // Others measure a temperature too; without a patient it is nobody's.
        if (measured is not null && id is null && mrn is null)
            isOurs = false;
        if (isOurs)
            return ParsePatient(id, mrn);
        batch.PassOver(measurement);
        return null;
    }

    private string? KindOf(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("mrn"u8) ? "mrn"
        : key.SequenceEqual("device"u8) ? "device"
        : key.SequenceEqual("patient"u8) ? ReadingNames.Patient
        : names.Means(key);

    private string? ParsePatient(ObjectId? id, string? mrn)
    {
        if (id is null && mrn is null)
            return "a tag 'patient' or 'mrn' must say whose the readings are";
        // An id and an MRN of two people: better nobody's chart than the wrong one.
        if (batch.PatientOf(id, mrn) is not { } found)
            return $"patient='{id}' has another MRN than mrn='{Excerpt.Of(mrn)}'";
        patient = found;
        return null;
    }

    private string? ParseFields(ref LineProtocol text)
    {
        fields.Clear();
        fieldErrors.Clear();
        for (var place = 0; ; place++)
        {
            if (isOurs && measured is null && place < expected.Count && expected[place] is var (key, sign) && text.TryPlainField(key, out var plain))
                fields.Add((sign, plain));
            else if (ParseField(ref text, place) is { } error)
                return error;
            if (!text.MoreFields())
                return null;
        }
    }

    private string? ParseField(ref LineProtocol text, int place)
    {
        if (text.Field(out var key, out var value) is { } error)
            return error;
        if (!isOurs)
            return null;
        var sign = measured is not null && key.SequenceEqual("value"u8) ? measured : names.Sign(key);
        if (sign is null)
            batch.PassOver(key);
        else if (ValueOf(sign, value) is { } number)
            fields.Add((sign, number));
        else
            fieldErrors.Add($"{sign.Name} {Excerpt.Of(value)} must be {(sign.Sign == VitalSign.Consciousness ? "one of \"A\", \"C\", \"V\", \"P\", \"U\"" : "a finite number")}");
        if (measured is null)
            Expect(place, key, sign);
        return null;
    }

    private void Expect(int place, ReadOnlySpan<byte> key, VitalSignInfo? sign)
    {
        if (place == expected.Count && place < MostExpected)
            expected.Add(null);
        // A consciousness is a letter in quotes, and never a number.
        if (place >= expected.Count || sign is null or { Sign: VitalSign.Consciousness })
            return;
        if (expected[place] is var (known, _) && known.AsSpan(..^1).SequenceEqual(key))
            return;
        expected[place] = ([.. key, (byte)'='], sign);
    }

    private string? ParseTime(ref LineProtocol text, out long time)
    {
        time = 0;
        if (text.Timestamp(out var timestamp) is { } error)
            return error;
        if (timestamp.IsEmpty)
            time = now.ToUnixTimeMilliseconds();
        else if (!Utf8Parser.TryParse(timestamp, out long number, out var read) || read != timestamp.Length || !precision.TryToMilliseconds(number, out time))
            return $"'{Excerpt.Of(timestamp)}' is no timestamp";
        return null;
    }

    private string? Store(int line, long time)
    {
        foreach (var (sign, value) in fields)
            batch.Add(line, patient, sign, value, time, device);
        foreach (var error in fieldErrors)
            batch.Reject(line, error);
        return null;
    }

    private static double? ValueOf(VitalSignInfo sign, ReadOnlySpan<byte> value)
    {
        if (sign.Sign == VitalSign.Consciousness)
            return value is [(byte)'"', var letter, (byte)'"'] && ReadingRules.Consciousness([letter]) is >= 0 and var level ? level : null;
        // What a number begins with; else "nan" and "Infinity" would pass.
        if (value[0] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.'))
            return null;
        var digits = value[^1] is (byte)'i' or (byte)'u' ? value[..^1] : value;
        if (value[^1] == 'i')
            return Utf8Parser.TryParse(digits, out long signed, out var read) && read == digits.Length ? signed : null;
        if (value[^1] == 'u')
            return Utf8Parser.TryParse(digits, out ulong unsigned, out var read) && read == digits.Length ? unsigned : null;
        return Utf8Parser.TryParse(digits, out double number, out var consumed) && consumed == digits.Length && double.IsFinite(number) ? number : null;
    }
}
