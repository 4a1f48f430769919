using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>The feeds of each ward at one moment, as far as this node watches them.</summary>
internal sealed class WardFeeds
{
    private readonly Dictionary<WardGroup, List<Feed>> feeds = [];
    private readonly HashSet<WardGroup> watched = [];
    private readonly HashSet<WardGroup> inhabited = [];

    /// <summary>The wards that this node watches.</summary>
    public IReadOnlyCollection<WardGroup> All => watched;

    /// <summary>Whether this node is to judge a ward: it watches somebody there, or nobody is there any more.</summary>
    public bool IsWatched(WardGroup ward) => watched.Contains(ward) || !inhabited.Contains(ward);

    /// <summary>The feeds of a ward, without those whose own silence is an alert already.</summary>
    public IReadOnlyList<Feed> Of(WardGroup ward) => feeds.GetValueOrDefault(ward) ?? [];

    /// <summary>Looks at every patient.</summary>
    public static WardFeeds Of(IEnumerable<MonitoredPatient> patients, MonitorSet monitors, AlarmRules rules, DateTimeOffset now)
    {
        var wards = new WardFeeds();
        foreach (var patient in patients.Where(patient => patient.Patient.Status == PatientStatus.Admitted))
        {
            var ward = WardGroup.Of(patient.Patient);
            wards.inhabited.Add(ward);
            if (monitors.Find(patient.Patient.Id) is not { } monitor)
                continue;
            wards.watched.Add(ward);
            if (FeedOf(monitor.State, patient, rules, now) is not { } feed)
                continue;
            if (!wards.feeds.TryGetValue(ward, out var list))
                wards.feeds.Add(ward, list = []);
            list.Add(feed);
        }
        return wards;
    }

    // Null for one that is not fed all the time, or whose silence is an alert of its own already.
    private static Feed? FeedOf(MonitorState state, MonitoredPatient patient, AlarmRules rules, DateTimeOffset now)
    {
        if (patient.Patient.Standby?.Until > now || state.Open.Any(alert => alert.Sign == Alert.FeedSign))
            return null;
        var (last, device) = (0L, (string?)null);
        foreach (var sign in TechnicalAlarms.Stream)
        {
            ref var known = ref state.Signs[(int)sign];
            if (known.Watched && known.LastArrived > last)
                (last, device) = (known.LastArrived, known.Main.Device);
        }
        if (last == 0)
            return null;
        // Only for one that has been silent for a while it is worth asking when exactly that is due.
        var early = last + rules.FeedSilence.InMilliseconds();
        var due = now.ToUnixTimeMilliseconds() < early - CommonCause.Window ? early : TechnicalAlarms.FeedDue(AlarmWork.ToLookAt(state, patient, rules, now));
        return due == long.MaxValue ? null : new Feed(patient.Patient.Id, device, last, due);
    }
}
