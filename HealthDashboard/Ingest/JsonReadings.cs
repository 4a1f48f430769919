using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>
/// Reads <c>{"readings":[{"patientId","sign","value","time","deviceId"?}]}</c>. What is no JSON, or not this envelope, refuses the
/// request; what is wrong inside one reading refuses that reading.
/// </summary>
internal static class JsonReadings
{
    [Flags]
    private enum Fields
    {
        Unknown = 0,
        PatientId = 1,
        Sign = 2,
        Value = 4,
        Time = 8,
        DeviceId = 16,
        Required = PatientId | Sign | Value | Time,
    }

    /// <summary>Reads a body into a batch.</summary>
    /// <exception cref="RequestRefusedException">400 for no JSON or another envelope, 413 for too many readings.</exception>
    public static void Parse(ReadOnlySpan<byte> body, int maxReadings, ReadingBatch batch, DeviceNames devices)
    {
        try
        {
            ParseEnvelope(new Utf8JsonReader(body), maxReadings, batch, devices);
        }
        catch (JsonException error)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, $"The body is no JSON: {error.Message}");
        }
    }

    private static void ParseEnvelope(Utf8JsonReader reader, int maxReadings, ReadingBatch batch, DeviceNames devices)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Malformed("The body must be an object {\"readings\":[...]}.");
        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueSpan.SequenceEqual("readings"u8))
                throw Malformed($"The body has the field '{Excerpt.Of(reader.ValueSpan)}', only 'readings' is allowed.");
            if (found)
                throw Malformed("The body has 'readings' twice.");
            found = true;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Malformed("'readings' must be an array.");
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (index == maxReadings)
                    throw new RequestRefusedException(StatusCodes.Status413PayloadTooLarge, $"The request has more than {maxReadings} readings.");
                new OneReading(batch, devices).Parse(ref reader, index);
            }
        }
        if (!found)
            throw Malformed("The body must have 'readings'.");
        // Finds what follows the object.
        reader.Read();
    }

    private static RequestRefusedException Malformed(string message) => new(StatusCodes.Status400BadRequest, message);

    private ref struct OneReading(ReadingBatch batch, DeviceNames devices)
    {
        private PatientRef patient;
        private VitalSignInfo? sign;
        private double value;
        private bool isLetter;
        private long time;
        private string? device;

        public void Parse(ref Utf8JsonReader reader, int index)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                batch.Reject(index, $"a reading must be an object, not {Shown(ref reader)}");
                reader.Skip();
                return;
            }
            var seen = Fields.Unknown;
            string? reason = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var field = FieldOf(reader.ValueSpan);
                if (field == Fields.Unknown)
                    reason ??= $"unknown field '{Excerpt.Of(reader.ValueSpan)}', allowed are patientId, sign, value, time, deviceId";
                else if ((seen & field) != Fields.Unknown)
                    reason ??= $"{Excerpt.Of(reader.ValueSpan)} is there twice";
                seen |= field;
                reader.Read();
                reason ??= Take(field, ref reader);
                reader.Skip();
            }
            reason ??= (seen & Fields.Required) == Fields.Required ? KindMatches() : MissingOf(seen);
            if (reason is null)
                batch.Add(index, patient, sign!, value, time, device);
            else
                batch.Reject(index, reason);
        }

        private string? Take(Fields field, ref Utf8JsonReader reader) => field switch
        {
            Fields.PatientId => TakePatient(ref reader),
            Fields.Sign => TakeSign(ref reader),
            Fields.Value => TakeValue(ref reader),
            Fields.Time => TakeTime(ref reader),
            _ => TakeDevice(ref reader),
        };

        private string? TakePatient(ref Utf8JsonReader reader)
        {
            Span<byte> buffer = stackalloc byte[2 * ObjectId.Size];
            if (CopyText(ref reader, buffer) is not (>= 0 and var length) || !ObjectId.TryParse(buffer[..length], null, out var id))
                return $"patientId {Shown(ref reader)} must be 24 hex digits";
            patient = batch.PatientOf(id);
            return null;
        }

        private string? TakeSign(ref Utf8JsonReader reader)
        {
            Span<byte> buffer = stackalloc byte[32];
            sign = CopyText(ref reader, buffer) is >= 0 and var length ? SignNames.Find(buffer[..length]) : null;
            return sign is null ? $"sign {Shown(ref reader)} is not known, allowed are {ReadingRules.SignNames}" : null;
        }

        private string? TakeValue(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return reader.TryGetDouble(out value) && double.IsFinite(value) ? null : $"value {Shown(ref reader)} is no finite number";
            Span<byte> buffer = stackalloc byte[1];
            isLetter = CopyText(ref reader, buffer) == 1 && !double.IsNaN(value = ReadingRules.Consciousness(buffer));
            return isLetter ? null : $"value {Shown(ref reader)} must be a number, or for consciousness one of A, C, V, P, U";
        }

        private string? TakeTime(ref Utf8JsonReader reader)
        {
            Span<byte> buffer = stackalloc byte[40];
            if (CopyText(ref reader, buffer) is >= 0 and var length && IsoTime.TryParse(buffer[..length], out time))
                return null;
            return $"time {Shown(ref reader)} must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z";
        }

        private string? TakeDevice(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return null;
            Span<byte> buffer = stackalloc byte[DeviceNames.LongestName];
            device = CopyText(ref reader, buffer) is >= 0 and var length ? devices.Find(buffer[..length]) : null;
            return device is null ? $"deviceId {Shown(ref reader)} must be text of 1 to {DeviceNames.LongestName} bytes without control characters" : null;
        }

        // The sign may come after the value, so whether they fit each other is seen at the end.
        private readonly string? KindMatches() => (sign!.Sign == VitalSign.Consciousness) == isLetter ? null
            : isLetter ? $"value of {sign.Name} must be a number"
            : $"value {value} must be one of A, C, V, P, U for consciousness";

        private static string MissingOf(Fields seen) =>
            ((seen & Fields.PatientId) == Fields.Unknown ? "patientId"
            : (seen & Fields.Sign) == Fields.Unknown ? "sign"
            : (seen & Fields.Value) == Fields.Unknown ? "value"
            : "time") + " is missing";
    }

    private static Fields FieldOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        9 when name.SequenceEqual("patientId"u8) => Fields.PatientId,
        4 when name.SequenceEqual("sign"u8) => Fields.Sign,
        4 when name.SequenceEqual("time"u8) => Fields.Time,
        5 when name.SequenceEqual("value"u8) => Fields.Value,
        8 when name.SequenceEqual("deviceId"u8) => Fields.DeviceId,
        _ => Fields.Unknown,
    };

    // The text's length in the buffer; -1 when it is no text, or longer than the buffer and so than anything allowed.
    private static int CopyText(ref Utf8JsonReader reader, scoped Span<byte> buffer)
    {
        if (reader.TokenType != JsonTokenType.String)
            return -1;
        var raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
            return raw.TryCopyTo(buffer) ? raw.Length : -1;
        // Copying needs room for the escaped form, and refuses escapes that are no Unicode.
        Span<byte> unescaped = stackalloc byte[6 * DeviceNames.LongestName];
        if (raw.Length > unescaped.Length)
            return -1;
        try
        {
            var length = reader.CopyString(unescaped);
            return unescaped[..length].TryCopyTo(buffer) ? length : -1;
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
    }

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "(an object)",
        JsonTokenType.StartArray => "(an array)",
        JsonTokenType.String => $"'{Excerpt.Of(reader.ValueSpan)}'",
        _ => Excerpt.Of(reader.ValueSpan),
    };
}
