using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

public class JsonReadingsTests
{
    private const string Time = "2026-01-05T07:59:59Z";
    private readonly Batches batches = new();

    [Theory]
    [InlineData("heartRate", "0", "")]
    [InlineData("heartRate", "350", "")]
    [InlineData("heartRate", "350.1", "value 350.1 is impossible for heartRate: 0 to 350 /min is allowed")]
    [InlineData("heartRate", "-0.1", "value -0.1 is impossible for heartRate: 0 to 350 /min is allowed")]
    [InlineData("respiratoryRate", "150", "")]
    [InlineData("respiratoryRate", "151", "value 151 is impossible for respiratoryRate: 0 to 150 /min is allowed")]
    [InlineData("spo2", "100", "")]
    [InlineData("spo2", "101", "value 101 is impossible for spo2: 0 to 100 % is allowed")]
    [InlineData("systolic", "350", "")]
    [InlineData("systolic", "351", "value 351 is impossible for systolic: 0 to 350 mm[Hg] is allowed")]
    [InlineData("diastolic", "300", "")]
    [InlineData("diastolic", "301", "value 301 is impossible for diastolic: 0 to 300 mm[Hg] is allowed")]
    [InlineData("meanPressure", "320", "")]
    [InlineData("meanPressure", "321", "value 321 is impossible for meanPressure: 0 to 320 mm[Hg] is allowed")]
    [InlineData("temperature", "20", "")]
    [InlineData("temperature", "46", "")]
    [InlineData("temperature", "19.9", "value 19.9 is impossible for temperature: 20 to 46 Cel is allowed")]
    [InlineData("temperature", "46.1", "value 46.1 is impossible for temperature: 20 to 46 Cel is allowed")]
    [InlineData("oxygenFlow", "60", "")]
    [InlineData("oxygenFlow", "60.5", "value 60.5 is impossible for oxygenFlow: 0 to 60 L/min is allowed")]
    [InlineData("heartRate", "7.2e1", "")]
    [InlineData("heartRate", "1e999", "value 1e999 is no finite number")]
    [InlineData("heartRate", "\"72\"", "value '72' must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("heartRate", "\"NaN\"", "value 'NaN' must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("heartRate", "\"A\"", "value of heartRate must be a number")]
    [InlineData("heartRate", "null", "value null must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("heartRate", "true", "value true must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("heartRate", "{\"a\":[1]}", "value (an object) must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("heartRate", "[72]", "value (an array) must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("consciousness", "\"A\"", "")]
    [InlineData("consciousness", "\"\\u0055\"", "")]
    [InlineData("consciousness", "\"a\"", "value 'a' must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("consciousness", "\"AV\"", "value 'AV' must be a number, or for consciousness one of A, C, V, P, U")]
    [InlineData("consciousness", "0", "value 0 must be one of A, C, V, P, U for consciousness")]
    public void A_value_is_one_that_its_sign_can_have(string sign, string value, string reason) =>
        AssertReason(reason, Reading(sign: $"\"{sign}\"", value: value));

    [Theory]
    [InlineData("\"2026-01-05T08:05:00Z\"", "")]
    [InlineData("\"2026-01-05T08:05:00.001Z\"", "time 2026-01-05T08:05:00.001Z is more than 5 minutes ahead of the server's clock, 2026-01-05T08:00:00.000Z")]
    [InlineData("\"2025-12-29T08:00:00Z\"", "")]
    [InlineData("\"2025-12-29T07:59:59.999Z\"", "time 2025-12-29T07:59:59.999Z is older than what is kept: 2025-12-29T08:00:00.000Z is the oldest allowed")]
    [InlineData("\"2026-01-05T09:00:00+01:00\"", "")]
    [InlineData("\"2026-01-05T08:00:00\"", "time '2026-01-05T08:00:00' must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z")]
    [InlineData("\"2026-01-05\"", "time '2026-01-05' must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z")]
    [InlineData("\"yesterday\"", "time 'yesterday' must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z")]
    [InlineData("1767600000000", "time 1767600000000 must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z")]
    [InlineData("null", "time null must be ISO 8601 with its zone, such as 2026-01-31T23:59:59.123Z")]
    public void A_time_is_neither_ahead_nor_beyond_what_is_kept(string time, string reason) =>
        AssertReason(reason, Reading(time: time));

    [Theory]
    [InlineData("patientId", "patientId is missing")]
    [InlineData("sign", "sign is missing")]
    [InlineData("value", "value is missing")]
    [InlineData("time", "time is missing")]
    [InlineData("deviceId", "")]
    public void Only_the_device_may_be_left_out(string left, string reason)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["patientId"] = $"\"{batches.Patient.Id}\"",
            ["sign"] = "\"spo2\"",
            ["value"] = "97",
            ["time"] = $"\"{Time}\"",
            ["deviceId"] = "\"bed-7\"",
        };
        fields.Remove(left);
        AssertReason(reason, $"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}");
    }

    [Theory]
    [InlineData("\"bed-7\"", "")]
    [InlineData("\"Gerät-β\"", "")]
    [InlineData("null", "")]
    [InlineData("\"\"", "deviceId '' must be text of 1 to 64 bytes without control characters")]
    [InlineData("7", "deviceId 7 must be text of 1 to 64 bytes without control characters")]
    [InlineData("\"a\\nb\"", "deviceId 'a\\nb' must be text of 1 to 64 bytes without control characters")]
    [InlineData("\"\\ud800\"", "deviceId '\\ud800' must be text of 1 to 64 bytes without control characters")]
    public void A_device_has_a_short_plain_name(string device, string reason) => AssertReason(reason, Reading(device: device));

    [Fact]
    public void A_device_name_of_65_bytes_is_too_long()
    {
        AssertReason("", Reading(device: $"\"{new string('d', 64)}\""));
        Assert.StartsWith("deviceId 'dddd", Reason(Reading(device: $"\"{new string('d', 65)}\"")));
    }

    [Theory]
    [InlineData("\"0123456789abcdef01234567\"", "patient '0123456789abcdef01234567' is not in this hospital")]
    [InlineData("\"0123\"", "patientId '0123' must be 24 hex digits")]
    [InlineData("\"xyzxyzxyzxyzxyzxyzxyzxyz\"", "patientId 'xyzxyzxyzxyzxyzxyzxyzxyz' must be 24 hex digits")]
    [InlineData("7", "patientId 7 must be 24 hex digits")]
    public void A_patient_is_known(string patient, string reason) => AssertReason(reason, Reading(patient: patient));

    [Theory]
    [InlineData("\"pulse\"")]
    [InlineData("\"HeartRate\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    public void A_sign_is_known_by_its_exact_name(string sign) =>
        Assert.EndsWith($"is not known, allowed are {ReadingRules.SignNames}", Reason(Reading(sign: sign)));

    [Fact]
    public void Unknown_and_repeated_fields_refuse_the_reading()
    {
        AssertReason(
            "unknown field 'unit', allowed are patientId, sign, value, time, deviceId", Reading()[..^1] + ",\"unit\":{\"deep\":[1,2]}}");
        AssertReason("value is there twice", Reading()[..^1] + ",\"value\":73}");
        AssertReason("a reading must be an object, not (an array)", "[1]");
        AssertReason("a reading must be an object, not 'x'", "\"x\"");
    }

    [Fact]
    public void Fields_come_in_any_order()
    {
        AssertReason("", $$"""{"value":"V","time":"{{Time}}","deviceId":null,"patientId":"{{batches.Patient.Id}}","sign":"consciousness"}""");
        Assert.Equal((double)Acvpu.V, Assert.Single(batches.Batch.ToArray()).Value);
    }

    private string Reading(string? patient = null, string sign = "\"heartRate\"", string value = "72", string time = $"\"{Time}\"", string device = "\"bed-7\"") =>
        $$"""{"patientId":{{patient ?? $"\"{batches.Patient.Id}\""}},"sign":{{sign}},"value":{{value}},"time":{{time}},"deviceId":{{device}}}""";

    private string Reason(string reading)
    {
        batches.Batch.Begin(new ReadingRules(Batches.Now, TimeSpan.FromDays(7)));
        JsonReadings.Parse(Encoding.UTF8.GetBytes($$"""{"readings":[{{reading}}]}"""), 10, batches.Batch, batches.Devices);
        Assert.True(batches.Batch.ResolveAsync(default).IsCompletedSuccessfully);
        Assert.Equal(1, batches.Batch.Total);
        return batches.Batch.Rejected.Count == 0 ? "" : batches.Batch.Rejected[0].Reason;
    }

    private void AssertReason(string expected, string reading) => Assert.Equal(expected, Reason(reading));
}
