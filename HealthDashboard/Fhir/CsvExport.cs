using System.Security.Claims;
using System.Text;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Fhir;

/// <summary>The records of everybody as a table, which an import takes again.</summary>
internal static class CsvExport
{
    private const string Table = "text/csv";

    public static void MapCsvExport(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/patients.csv", Download).RequireAuthorization(Policies.Export).WithTags("Patients").WithMetadata(new RecordRouteAttribute("export.patients"))
            .Describe("downloadPatients", "The records as a table, which POST /fhir/$import takes again")
            .WithDescription($"Streamed. Columns: {string.Join(", ", CsvPatients.Columns)}.")
            .WithQuery<string>("region", "Only this region.").WithQuery<string>("ward", "Only this ward.").WithQuery<PatientStatus>("status", "Only who is admitted, or who has left.")
            .Produces<string>(StatusCodes.Status200OK, Table);

    private static Results<PushStreamHttpResult, ValidationProblem> Download(QueryFields query, IPatientStore patients, Audit audit, ClaimsPrincipal user, TimeProvider time, CancellationToken cancel)
    {
        var (region, ward, status) = (query.Text("region", 64), query.Text("ward", 64), query.OptionalChoice<PatientStatus>("status"));
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return TypedResults.Stream(
            body => WriteAsync(
                body,
                patients.AllAsync(cancel).Where(record => (region is null || record.Region == region) && (ward is null || record.Ward == ward) && (status is null || record.Status == status)),
                record => audit.RequireAsync(user, "export.patients", record.Id),
                cancel),
            $"{Table}; charset=utf-8",
            $"patients-{time.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }

    /// <summary>Writes the table. Memory holds some rows.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="records">The records.</param>
    /// <param name="requireAsync">Called before a record is written, for some hundred at once; where it fails, the table ends.</param>
    /// <param name="cancel">Ends it.</param>
    internal static async Task WriteAsync(Stream body, IAsyncEnumerable<Patient> records, Func<Patient, Task> requireAsync, CancellationToken cancel)
    {
        var text = new StringBuilder(Csv.Mark);
        Csv.Line(text, [.. CsvPatients.Columns]);
        await foreach (var part in records.Chunk(Audit.AtOnce).WithCancellation(cancel))
        {
            // What cannot be in the audit is not given out. Those that are written together share one write.
            await Task.WhenAll(part.Select(requireAsync));
            foreach (var record in part)
                CsvPatients.Write(text, record);
            await FlushAsync();
        }
        await FlushAsync();

        async Task FlushAsync()
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
        }
    }
}
