namespace HealthDashboard.Data.Model;

/// <summary>Who is on call for a ward or for the whole hospital: whom an alert goes to when its patient has no team.</summary>
/// <param name="Ward">The ward; null for the hospital.</param>
/// <param name="ChargeNurse">The nurse in charge; null when nobody is.</param>
/// <param name="Doctor">The doctor on call; null when nobody is.</param>
public sealed record OnCall(WardKey? Ward, Clinician? ChargeNurse = null, Clinician? Doctor = null)
{
    /// <summary>Puts the people of each ward and of the hospital together, from one entry a person.</summary>
    /// <returns>The hospital first, then the wards by region and name.</returns>
    internal static IReadOnlyList<OnCall> Of(IEnumerable<(WardKey? Ward, CareRole Role, Clinician Clinician)> people) =>
    [
        .. people.GroupBy(person => person.Ward)
            .OrderBy(place => place.Key?.Region, StringComparer.Ordinal)
            .ThenBy(place => place.Key?.Ward, StringComparer.Ordinal)
            .Select(place => new OnCall(place.Key, In(place, CareRole.ChargeNurse), In(place, CareRole.Attending))),
    ];

    private static Clinician? In(IEnumerable<(WardKey? Ward, CareRole Role, Clinician Clinician)> place, CareRole role) =>
        place.FirstOrDefault(person => person.Role == role).Clinician;
}

/// <summary>A ward: two are one when region and name agree letter by letter.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward's name within the region.</param>
public sealed record WardKey(string Region, string Ward)
{
    /// <summary>As <see cref="Alert.Group"/> names it, for example <c>North/ICU</c>.</summary>
    public override string ToString() => $"{Region}/{Ward}";
}
