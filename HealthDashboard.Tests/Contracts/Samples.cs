using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Contracts;

/// <summary>Records to store. Times are whole milliseconds, which every store can keep.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero);

    public static ObjectId Id() => ObjectId.New(TimeProvider.System);

    public static Patient Patient(
        string mrn, string family = "Muster", string given = "Maria", string region = "north", string ward = "ICU") => new()
        {
            Id = Id(),
            Mrn = mrn,
            Region = region,
            Ward = ward,
            GivenName = given,
            FamilyName = family,
            BirthDate = new DateOnly(1960, 2, 29),
        };

    public static Account Account(string userName) => new()
    {
        Id = Id(),
        UserName = userName,
        DisplayName = "Nina Novák",
        Role = "Nurse",
        PasswordHash = "hash",
        SecurityStamp = "stamp",
    };

    public static Clinician Clinician(string name, Profession profession = Profession.Nurse) => new(Id(), name, profession, "north", "ICU", name);

    public static Alert Alert(ObjectId? patient = null, string sign = "spo2", AlertDirection direction = AlertDirection.Low) => new()
    {
        Id = Id(),
        PatientId = patient ?? Id(),
        Sign = sign,
        Direction = direction,
        Priority = AlertPriority.Medium,
        Value = 86,
        Extreme = 84.5,
        Limit = 90,
        RaisedAt = Noon,
        RecordedAt = Noon,
        Text = "** SpO\u2082 84 < 90",
        Version = 1,
    };

    public static AlertChange Raised(Alert alert) => Change(AlertChangeKind.Raised, alert);

    public static AlertChange Change(AlertChangeKind kind, Alert alert, string actor = AlertChange.SystemActor) => new(kind, alert, actor, Noon);

    /// <summary>The alert's next version, changed.</summary>
    public static Alert Next(this Alert alert, Func<Alert, Alert>? change = null)
    {
        var next = alert with { Version = alert.Version + 1 };
        return change is null ? next : change(next);
    }

    public static Alert Ended(this Alert alert) => alert.Next(a => a with { Condition = AlertCondition.Ended, EndedAt = Noon });

    /// <summary>Everything that a record with lists in it says, to compare by value.</summary>
    public static string Json<T>(T value) => JsonSerializer.Serialize(value);

    /// <summary>Runs the same thing at the same time; gives what succeeded and what failed.</summary>
    public static async Task<(T[] Done, Exception[] Failed)> RaceAsync<T>(int runners, Func<int, Task<T>> run)
    {
        using var start = new Barrier(runners);
        var tasks = Enumerable.Range(0, runners).Select(runner => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return run(runner);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()).ToArray();
        await Task.WhenAny(Task.WhenAll(tasks));
        return (
            [.. tasks.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)],
            [.. tasks.Where(task => task.IsFaulted).Select(task => task.Exception!.InnerException!)]);
    }
}
