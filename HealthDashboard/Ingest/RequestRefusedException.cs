namespace HealthDashboard.Ingest;

/// <summary>A whole request is refused, nothing of it stored.</summary>
/// <param name="status">The HTTP status to answer with, 400 to 499 or 503.</param>
/// <param name="message">Why, for the sender.</param>
internal sealed class RequestRefusedException(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status to answer with.</summary>
    public int Status { get; } = status;
}
