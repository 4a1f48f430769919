using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Charts;

/// <summary>Asks the stores for what the charts of one patient show.</summary>
internal sealed class ChartSource(IVitalStore vitals, IAlertStore alerts, AlarmRules rules)
{
    private const int MaxMarks = 100;

    /// <summary>The parts of each sign that have values.</summary>
    public async Task<IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>>> PointsAsync(ObjectId patientId, ChartWindow window, CancellationToken cancel)
    {
        var signs = ChartPanel.All.SelectMany(panel => panel.Signs).ToList();
        var points = await Task.WhenAll(signs.Select(sign => vitals.ChartAsync(patientId, sign, window.From, window.To, window.Parts, cancel)));
        return signs.Zip(points).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    /// <summary>The alerts raised in a window, the newest of them when there are very many.</summary>
    public Task<IReadOnlyList<Alert>> MarksAsync(ObjectId patientId, ChartWindow window, CancellationToken cancel) =>
        alerts.QueryAsync(new AlertQuery { PatientIds = [patientId], From = window.From, To = window.To, Limit = MaxMarks }, cancel);

    /// <summary>What someone charted, as stretches during which it held: until the next entry, or until it is too old to count.</summary>
    public async Task<IReadOnlyList<ChartStretch>> StretchesAsync(ObjectId patientId, VitalSign sign, ChartWindow window, CancellationToken cancel)
    {
        var holds = rules[sign].FreshFor;
        var wider = ChartWindow.Around(window.From - holds, window.To);
        var points = await vitals.ChartAsync(patientId, sign, wider.From, wider.To, wider.Parts, cancel);
        List<ChartStretch> stretches = [];
        for (var i = 0; i < points.Count; i++)
        {
            var until = points[i].Time + holds;
            if (i + 1 < points.Count && points[i + 1].Time < until)
                until = points[i + 1].Time;
            // The highest of a part is the worst: more oxygen, or deeper unconsciousness.
            var value = Math.Round(points[i].Max, 1);
            if (stretches.Count > 0 && stretches[^1].To == points[i].Time && stretches[^1].Value == value)
                stretches[^1] = stretches[^1] with { To = until };
            else
                stretches.Add(new ChartStretch(points[i].Time, until, value));
        }
        return [.. stretches.Where(stretch => stretch.To > window.From).Select(stretch => stretch.Within(window))];
    }

    /// <summary>Over how long a silence no line is drawn: that of a device for what is continuous, the time a value counts for the rest.</summary>
    public TimeSpan GapOf(VitalSign sign, TimeSpan step)
    {
        var silence = rules[sign].Continuous ? 3 * rules.SignSilence : rules[sign].FreshFor;
        return silence > 1.5 * step ? silence : 1.5 * step;
    }
}

/// <summary>A stretch of time during which a charted value held.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end, exclusive.</param>
/// <param name="Value">The value.</param>
public readonly record struct ChartStretch(DateTimeOffset From, DateTimeOffset To, double Value)
{
    /// <summary>The part of it that a window shows.</summary>
    internal ChartStretch Within(ChartWindow window) =>
        this with { From = From > window.From ? From : window.From, To = To < window.To ? To : window.To };
}
