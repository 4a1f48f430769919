using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>A request is refused as a whole; the answer is an OperationOutcome.</summary>
/// <param name="status">The HTTP status to answer with.</param>
/// <param name="code">FHIR's kind of issue.</param>
/// <param name="message">Why, for the sender.</param>
internal sealed class FhirException(int status, R4.OperationOutcome.IssueType code, string message) : Exception(message)
{
    /// <summary>The HTTP status to answer with.</summary>
    public int Status { get; } = status;

    /// <summary>FHIR's kind of issue.</summary>
    public R4.OperationOutcome.IssueType Code { get; } = code;

    /// <summary>Each thing that is wrong, where there are several: where and why.</summary>
    public IReadOnlyList<(string Where, string Why)> Issues { get; init; } = [];

    /// <summary>400: the content is not valid.</summary>
    public static FhirException Invalid(string message) => new(StatusCodes.Status400BadRequest, R4.OperationOutcome.IssueType.Invalid, message);

    /// <summary>404: nobody has it.</summary>
    public static FhirException NotFound(string type, string id) =>
        new(StatusCodes.Status404NotFound, R4.OperationOutcome.IssueType.NotFound, $"There is no {type}/{id}.");
}
