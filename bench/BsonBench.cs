using System.Diagnostics;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;
using HealthDashboard.Simulation;

namespace HealthDashboard.Bench;

/// <summary>
/// Patient records to BSON and back, with what each allocates. Beside it System.Text.Json, the platform's own, over the same records; the
/// document also has the folded words that searches need.
/// </summary>
internal static class BsonBench
{
    private const int Rounds = 300;

    public static Task RunAsync(Table table)
    {
        var patients = DemoHospital.Patients(36).Select(demo => demo.Patient).ToArray();
        var documents = patients.Select(patient => PatientDocument.Of(patient).ToBytes()).ToArray();
        var texts = patients.Select(patient => JsonSerializer.SerializeToUtf8Bytes(patient)).ToArray();
        var damaged = new DamagedRecords("bench");
        using var buffer = new BsonBuffer();
        Compare(
            table,
            "BSON, records written",
            patients.Length,
            i =>
            {
                buffer.Clear();
                PatientDocument.Of(patients[i]).WriteTo(buffer);
            },
            i => JsonSerializer.SerializeToUtf8Bytes(patients[i]));
        Compare(
            table,
            "BSON, records read",
            patients.Length,
            i => PatientDocument.Read(BsonDocument.Read(documents[i]), damaged),
            i => JsonSerializer.Deserialize<Patient>(texts[i]));
        table.Add("BSON, bytes a record", documents.Average(bytes => bytes.Length), texts.Average(bytes => bytes.Length), "B", "JSON");
        return Task.CompletedTask;
    }

    private static void Compare(Table table, string what, int count, Action<int> ours, Action<int> json)
    {
        var (rate, bytes) = Measure(count, ours);
        var (rawRate, rawBytes) = Measure(count, json);
        table.Add(what, rate, rawRate, "/s", "System.Text.Json");
        table.Add($"{what}, allocated each", bytes, rawBytes, "B", "System.Text.Json");
    }

    private static (double PerSecond, double Bytes) Measure(int count, Action<int> run)
    {
        // The first rounds are for the compiler.
        for (var n = 0; n < Rounds * count; n++)
            run(n % count);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var n = 0; n < Rounds * count; n++)
            run(n % count);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (Rounds * count / seconds, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Rounds * count));
    }
}
