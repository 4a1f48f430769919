using HealthDashboard.Census;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Locations: the regions, wards, rooms and beds of those who are admitted.</summary>
internal static class PlaceOut
{
    /// <summary>The place that has an id; null when nobody is there.</summary>
    public static (Place Place, PlaceKind Kind)? Find(PatientDirectory directory, string id)
    {
        foreach (var (place, kind) in All(directory))
        {
            if (Ids.OfPlace(place, kind) == id)
                return (place, kind);
        }
        return null;
    }

    /// <summary>Every place, each once, by its id.</summary>
    public static IEnumerable<(Place Place, PlaceKind Kind)> All(PatientDirectory directory) => directory.All
        .Select(known => Place.Of(known.Patient))
        .SelectMany(place => Kinds(place).Select(kind => (Place: place, Kind: kind)))
        .DistinctBy(found => Ids.OfPlace(found.Place, found.Kind))
        .OrderBy(found => Ids.OfPlace(found.Place, found.Kind), StringComparer.Ordinal);

    /// <summary>A place as a Location, part of the one around it.</summary>
    public static R4.Location Write(Place place, PlaceKind kind)
    {
        var (name, code, display) = kind switch
        {
            PlaceKind.Region => (place.Region, "si", "Site"),
            PlaceKind.Ward => (place.Ward, "wa", "Ward"),
            PlaceKind.Room => (place.Room!, "ro", "Room"),
            _ => (place.Bed!, "bd", "Bed"),
        };
        var around = kind switch
        {
            PlaceKind.Region => null,
            PlaceKind.Ward => Reference(place, PlaceKind.Region),
            PlaceKind.Bed when place.Room is not null => Reference(place, PlaceKind.Room),
            _ => Reference(place, PlaceKind.Ward),
        };
        return new R4.Location
        {
            Id = Ids.OfPlace(place, kind),
            Status = R4.Location.LocationStatus.Active,
            Name = name,
            Mode = R4.Location.LocationMode.Instance,
            PhysicalType = new R4.CodeableConcept(Terms.PlaceType, code, display, null),
            PartOf = around,
        };
    }

    /// <summary>A reference to the innermost place that a record names.</summary>
    public static R4.ResourceReference Innermost(Place place) =>
        Reference(place, place.Bed is not null ? PlaceKind.Bed : place.Room is not null ? PlaceKind.Room : PlaceKind.Ward);

    private static R4.ResourceReference Reference(Place place, PlaceKind kind) => new($"Location/{Ids.OfPlace(place, kind)}");

    private static IEnumerable<PlaceKind> Kinds(Place place)
    {
        yield return PlaceKind.Region;
        yield return PlaceKind.Ward;
        if (place.Room is not null)
            yield return PlaceKind.Room;
        if (place.Bed is not null)
            yield return PlaceKind.Bed;
    }
}
