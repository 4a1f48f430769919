using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.WhatIf;

/// <summary>A request, read field by field.</summary>
/// <param name="Patients">Patients chosen by themselves.</param>
/// <param name="Wards">Wards whose patients are chosen; with no patients and no wards everybody is.</param>
/// <param name="From">The stretch's start.</param>
/// <param name="To">Its end.</param>
/// <param name="Proposal">Other rules.</param>
/// <param name="Search">A limit to try at many values; null for none.</param>
internal sealed record WhatIfFields(
    IReadOnlyList<ObjectId> Patients, IReadOnlyList<(string Region, string Ward)> Wards, DateTimeOffset From, DateTimeOffset To, Proposal Proposal, Search? Search)
{
    /// <summary>The longest stretch.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <summary>How many patients at most, and how many wards.</summary>
    public const int MostPatients = 2_000;
    public const int MostWards = 100;

    /// <summary>How many values of a limit are tried at most: each is a run of the rules.</summary>
    public const int MostTried = 12;

    /// <summary>The rules need so much of the past before a stretch.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromHours(1);

    private const int LongestName = 64;
    private const double LongestHoldOff = 60;
    private const double MostHysteresis = 20;
    private const int LongestReminder = 12 * 60;

    /// <summary>Reads it. What is wrong is in the fields' errors.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="options">The configured limits.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="kept">How long raw readings are kept.</param>
    /// <param name="now">The time it is.</param>
    public static WhatIfFields Read(JsonFields fields, AlarmOptions options, AlarmRules rules, TimeSpan kept, DateTimeOffset now)
    {
        var patients = fields.Texts("patients", 2 * ObjectId.Size, MostPatients).Select((text, i) => IdOf(fields, text, i)).ToList();
        var wards = fields.Objects("wards", MostWards, ward => (ward.Text("region", LongestName), ward.Text("ward", LongestName)));
        var (from, to) = ReadStretch(fields, kept, now);
        var proposal = ReadProposal(fields);
        Check(fields, proposal, options, rules);
        return new(patients, wards, from, to, proposal, fields.Has("search") ? ReadSearch(fields.Object("search")) : null);
    }

    private static ObjectId IdOf(JsonFields fields, string text, int index)
    {
        if (!ObjectId.TryParse(text, out var id) && !fields.HasError($"patients[{index}]"))
            fields.Add($"patients[{index}]", $"is '{text}'; needed is an id of 24 hex digits.");
        return id;
    }

    private static (DateTimeOffset From, DateTimeOffset To) ReadStretch(JsonFields fields, TimeSpan kept, DateTimeOffset now)
    {
        var (from, to) = (fields.Time("from"), fields.Time("to"));
        if (from is null && !fields.HasError("from"))
            fields.Add("from", "is missing; needed is a time such as 2026-01-31T08:00:00Z.");
        if (to is null && !fields.HasError("to"))
            fields.Add("to", "is missing; needed is a time such as 2026-01-31T08:00:00Z.");
        if (to > now)
            fields.Add("to", $"is '{to:O}'; allowed is the past, up to '{now:O}'.");
        if (from >= to)
            fields.Add("from", $"is '{from:O}'; it must be before to, which is '{to:O}'.");
        else if (to - from > Longest)
            fields.Add("from", $"is '{from:O}', more than {Longest.TotalDays} days before to; at most so many are allowed.");
        else if (from < now - kept + Before)
            fields.Add("from", $"is '{from:O}'; allowed is '{now - kept + Before:O}' and later, because raw readings are kept for {kept.TotalDays:0.#} days (Vitals:RawRetention) and the rules need an hour before.");
        return (from ?? default, to ?? default);
    }

    private static Proposal ReadProposal(JsonFields fields)
    {
        var limits = fields.Has("limits") ? fields.Object("limits") : null;
        var rules = fields.Has("rules") ? fields.Object("rules") : null;
        var signs = new Dictionary<VitalSign, ProposedSign>();
        foreach (var info in VitalSigns.All)
        {
            var line = limits?.Has(info.Name) == true ? limits.Object(info.Name) : null;
            var rule = rules?.Has(info.Name) == true ? rules.Object(info.Name) : null;
            if (line is null && rule is null)
                continue;
            signs[info.Sign] = new ProposedSign
            {
                Low = ReadLimit(line, "low"),
                High = ReadLimit(line, "high"),
                ExtremeLow = ReadLimit(line, "extremeLow"),
                ExtremeHigh = ReadLimit(line, "extremeHigh"),
                LowHoldOff = ReadSeconds(rule, "lowHoldOff"),
                HighHoldOff = ReadSeconds(rule, "highHoldOff"),
                Hysteresis = ReadNumber(rule, "hysteresis", MostHysteresis),
            };
        }
        var reminders = fields.Has("remindAfter") ? fields.Object("remindAfter") : null;
        return new()
        {
            Signs = signs,
            ScoreThreshold = fields.Has("scoreThreshold") ? fields.Whole("scoreThreshold", News2.MediumThreshold, News2.HighThreshold, News2.MediumThreshold) : null,
            RemindHighAfter = ReadMinutes(reminders, "high"),
            RemindMediumAfter = ReadMinutes(reminders, "medium"),
        };
    }

    // Null is not the same as left out: it removes the limit.
    private static Proposed? ReadLimit(JsonFields? line, string name) =>
        line is null ? null : line.IsNull(name) ? new Proposed(null) : line.Number(name) is { } value ? new Proposed(value) : null;

    private static double? ReadNumber(JsonFields? fields, string name, double most)
    {
        var value = fields?.Number(name);
        if (value is < 0 || value > most)
            fields!.Add(name, $"is {value}; allowed is 0 to {most}.");
        return value;
    }

    private static TimeSpan? ReadSeconds(JsonFields? rule, string name) =>
        ReadNumber(rule, name, LongestHoldOff) is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestHoldOff)) : null;

    private static TimeSpan? ReadMinutes(JsonFields? fields, string name) =>
        fields?.Has(name) == true ? TimeSpan.FromMinutes(fields.Whole(name, 0, LongestReminder, 0)) : null;

    // Against the configured limits: what a ward or a patient had besides is not known before the past is read.
    private static void Check(JsonFields fields, Proposal proposal, AlarmOptions options, AlarmRules rules)
    {
        var defaults = options.DefaultLimits;
        var merged = proposal.Signs.ToDictionary(sign => sign.Key, sign => sign.Value.On(defaults.GetValueOrDefault(sign.Key) ?? new SignLimits(null, null)));
        foreach (var problem in LimitRules.Check(merged, proposal.On(rules)))
        {
            var name = problem.Sign.Info().Name;
            fields.Add($"limits.{name}.{problem.Field}", problem.Message);
        }
    }

    private static Search ReadSearch(JsonFields search)
    {
        var sign = search.Choice<VitalSign>("sign", null);
        var side = search.Choice<AlertDirection>("side", null);
        var (from, to, step) = (search.Number("from"), search.Number("to"), search.Number("step") ?? 1);
        foreach (var (name, value) in new[] { ("from", from), ("to", to) })
        {
            if (value is null && !search.HasError(name))
                search.Add(name, "is missing; needed is a limit.");
            else if (sign != default && (value < sign.Info().Minimum || value > sign.Info().Maximum))
                search.Add(name, $"is {value}; allowed is {sign.Info().Minimum} to {sign.Info().Maximum} {sign.Info().Unit}.");
        }
        if (side == AlertDirection.None && !search.HasError("side"))
            search.Add("side", "is \"none\"; allowed are low, high.");
        if (sign is VitalSign.OxygenFlow or VitalSign.Consciousness && !search.HasError("sign"))
            search.Add("sign", $"is \"{sign.Info().Name}\", which has no limit alarms.");
        List<double> values = [];
        if (step <= 0)
            search.Add("step", $"is {step}; allowed is more than 0.");
        else if (from is { } first && to is { } last)
        {
            var count = Math.Floor((Math.Abs(last - first) / step) + 1e-9) + 1;
            if (count > MostTried)
                search.Add("step", $"is {step}, which makes {count} values; at most {MostTried} are tried.");
            else
                values.AddRange(Enumerable.Range(0, (int)count).Select(i => Math.Round(first + (i * Math.Sign(last - first) * step), 3)));
        }
        return new(sign, side, values);
    }
}
