using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>Writes an enum as its name and reads nothing else, so that a number that once stood for another value is no value.</summary>
/// <typeparam name="T">The enum.</typeparam>
public sealed class NamesOnly<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
