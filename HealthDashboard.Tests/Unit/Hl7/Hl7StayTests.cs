using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hl7;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Hl7.Hl7Text;

namespace HealthDashboard.Tests.Unit.Hl7;

/// <summary>ADT over a connection, on the real store of records.</summary>
public sealed class Hl7StayTests
{
    private const string Pid = "PID|1||M-1^^^HOSP^MR||Quist&van^Zoë^Ann^^^^L||19600229|F";
    private int sent;

    [Fact]
    public async Task A_patient_is_admitted_moved_updated_discharged_and_back()
    {
        await using var host = await Hl7Host.StartAsync(("Hl7:Wards:4N", "North/Ward 4"));

        await TakesAsync(host, "A01", Pid, "PV1|1|I|4N^12^12A");
        var admitted = await RecordAsync(host);
        Assert.Equal(("Quist", "Zoë Ann", new DateOnly(1960, 2, 29), Sex.Female), (admitted.FamilyName, admitted.GivenName, admitted.BirthDate, admitted.Sex));
        Assert.Equal(("North", "Ward 4", "12", "12A", PatientStatus.Admitted), (admitted.Region, admitted.Ward, admitted.Room, admitted.Bed, admitted.Status));
        Assert.Equal(("HL7 MON", 1), (admitted.ChangedBy, (int)admitted.Version));

        await TakesAsync(host, "A02", Pid, "PV1|1|I|ICU^1^3^South");
        var moved = await RecordAsync(host);
        Assert.Equal(("South", "ICU", "1", "3"), (moved.Region, moved.Ward, moved.Room, moved.Bed));

        await TakesAsync(host, "A08", "PID|1||M-1^^^HOSP^MR||Quist-Jones^Zoë||\"\"|U", "PV1|1|I|Elsewhere^^9^East");
        var updated = await RecordAsync(host);
        Assert.Equal(("Quist-Jones", "Zoë", default, Sex.Unknown, "ICU"), (updated.FamilyName, updated.GivenName, updated.BirthDate, updated.Sex, updated.Ward));

        await TakesAsync(host, "A03", Pid);
        var discharged = await RecordAsync(host);
        Assert.Equal((PatientStatus.Discharged, "Discharged by MON (A03)"), (discharged.Status, discharged.Discharge?.Reason));

        await TakesAsync(host, "A13", Pid);
        Assert.Equal((PatientStatus.Admitted, "3"), ((await RecordAsync(host)).Status, (await RecordAsync(host)).Bed));

        await TakesAsync(host, "A11", Pid);
        Assert.Equal("Admission cancelled by MON (A11)", (await RecordAsync(host)).Discharge?.Reason);

        var audit = await host.Features.ReadAuditAsync(admitted.Id, 100);
        Assert.Equal(
            ["patient.create", "patient.move", "patient.update", "patient.discharge", "patient.admit", "patient.discharge"], audit.Reverse().Select(entry => entry.Action));
        Assert.All(audit, entry => Assert.Equal(("HL7 MON", "by HL7", "127.0.0.1"), (entry.Actor, entry.Detail, entry.From)));
    }

    [Theory]
    [InlineData("A01", "PV1|1|I|ICU^1^3^South")]
    [InlineData("A02", "PV1|1|I|ICU^1^4^South")]
    [InlineData("A08", "PV1|1|I|ICU^1^3^South")]
    [InlineData("A03", "PV1|1")]
    [InlineData("A11", "PV1|1")]
    public async Task The_same_again_is_accepted_and_changes_nothing(string trigger, string pv1)
    {
        await using var host = await Hl7Host.StartAsync();
        await TakesAsync(host, "A01", Pid, "PV1|1|I|ICU^1^3^South");
        string[] message = [Header($"ADT^{trigger}", "again"), Pid, pv1];
        Assert.StartsWith("MSA|AA", (await host.SendAsync(message))[1]);
        var version = (await RecordAsync(host)).Version;

        // As it was, and with another control id and time, as a system sends it that was restored.
        Assert.StartsWith("MSA|AA", (await host.SendAsync(message))[1]);
        await TakesAsync(host, trigger, Pid, pv1);

        Assert.Equal(version, (await RecordAsync(host)).Version);
        Assert.Single((await host.Features.Services.GetRequiredService<IPatientStore>().SearchAsync(new PatientQuery())).Items);
    }

    [Fact]
    public async Task An_old_admission_that_comes_again_does_not_bring_a_patient_back()
    {
        await using var host = await Hl7Host.StartAsync();
        string[] admission = [Header("ADT^A01", "first"), Pid, "PV1|1|I|ICU^1^3^South"];
        await host.SendAsync(admission);
        await TakesAsync(host, "A03", Pid);

        Assert.StartsWith("MSA|AA", (await host.SendAsync(admission))[1]);
        Assert.Equal(PatientStatus.Discharged, (await RecordAsync(host)).Status);
    }

    [Theory]
    [InlineData("A02", "PID|1||nobody^^^^MR", "PV1|1|I|ICU^^3^South", "PID^1^3", ErrorCodes.UnknownKey)]
    [InlineData("A01", Pid, "PV1|1|I|ICU^^9^South", "PV1^1^3", ErrorCodes.Application)] // is elsewhere
    [InlineData("A01", "PID|1||M-1^^^HOSP^MR||Other^Person||19700101|M", "PV1|1|I|ICU^1^3^South", "PID^1^5", ErrorCodes.DuplicateKey)]
    [InlineData("A01", "PID|1||M-2^^^HOSP^MR||Other^Person", "PV1|1|I|ICU^1^3^South", "PV1^1^3", ErrorCodes.Application)] // the bed is taken
    [InlineData("A01", "PID|1||M-2^^^HOSP^MR||Other^Person", "PV1|1|I|Nowhere^1^3", "PV1^1^3", ErrorCodes.TableValue)]
    [InlineData("A01", "PID|1||M-2^^^HOSP^MR||Other^Person||20270101", "PV1|1|I|ICU^1^4^South", "PID^1^7", ErrorCodes.DataType)]
    [InlineData("A01", "PID|1||M-2^^^HOSP^MR||Other^Person|||Q", "PV1|1|I|ICU^1^4^South", "PID^1^8", ErrorCodes.TableValue)]
    [InlineData("A01", "PID|1||M-2^^^HOSP^MR||Other^Person", "NTE|1", "PV1^1", ErrorCodes.SegmentSequence)]
    public async Task What_cannot_be_done_is_refused_and_changes_nothing(string trigger, string pid, string pv1, string place, int code)
    {
        await using var host = await Hl7Host.StartAsync();
        await TakesAsync(host, "A01", Pid, "PV1|1|I|ICU^1^3^South");
        var before = await RecordAsync(host);

        var answer = await host.SendAsync(Header($"ADT^{trigger}", "x"), pid, pv1);

        Assert.StartsWith("MSA|AE|x|", answer[1]);
        Assert.StartsWith($"ERR||{place}|{code}^", answer[2]);
        Assert.Equivalent(before, await RecordAsync(host));
        Assert.Single((await host.Features.Services.GetRequiredService<IPatientStore>().SearchAsync(new PatientQuery())).Items);
    }

    [Fact]
    public async Task Open_alerts_end_with_a_discharge_and_its_reason_is_in_the_audit()
    {
        await using var host = await Hl7Host.StartAsync();
        var patient = await Hl7IntakeTests.AddAsync(host);

        await TakesAsync(host, "A03", "PID|1||M-1");

        Assert.Equal("Discharged by MON (A03)", (await host.Features.ReadAuditAsync(patient.Id, 1))[0].Reason);
    }

    private static async Task<Patient> RecordAsync(Hl7Host host) => (await host.Features.Services.GetRequiredService<IPatientStore>().FindByMrnAsync("M-1"))!;

    private async Task TakesAsync(Hl7Host host, string trigger, params string[] segments)
    {
        var id = $"m{++sent}";
        var answer = await host.SendAsync([Header($"ADT^{trigger}", id), .. segments]);
        Assert.Equal($"MSA|AA|{id}", string.Join('|', answer[1..]));
    }
}
