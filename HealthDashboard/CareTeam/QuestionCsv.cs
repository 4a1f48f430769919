using System.Globalization;
using System.Text;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.WebUtilities;

namespace HealthDashboard.CareTeam;

/// <summary>The answers about care teams as tables for a spreadsheet [RFC 4180]; times are UTC.</summary>
internal static class QuestionCsv
{
    /// <summary>Where an answer can be downloaded.</summary>
    /// <param name="what">Which table.</param>
    /// <param name="at">The moment asked about.</param>
    /// <param name="values">More of the query; what is empty is left out, but for the ward.</param>
    public static string Address(string what, DateTimeOffset at, params (string Name, string Value)[] values) => QueryHelpers.AddQueryString(
        $"/api/care-team/{what}.csv",
        values.Where(value => value.Value.Length > 0).Append(("at", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)))
            .Select(value => KeyValuePair.Create(value.Item1, (string?)value.Item2)));

    /// <summary>A ward's patients, a line for each who would be notified; one with nobody has a line without a step.</summary>
    public static string Write(IEnumerable<Cover> patients)
    {
        var text = Begin("region", "ward", "bed", "patient", "MRN", "step", "clinician", "profession", "why");
        foreach (var cover in patients)
        {
            var patient = cover.Patient!;
            foreach (var step in cover.Steps.DefaultIfEmpty())
            {
                Csv.Line(
                    text, Csv.Words(patient.Region), Csv.Words(patient.Ward), Csv.Words(patient.Bed), Csv.Words(patient.DisplayName), Csv.Words(patient.Mrn),
                    step is null ? "" : Number(step.Number), Csv.Words(step?.Person.Name ?? "nobody"), Word(step?.Person.Profession), Csv.Words(step?.Why));
            }
        }
        return text.ToString();
    }

    /// <summary>How many patients each clinician has.</summary>
    public static string Write(IEnumerable<Workload> loads)
    {
        var text = Begin("clinician", "profession", "region", "ward", "patients");
        foreach (var (who, patients) in loads)
            Csv.Line(text, Csv.Words(who.Name), Word(who.Profession), Csv.Words(who.Region), Csv.Words(who.Ward), Number(patients));
        return text.ToString();
    }

    /// <summary>Patients of an answer.</summary>
    public static string Write(IEnumerable<Patient> patients)
    {
        var text = Begin("region", "ward", "bed", "patient", "MRN");
        foreach (var patient in patients)
            Csv.Line(text, Csv.Words(patient.Region), Csv.Words(patient.Ward), Csv.Words(patient.Bed), Csv.Words(patient.DisplayName), Csv.Words(patient.Mrn));
        return text.ToString();
    }

    /// <summary>Contacts of a patient; minutes together, and until when, empty while it lasts.</summary>
    public static string Write(IEnumerable<SeenContact> contacts)
    {
        var text = Begin("region", "ward", "bed", "patient", "MRN", "rooms", "minutes in a room", "until in a room", "nurses", "minutes by a nurse", "until by a nurse");
        foreach (var (line, patient) in contacts)
        {
            Csv.Line(
                text, Csv.Words(patient.Region), Csv.Words(patient.Ward), Csv.Words(patient.Bed), Csv.Words(patient.DisplayName), Csv.Words(patient.Mrn),
                Csv.Words(string.Join("; ", line.Rooms.Select(room => $"{room.Ward} {room.Name}"))), Minutes(line.InRoom), Time(line.InRoom?.Until),
                Csv.Words(string.Join("; ", line.Nurses.Select(nurse => nurse.Name))), Minutes(line.ByNurse), Time(line.ByNurse?.Until));
        }
        return text.ToString();
    }

    private static StringBuilder Begin(params string[] header)
    {
        var text = new StringBuilder(Csv.Mark);
        Csv.Line(text, header);
        return text;
    }

    private static string Word(Profession? profession) => profession is { } one ? CareRoleWords.Of(one) : "";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Minutes(SharedTime? time) => time is null ? "" : Number((int)time.Together.TotalMinutes);

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
