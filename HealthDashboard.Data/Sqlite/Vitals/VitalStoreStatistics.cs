namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>How the embedded vital store is doing.</summary>
/// <param name="Series">How many signs of patients it knows.</param>
/// <param name="RawReadings">Raw readings stored, those in the journal included (repeats there count until they are folded).</param>
/// <param name="JournalReadings">Readings in the journal, waiting to be folded.</param>
/// <param name="BytesOnDisk">The file and its write-ahead log.</param>
/// <param name="LastFold">When a fold last ended well since the start; null before the first.</param>
/// <param name="FoldFailure">What the last fold failed with; null when it went well. Nothing is lost by it: the readings are in the journal.</param>
public sealed record VitalStoreStatistics(
    long Series, long RawReadings, long JournalReadings, long BytesOnDisk, DateTimeOffset? LastFold, string? FoldFailure);
