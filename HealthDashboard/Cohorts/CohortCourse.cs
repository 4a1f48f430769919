using HealthDashboard.Data.Model;

namespace HealthDashboard.Cohorts;

/// <summary>An hour of a cohort's stays.</summary>
/// <param name="Hour">How many clock hours after that of the admission.</param>
/// <param name="Stays">Of how many stays readings are known in it.</param>
/// <param name="P10">The value that a tenth of their means reach at most [nearest rank]; null for fewer than <see cref="CohortCourse.Fewest"/> stays.</param>
/// <param name="Median">The same for a half.</param>
/// <param name="P90">The same for nine tenths.</param>
public sealed record CohortHour(int Hour, int Stays, double? P10, double? Median, double? P90);

/// <summary>A stay with the mean of the sign by hour, from the one of the admission; null where no reading is known.</summary>
/// <param name="Stay">The stay.</param>
/// <param name="Means">The means.</param>
public sealed record CohortMeans(CohortStay Stay, double?[] Means);

/// <summary>A sign in a cohort's stays.</summary>
/// <param name="Cohort">Whose.</param>
/// <param name="Stays">The stays, the latest admission first.</param>
/// <param name="Hours">What is known of each hour.</param>
public sealed record CohortCourse(Cohort Cohort, IReadOnlyList<CohortMeans> Stays, IReadOnlyList<CohortHour> Hours)
{
    /// <summary>Of an hour with fewer stays only their number is shown: a share of them says nothing, and may be somebody's own value.</summary>
    public const int Fewest = 5;

    /// <summary>How many patients the stays are of.</summary>
    public int Patients => Stays.Select(stay => stay.Stay.Now.Id).Distinct().Count();

    /// <summary>Adds up stays.</summary>
    public static CohortCourse Of(Cohort cohort, IEnumerable<CohortMeans> all, int hours)
    {
        List<CohortMeans> stays = [.. all.Where(stay => cohort.Has(stay.Stay))];
        return new(cohort, stays, [.. Enumerable.Range(0, hours).Select(hour => HourOf(hour, [.. stays.Select(stay => stay.Means[hour]).OfType<double>().Order()]))]);
    }

    private static CohortHour HourOf(int hour, double[] sorted) => sorted.Length < Fewest
        ? new(hour, sorted.Length, null, null, null)
        : new(hour, sorted.Length, Ranked(sorted, 1), Ranked(sorted, 5), Ranked(sorted, 9));

    // The nearest rank, in whole numbers: the least value that so many tenths of all reach at most.
    private static double Ranked(double[] sorted, int tenths) => sorted[((sorted.Length * tenths) + 9) / 10 - 1];
}

/// <summary>What is known of cohorts.</summary>
/// <param name="Query">What was asked.</param>
/// <param name="AsOf">Up to when the readings are in it; null when nothing was ever added up.</param>
/// <param name="Courses">A course for each cohort.</param>
/// <param name="IsCut">Whether there were more records or stays than are looked at.</param>
public sealed record CohortReport(CohortQuery Query, DateTimeOffset? AsOf, IReadOnlyList<CohortCourse> Courses, bool IsCut)
{
    /// <summary>The sign.</summary>
    public VitalSignInfo Sign => Query.Sign.Info();
}
