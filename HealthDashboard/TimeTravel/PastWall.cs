using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;

namespace HealthDashboard.TimeTravel;

/// <summary>The wall at past moments: each look is written down before anything is read.</summary>
internal sealed class PastWall(PastReader reader, PastTiles tiles, Audit audit, TimeProvider hospital)
{
    /// <summary>The moment and its tiles, by region, ward and bed.</summary>
    /// <exception cref="StoreException">A store cannot be read, or the look cannot be written down.</exception>
    public async Task<(PastMoment Moment, IReadOnlyList<BedTile> Tiles)> DrawAsync(DateTimeOffset at, ClaimsPrincipal user, Func<Patient, bool> within, CancellationToken cancel)
    {
        var moment = await LookAsync(at, user, within, cancel);
        return (moment, await tiles.DrawAsync(moment, cancel));
    }

    /// <summary>The moment alone, of the patients within what is shown.</summary>
    /// <exception cref="StoreException">A store cannot be read, or the look cannot be written down.</exception>
    public async Task<PastMoment> LookAsync(DateTimeOffset at, ClaimsPrincipal user, Func<Patient, bool> within, CancellationToken cancel)
    {
        // One entry a day that is looked at, and not one a moment that plays.
        await audit.LookAsync(user, "look.pastWall", detail: $"{TimeZoneInfo.ConvertTime(at, hospital.LocalTimeZone):yyyy-MM-dd}");
        return await reader.ReadAsync(at, user, within, cancel);
    }
}
