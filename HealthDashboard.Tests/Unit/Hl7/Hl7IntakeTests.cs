using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hl7;
using HealthDashboard.Ingest;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Hl7.Hl7Text;

namespace HealthDashboard.Tests.Unit.Hl7;

/// <summary>ORU^R01 over a connection: what is kept, and how it is answered.</summary>
public sealed class Hl7IntakeTests
{
    private const string Time = "20260105075900+0000";
    private const string Pid = "PID|1||M-1^^^HOSP^MR";

    [Fact]
    public async Task Readings_are_kept_spread_and_acknowledged()
    {
        await using var host = await Hl7Host.StartAsync();
        var patient = await AddAsync(host);

        var answer = await host.SendAsync(Header(id: "A1"), Pid, "OBR|1|||x", Obx(value: "72", time: Time, device: "MON-1"), Obx("150456", "97", "%", time: Time));

        Assert.Equal("MSA|AA|A1", Assert.Single(answer[1..]));
        var kept = (await host.Features.Vitals.LatestAsync(patient.Id)).OrderBy(reading => reading.Sign).ToList();
        Assert.Equal([(VitalSign.HeartRate, 72.0, "MON-1"), (VitalSign.Spo2, 97.0, null)], kept.Select(reading => (reading.Sign, reading.Value, reading.Device)));
        Assert.All(kept, reading => Assert.Equal(new DateTimeOffset(2026, 1, 5, 7, 59, 0, TimeSpan.Zero), reading.At));
        var statistics = host.Features.Services.GetRequiredService<IngestStatistics>();
        Assert.Equal((2, 0), (statistics.Accepted, statistics.Rejected));
    }

    [Fact]
    public async Task One_bad_observation_does_not_cost_the_others()
    {
        await using var host = await Hl7Host.StartAsync();
        var patient = await AddAsync(host);

        var answer = await host.SendAsync(
            Header(), Pid, Obx(value: "720", time: Time), Obx("150456", "97", "%", time: Time), Obx("151562", "12", "264928", time: "20260105080600+0000"), Obx("150364", "37", "kg", time: Time));

        Assert.StartsWith("MSA|AE|1|1 readings are kept, 3 are refused", answer[1]);
        Assert.Equal(["ERR||OBX^1^5|102", "ERR||OBX^3^14|102", "ERR||OBX^4^6|103"], answer[2..].Select(line => line[..line.IndexOf('^', line.IndexOf('|', 6))]));
        Assert.Equal(VitalSign.Spo2, Assert.Single(await host.Features.Vitals.LatestAsync(patient.Id)).Sign);
        Assert.Equal(3, host.Features.Services.GetRequiredService<IngestStatistics>().Rejected);
    }

    [Theory]
    [InlineData("PID|1||M-1", true)]
    [InlineData("PID|1||X^^^HOSP^PI~M-1^^^HOSP^MR", true)]
    [InlineData("PID|1||$id", true)]
    [InlineData("PID|1||$id^^^^PI~X^^^^VN", true)]
    [InlineData("PID|1||M-1^^^Hospital^PI", true)]
    [InlineData("PID|1||", true)] // by the bed of PV1-3
    [InlineData("PID|1||^^^Hospital^PI", true)] // the same
    [InlineData("PID|1||nobody^^^HOSP^MR", false)]
    [InlineData("PID|1||M-1^^^^MR~M-2^^^^MR", false)]
    [InlineData("PID|1||M-1~M-2", false)]
    [InlineData("PID|1||M-1^^^HOSP^VN", false)]
    public async Task A_patient_is_known_by_an_identifier_that_can_mean_one_person(string pid, bool isKept)
    {
        await using var host = await Hl7Host.StartAsync();
        var patient = await AddAsync(host);

        var answer = await host.SendAsync(Header(), pid.Replace("$id", patient.Id.ToString()), "PV1|1|I|ICU^^1", Obx(time: Time));

        Assert.StartsWith(isKept ? "MSA|AA" : "MSA|AE", answer[1]);
        Assert.Equal(isKept ? 1 : 0, (await host.Features.Vitals.LatestAsync(patient.Id)).Count);
    }

    [Fact]
    public async Task The_number_of_another_authority_is_somebody_else_s()
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:MrnAuthority", "HOSP"));
        await AddAsync(host);

        Assert.StartsWith("MSA|AE", (await host.SendAsync(Header(), "PID|1||M-1^^^OTHER^MR", Obx(time: Time)))[1]);
        Assert.StartsWith("MSA|AA", (await host.SendAsync(Header(), Pid, Obx(time: Time)))[1]);
    }

    [Theory]
    [InlineData("QBP^Q22", "P", "2.6", "1", ErrorCodes.MessageType, 9)]
    [InlineData("ORU^R30", "P", "2.6", "1", ErrorCodes.EventCode, 9)]
    [InlineData("ADT^A40", "P", "2.6", "1", ErrorCodes.EventCode, 9)]
    [InlineData("ADT^A31", "P", "2.6", "1", ErrorCodes.EventCode, 9)]
    [InlineData("ORU^R01", "T", "2.6", "1", ErrorCodes.ProcessingId, 11)]
    [InlineData("ORU^R01", "P", "3.0", "1", ErrorCodes.Version, 12)]
    [InlineData("ORU^R01", "P", "2.6", "", ErrorCodes.RequiredField, 10)]
    public async Task What_is_not_taken_is_rejected(string type, string processing, string version, string id, int code, int field)
    {
        await using var host = await Hl7Host.StartAsync();

        var answer = await host.SendAsync(Header(type, id, version, processing), Pid, Obx(time: Time));

        Assert.StartsWith($"MSA|AR|{id}", answer[1]);
        Assert.StartsWith($"ERR||MSH^1^{field}|{code}^", answer[2]);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_to_be_sent_again()
    {
        var disk = new TroubledDisk();
        await using var host = await Hl7Host.StartAsync(services => services.AddSingleton<ISpoolDisk>(disk));
        await AddAsync(host);
        disk.Fails = _ => true;
        host.Features.Vitals.Unavailable = new StoreUnavailableException("The vital store", "is unavailable.", new IOException());

        var answer = await host.SendAsync(Header(), Pid, Obx(time: Time));

        Assert.Equal("MSA|AE|1|It cannot be kept now: send it again.", answer[1]);
        Assert.StartsWith("ERR||MSH^1|207^", answer[2]);
    }

    [Fact]
    public async Task While_the_store_is_unavailable_the_spool_keeps_them()
    {
        await using var host = await Hl7Host.StartAsync();
        await AddAsync(host);
        host.Features.Vitals.Unavailable = new StoreUnavailableException("The vital store", "is unavailable.", new IOException());

        Assert.StartsWith("MSA|AA", (await host.SendAsync(Header(), Pid, Obx(time: Time)))[1]);
        Assert.Equal(1, host.Features.Services.GetRequiredService<Spool>().Readings);
    }

    [Fact]
    public async Task A_batch_is_answered_message_by_message_as_a_batch()
    {
        await using var host = await Hl7Host.StartAsync();
        await AddAsync(host);

        var answer = await host.SendAsync(
            "FHS|^~\\&|MON|ICU|HD|HOSP|||||F1", "BHS|^~\\&|MON|ICU|HD|HOSP|||||B1", Header(id: "1"), Pid, Obx(time: Time), Header(id: "2"), Pid, Obx(time: "never"), Header(id: "3", version: "9"), "BTS|3", "FTS|1");

        Assert.Equal(["FHS", "BHS", "MSH", "MSA", "MSH", "MSA", "ERR", "MSH", "MSA", "ERR", "BTS", "FTS"], answer.Select(line => line[..3]));
        Assert.Equal(["MSA|AA|1", "MSA|AE|2", "MSA|AR|3"], answer.Where(line => line.StartsWith("MSA", StringComparison.Ordinal)).Select(line => line[..8]));
        Assert.EndsWith("|B1", answer[1]);
        Assert.Equal("BTS|3", answer[^2]);
    }

    internal static async Task<Patient> AddAsync(Hl7Host host, string mrn = "M-1")
    {
        using var client = host.Features.Client(FeatureHost.WriteKey);
        return await FeatureHost.AddPatientAsync(client, mrn);
    }
}
