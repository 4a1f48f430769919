using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>What an Encounter and its Locations say of where a patient lies.</summary>
/// <param name="references">What the bundle refers to.</param>
/// <param name="directory">The places of those who are here.</param>
internal sealed class PlaceIn(References references, PatientDirectory directory)
{
    private const int DeepestPlace = 8;
    private const int LongestWard = 64;
    private const int LongestBed = 16;
    private static readonly string[] Stays = ["IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"];

    /// <summary>Where an Encounter says that somebody lies, with empty names where it does not say; or why it says nothing.</summary>
    /// <exception cref="FormatException">A name of the place is too long.</exception>
    public (Place? Place, string? Reason) Read(R4.Encounter encounter)
    {
        if (encounter.Status is not (R4.Encounter.EncounterStatus.InProgress or R4.Encounter.EncounterStatus.Onleave or R4.Encounter.EncounterStatus.Arrived or R4.Encounter.EncounterStatus.Triaged))
            return (null, "it is not in progress, and only where a patient lies now is kept");
        if (!Stays.Contains(encounter.Class?.Code, StringComparer.Ordinal))
            return (null, "its class is no stay in a hospital");
        var place = new Place("", "", null, null);
        foreach (var there in encounter.Location.Where(there => there.Status is null or R4.Encounter.EncounterLocationStatus.Active))
            place = Add(place, there.Location);
        return (place, null);
    }

    /// <summary>The record of a patient who is at a place; the same record when it says so already. What is not said stays as it is.</summary>
    public static Patient Put(Patient record, Place said)
    {
        var there = said with { Region = Or(said.Region, record.Region), Ward = Or(said.Ward, record.Ward) };
        var staysInWard = record.Status == PatientStatus.Admitted && (there.Region, there.Ward) == (record.Region, record.Ward);
        if (staysInWard && there is { Room: null, Bed: null })
            return record;
        return staysInWard && Place.Of(record) == there ? record : there.Put(StayChange.Admitted(record));

        static string Or(string name, string fallback) => name.Length > 0 ? name : fallback;
    }

    private Place Add(Place place, R4.ResourceReference? reference)
    {
        HashSet<Entry> seen = [];
        for (var depth = 0; reference is not null && depth < DeepestPlace; depth++)
        {
            if (references.Find<R4.Location>(reference) is not var (entry, location))
                return Known(place, reference);
            // Two that are part of each other end here.
            if (!seen.Add(entry))
                return place;
            entry.Keep();
            place = Name(place, location);
            reference = location.PartOf;
        }
        return place;
    }

    // One that we gave out ourselves, or one of which only the words are known.
    private Place Known(Place place, R4.ResourceReference reference)
    {
        if (References.IdOf(reference, "Location") is { } id && PlaceOut.Find(directory, id) is var (found, kind))
        {
            return kind switch
            {
                PlaceKind.Region => place with { Region = found.Region },
                PlaceKind.Ward => place with { Region = found.Region, Ward = found.Ward },
                PlaceKind.Room => place with { Region = found.Region, Ward = found.Ward, Room = found.Room },
                _ => found,
            };
        }
        return place.Ward.Length == 0 && reference.Display is { Length: > 0 } words ? place with { Ward = Short(words, LongestWard) } : place;
    }

    private static Place Name(Place place, R4.Location location)
    {
        if (location.Name is not { Length: > 0 } name)
            return place;
        return location.PhysicalType?.Coding.FirstOrDefault()?.Code switch
        {
            "bd" => place with { Bed = Short(name, LongestBed) },
            "ro" => place with { Room = Short(name, LongestBed) },
            "si" or "bu" or "area" or "jdn" => place with { Region = Short(name, LongestWard) },
            "wi" or "lvl" => place,
            _ => place.Ward.Length == 0 ? place with { Ward = Short(name, LongestWard) } : place with { Region = Short(name, LongestWard) },
        };
    }

    private static string Short(string name, int longest)
    {
        var text = ComposedText.Of(name.Trim());
        return text.Length <= longest ? text : throw new FormatException($"Location.name has {text.Length} characters; at most {longest} are kept.");
    }
}
