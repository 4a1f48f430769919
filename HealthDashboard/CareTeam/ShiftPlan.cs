using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>Who works when, over a stretch of time.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends.</param>
/// <param name="Now">The moment it was read.</param>
/// <param name="Lines">A line for each clinician or patient.</param>
/// <param name="Gaps">When patients have no assigned nurse, from now on; by time.</param>
public sealed record ShiftPlan(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Now, IReadOnlyList<ShiftLine> Lines, IReadOnlyList<ShiftGap> Gaps)
{
    /// <summary>Puts assignments in lines.</summary>
    /// <param name="patients">The patients, in the order in which they are shown.</param>
    /// <param name="assignments">Theirs within the time.</param>
    /// <param name="byPatient">A line for each patient; else one for each clinician who has any.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="to">When it ends.</param>
    /// <param name="now">The present moment.</param>
    public static ShiftPlan Of(IReadOnlyList<Patient> patients, IReadOnlyList<CareAssignment> assignments, bool byPatient, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var order = patients.Select((patient, index) => (patient.Id, index)).ToDictionary(one => one.Id, one => one.index);
        var known = assignments.Where(one => order.ContainsKey(one.PatientId)).ToList();
        var own = known.ToLookup(one => one.PatientId);
        var gaps = patients.Select(patient => (Patient: patient, Missing: MissingOf([.. own[patient.Id]], now > from ? now : from, to).ToList())).ToList();
        IEnumerable<ShiftLine> lines = byPatient
            ? gaps.Select(one => new ShiftLine(
                one.Patient.Id,
                TeamRow.NameOf(one.Patient),
                "",
                [
                    .. one.Missing.Select(gap => new ShiftBar(gap.From, gap.To, CareRole.AssignedNurse, [], gap.IsNobody ? "nobody" : "no nurse")),
                    .. BarsOf(own[one.Patient.Id], from, to, Join),
                ]))
            : known.GroupBy(one => one.Clinician.Id)
                .OrderBy(person => person.First().Clinician.Profession).ThenBy(person => person.Min(one => one.From < from ? from : one.From)).ThenBy(person => person.First().Clinician.Name, StringComparer.OrdinalIgnoreCase)
                .Select(person => new ShiftLine(
                    person.Key,
                    person.First().Clinician.Name,
                    CareRoleWords.Of(person.First().Clinician.Profession),
                    BarsOf(person, from, to, parts => CareRoleWords.Patients(parts.Select(part => part.PatientId).Distinct().Count()))));
        return new(
            from,
            to,
            now,
            [.. lines],
            [
                .. gaps.SelectMany(one => one.Missing.Select(gap => (gap, one.Patient))).GroupBy(one => one.gap, one => one.Patient)
                    .OrderBy(gap => gap.Key.From).ThenBy(gap => gap.Key.To).Select(gap => new ShiftGap(gap.Key.From, gap.Key.To, gap.Key.IsNobody, [.. gap])),
            ]);
    }

    /// <summary>Where a moment is in the time, in percent.</summary>
    public double At(DateTimeOffset time) => Math.Clamp((time - From) / (To - From) * 100, 0, 100);

    private static string Join(IReadOnlyList<CareAssignment> parts) => string.Join(" and ", parts.Select(part => part.Clinician.Name).Distinct());

    // Of each part, stretches in which the same people have it for the same patients.
    private static List<ShiftBar> BarsOf(IEnumerable<CareAssignment> assignments, DateTimeOffset from, DateTimeOffset to, Func<IReadOnlyList<CareAssignment>, string> text) =>
    [
        .. assignments.GroupBy(one => one.Role).OrderBy(role => role.Key).SelectMany(role => Stretches([.. role], from, to)
            .Where(stretch => stretch.Parts.Count > 0)
            .Select(stretch => new ShiftBar(stretch.From, stretch.To, role.Key, stretch.Parts, text(stretch.Parts)))),
    ];

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To, bool IsNobody)> MissingOf(List<CareAssignment> own, DateTimeOffset from, DateTimeOffset to) =>
        from >= to ? [] : Stretches(own, from, to)
            .Select(stretch => (stretch.From, stretch.To, Has: stretch.Parts.Any(part => part.Role == CareRole.AssignedNurse), IsNobody: stretch.Parts.All(part => part.Role == CareRole.Consulting)))
            .Aggregate(new List<(DateTimeOffset From, DateTimeOffset To, bool Has, bool IsNobody)>(), static (joined, next) =>
            {
                if (joined.Count > 0 && (joined[^1].Has, joined[^1].IsNobody) == (next.Has, next.IsNobody))
                    joined[^1] = joined[^1] with { To = next.To };
                else
                    joined.Add(next);
                return joined;
            })
            .Where(stretch => !stretch.Has)
            .Select(stretch => (stretch.From, stretch.To, stretch.IsNobody));

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<CareAssignment> Parts)> Stretches(IReadOnlyList<CareAssignment> assignments, DateTimeOffset from, DateTimeOffset to)
    {
        var edges = assignments.SelectMany(one => new[] { one.From, one.To ?? to }).Where(edge => edge > from && edge < to).Append(from).Append(to).Distinct().Order().ToList();
        return edges.Zip(edges.Skip(1), (first, last) => (first, last, (IReadOnlyList<CareAssignment>)[.. assignments.Where(one => one.HoldsAt(first))]));
    }
}

/// <summary>A clinician or a patient on a time line.</summary>
/// <param name="Id">Whose.</param>
/// <param name="Name">The name, of a patient with the bed.</param>
/// <param name="More">What the clinician is; "" for a patient.</param>
/// <param name="Bars">By part and time.</param>
public sealed record ShiftLine(ObjectId Id, string Name, string More, IReadOnlyList<ShiftBar> Bars)
{
    /// <summary>The parts that the line has, each a lane of its own.</summary>
    public IReadOnlyList<CareRole> Lanes { get; } = [.. Bars.Select(bar => bar.Role).Distinct().Order()];
}

/// <summary>A stretch in which nothing changes.</summary>
/// <param name="From">When it begins, at the earliest with the line.</param>
/// <param name="To">When it ends, at the latest with the line.</param>
/// <param name="Role">The part.</param>
/// <param name="Parts">The assignments; empty for a gap.</param>
/// <param name="Text">What stands in it.</param>
public sealed record ShiftBar(DateTimeOffset From, DateTimeOffset To, CareRole Role, IReadOnlyList<CareAssignment> Parts, string Text);

/// <summary>A stretch in which patients have no assigned nurse.</summary>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends, at the latest with what is shown.</param>
/// <param name="IsNobody">Whether nobody else of their team could be notified either.</param>
/// <param name="Patients">Whose.</param>
public sealed record ShiftGap(DateTimeOffset From, DateTimeOffset To, bool IsNobody, IReadOnlyList<Patient> Patients);
