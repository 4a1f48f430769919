using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>An entry of a bundle, and what becomes of it.</summary>
/// <param name="index">Its place in the bundle, from 0.</param>
/// <param name="fullUrl">What others in the bundle refer to it by; null when it has none.</param>
internal sealed class Entry(int index, string? fullUrl)
{
    private (int Status, string? Reason)? before;

    public int Index { get; } = index;

    public string? FullUrl { get; } = fullUrl;

    /// <summary>POST or PUT; POST where nothing is said.</summary>
    public string Method { get; set; } = "POST";

    /// <summary>The address of the request; empty where nothing is said.</summary>
    public string Url { get; set; } = "";

    public string? IfNoneExist { get; set; }

    public string? IfMatch { get; set; }

    /// <summary>The type of its resource; empty when there is none.</summary>
    public string Type { get; set; } = "";

    /// <summary>The id that its resource has; null when none.</summary>
    public string? Id { get; set; }

    /// <summary>The resource; null when nothing of its type is kept, and when it is not valid.</summary>
    public R4.Resource? Resource { get; set; }

    /// <summary>What else a sender says of a Patient who becomes a new record; null for nothing.</summary>
    public Func<Data.Model.Patient, Data.Model.Patient>? More { get; init; }

    /// <summary>The HTTP status of what became of it.</summary>
    public int Status { get; private set; } = StatusCodes.Status200OK;

    /// <summary>Why nothing of it, or not all, is kept, or why it is refused; null when all is well.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether something of it is kept.</summary>
    public bool IsKept { get; private set; }

    /// <summary>Where it is found, as <c>Condition/ID</c>; null when that is not known.</summary>
    public string? Location { get; set; }

    /// <summary>The version that it has; null when that is not known.</summary>
    public long? Version { get; set; }

    /// <summary>Whether it is refused.</summary>
    public bool IsRefused => Status >= 400;

    /// <summary>Forgets what an attempt before has made of it, but not that it could not be read.</summary>
    public void Begin()
    {
        before ??= (Status, Reason);
        (Status, Reason) = before.Value;
        (IsKept, Location, Version) = (false, null, null);
    }

    /// <summary>It cannot be accepted.</summary>
    public Entry Refuse(int status, string reason)
    {
        if (!IsRefused)
            (Status, Reason, IsKept) = (status, reason, false);
        return this;
    }

    /// <summary>Nothing of it is kept, which is no mistake of the sender's.</summary>
    public void PassOver(string reason) => Reason ??= reason;

    /// <summary>Something of it is kept.</summary>
    /// <param name="location">Where it is found; null when it has no address of its own.</param>
    /// <param name="isNew">Whether it was not there before.</param>
    public void Keep(string? location = null, bool isNew = false)
    {
        if (IsRefused)
            return;
        IsKept = true;
        Location ??= location;
        if (isNew)
            Status = StatusCodes.Status201Created;
    }
}
