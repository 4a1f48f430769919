using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Fhir;

/// <summary>Ids of resources that have no key of their own here. They follow from what the resource is, so they stay as they are.</summary>
internal static class Ids
{
    /// <summary>What stands for a blood pressure in the id of its Observation.</summary>
    public const string Pressure = "bp";

    /// <summary>What stands for the NEWS2 score in the id of its Observation.</summary>
    public const string Score = "news2";

    /// <summary>A condition's; its status and end are no part of it.</summary>
    public static string Of(ObjectId patient, MedicalCondition condition) =>
        Entry(patient, $"{condition.Code ?? condition.Condition.ToUpperInvariant()}\n{condition.Diagnosed:yyyy-MM-dd}");

    /// <summary>An allergy's or a medication's.</summary>
    public static string Of(ObjectId patient, string words) => Entry(patient, words.ToUpperInvariant());

    /// <summary>An Observation's, of a sign's name or <see cref="Pressure"/>.</summary>
    public static string Of(ObjectId patient, string sign, long time) => string.Create(CultureInfo.InvariantCulture, $"{patient}-{sign}-{time}");

    /// <summary>A device's.</summary>
    public static string OfDevice(string name) => "device-" + Hash(name);

    /// <summary>A place's: of a region, of a ward in it, of a room or a bed in that.</summary>
    public static string OfPlace(Place place, PlaceKind kind) => kind switch
    {
        PlaceKind.Region => "region-" + Hash(place.Region),
        PlaceKind.Ward => "ward-" + Hash($"{place.Region}\n{place.Ward}"),
        PlaceKind.Room => "room-" + Hash($"{place.Region}\n{place.Ward}\n{place.Room}"),
        _ => "bed-" + Hash($"{place.Region}\n{place.Ward}\n{place.Bed?.ToUpperInvariant()}"),
    };

    /// <summary>The key of somebody whom another system knows by an identifier.</summary>
    public static ObjectId OfIdentifier(string system, string value) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{system}|{value}")).AsSpan(0, ObjectId.Size));

    /// <summary>The patient in an id that begins with one; null when it does not.</summary>
    public static ObjectId? PatientOf(string id) => id.Length >= 2 * ObjectId.Size && ObjectId.TryParse(id.AsSpan(0, 2 * ObjectId.Size), null, out var patient) ? patient : null;

    private static string Entry(ObjectId patient, string what) => $"{patient}-{Hash(what)}";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 10));
}

/// <summary>What a Location is.</summary>
internal enum PlaceKind
{
    Region,
    Ward,
    Room,
    Bed,
}
