using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using static HealthDashboard.Data.Model.VitalSign;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What one sensor does for a while: nothing when there are no values, else the values in turn.</summary>
internal sealed record Pattern(double[] Values, int Step = 1)
{
    public static Pattern Silent { get; } = new([]);

    public bool Equals(Pattern? other) => other is not null && Step == other.Step && Values.SequenceEqual(other.Values);

    public override int GetHashCode() => HashCode.Combine(Step, Values.Length, Values.FirstOrDefault());

    public override string ToString() => Values.Length == 0 ? "silent" : $"{string.Join(',', Values)}{(Step > 1 ? $" each {Step} s" : "")}";
}

/// <summary>What people do at the beginning of a scene.</summary>
internal enum Act
{
    Nothing,
    AcknowledgeAll,
    NarrowLimits,
    UsualLimits,
    ScaleTwo,
    ScaleOne,
    Restart,
}

/// <summary>A stretch of a made-up log.</summary>
internal sealed record Scene(
    int Seconds, Pattern Heart, Pattern Breath, Pattern Saturation, Pattern SecondHeart, (VitalSign Sign, double Value)? Charted, Act Act)
{
    public static Pattern CalmHeart { get; } = new([70]);
    public static Pattern CalmBreath { get; } = new([14]);
    public static Pattern CalmSaturation { get; } = new([97]);

    public static Scene Calm(int seconds) => new(seconds, CalmHeart, CalmBreath, CalmSaturation, Pattern.Silent, null, Act.Nothing);

    public override string ToString() =>
        $"{Seconds} s: HR {Heart}, RR {Breath}, SpO2 {Saturation}"
        + (SecondHeart.Values.Length > 0 ? $", second device HR {SecondHeart}" : "")
        + (Charted is { } charted ? $", first {charted.Sign} {charted.Value}" : "")
        + (Act == Act.Nothing ? "" : $", first {Act}");
}

/// <summary>A made-up log of one bed, in scenes that a person can read.</summary>
/// <param name="Late">How many seconds each reading of the monitor takes to arrive.</param>
/// <param name="Doubled">Each so many readings of the heart rate one comes again, for the same moment, with another value; 0 for never.</param>
/// <param name="Scenes">What happens; calm at the end, so that all that can end does.</param>
internal sealed record Story(int Late, int Doubled, Scene[] Scenes)
{
    private const int Tail = 140;

    public int Seconds => Scenes.Sum(scene => scene.Seconds) + Tail;

    public override string ToString()
    {
        var text = new StringBuilder().Append($"late by {Late} s, doubled each {Doubled}");
        foreach (var scene in Scenes)
            text.AppendLine().Append("  ").Append(scene);
        return text.ToString();
    }

    public IReadOnlyList<Event> Events()
    {
        var stream = new Stream();
        var at = 0;
        foreach (var scene in Scenes.Append(Scene.Calm(Tail) with { SecondHeart = Scenes.Any(s => s.SecondHeart.Values.Length > 0) ? Scene.CalmHeart : Pattern.Silent }))
        {
            Add(stream, scene, at);
            at += scene.Seconds;
        }
        stream.Chart(at - Tail + 1, (Temperature, 37), (Consciousness, 0), (OxygenFlow, 0), (Systolic, 120));
        return stream.Until(Seconds + Late);
    }

    private void Add(Stream stream, Scene scene, int at)
    {
        var sent = 0;
        foreach (var (sign, pattern) in new[] { (HeartRate, scene.Heart), (RespiratoryRate, scene.Breath), (Spo2, scene.Saturation) })
        {
            for (var i = 0; pattern.Values.Length > 0 && i * pattern.Step < scene.Seconds; i++)
            {
                var time = at + i * pattern.Step;
                stream.Send(sign, time, pattern.Values[i % pattern.Values.Length], "A", time + Late);
                if (sign == HeartRate && Doubled > 0 && ++sent % Doubled == 0)
                    stream.Send(sign, time, pattern.Values[(i + 1) % pattern.Values.Length], "A", time + Late);
            }
        }
        for (var i = 0; scene.SecondHeart.Values.Length > 0 && i * scene.SecondHeart.Step < scene.Seconds; i++)
        {
            var time = at + 0.5 + i * scene.SecondHeart.Step;
            stream.Send(HeartRate, time, scene.SecondHeart.Values[i % scene.SecondHeart.Values.Length], "B", time + Late);
        }
        if (scene.Charted is { } charted)
            stream.Send(charted.Sign, at + 0.25, charted.Value);
        Do(stream, scene.Act, at + 0.75);
    }

    private static void Do(Stream stream, Act act, double at)
    {
        switch (act)
        {
            case Act.AcknowledgeAll:
                // Who acknowledges has seen what was evaluated.
                stream.Pass(at - 0.25);
                foreach (var sign in new[] { "heartRate", "respiratoryRate", "spo2", "systolic", "temperature" })
                    stream.Acknowledge(at, sign, AlertDirection.Low).Acknowledge(at, sign, AlertDirection.High);
                stream.Acknowledge(at, Alert.ScoreSign);
                break;
            case Act.NarrowLimits:
                stream.Become(at, record => record, new AlarmLimits
                {
                    Signs = new Dictionary<VitalSign, SignLimits> { [HeartRate] = new(60, 100, 50, 130), [Spo2] = new(94, 100, 85) },
                });
                break;
            case Act.UsualLimits:
                stream.Become(at, record => record, new AlarmLimits());
                break;
            case Act.ScaleTwo:
                stream.Become(at, record => record with { Spo2Scale = 2 });
                break;
            case Act.ScaleOne:
                stream.Become(at, record => record with { Spo2Scale = 1 });
                break;
            case Act.Restart:
                stream.Restart(at);
                break;
        }
    }
}

/// <summary>Makes stories, and makes them smaller when they fail.</summary>
internal static class Stories
{
    private static readonly double[] HeartRates = [0, 30, 38, 45, 49, 50, 51, 52, 70, 95, 115, 119, 121, 125, 155];
    private static readonly double[] Breaths = [0, 3, 6, 7, 8, 9, 14, 22, 26, 29, 31];
    private static readonly double[] Saturations = [0, 75, 79, 85, 88, 89, 90, 91, 93, 95, 97];

    private static readonly Gen<(VitalSign, double)?> Charted = Gen.Frequency(
        (4, Gen.Constant(((VitalSign, double)?)null)),
        (1, Gen.Elements<(VitalSign, double)?>(
            (Temperature, 39.5), (Temperature, 35.5), (Temperature, 37), (Consciousness, 2), (Consciousness, 0), (OxygenFlow, 4), (OxygenFlow, 0),
            (Systolic, 85), (Systolic, 91), (Systolic, 120), (Systolic, 165), (Systolic, 0))));

    private static readonly Gen<Scene> Scenes =
        from seconds in Gen.Elements(2, 3, 5, 6, 7, 10, 11, 14, 15, 20, 31, 35, 45, 59, 61, 65, 90, 130, 310)
        from heart in Patterns(HeartRates, Scene.CalmHeart)
        from breath in Patterns(Breaths, Scene.CalmBreath)
        from saturation in Patterns(Saturations, Scene.CalmSaturation)
        from second in Gen.Constant(Pattern.Silent)
        from charted in Charted
        from act in Gen.Frequency((4, Gen.Constant(Act.Nothing)), (2, Gen.Elements(Enum.GetValues<Act>())))
        select new Scene(seconds, heart, breath, saturation, second, charted, act);

    public static Arbitrary<Story> Arbitrary { get; } = Arb.From(
        from late in Gen.Elements(0, 0, 0, 4, 30)
        from doubled in Gen.Elements(0, 0, 1, 7)
        from count in Gen.Choose(1, 12)
        from scenes in Scenes.ArrayOf(count)
        select new Story(late, doubled, scenes.Any(scene => scene.Act == Act.AcknowledgeAll) ? [.. scenes.Select(On)] : scenes),
        Shrink);

    // Which value stood while a sensor was off nobody can say: who acknowledges in a story has all sensors on.
    private static Scene On(Scene scene) => scene with
    {
        Heart = On(scene.Heart, Scene.CalmHeart),
        Breath = On(scene.Breath, Scene.CalmBreath),
        Saturation = On(scene.Saturation, Scene.CalmSaturation),
    };

    private static Pattern On(Pattern pattern, Pattern calm) =>
        pattern.Values.Contains(0) ? pattern.Values.Any(value => value != 0) ? pattern with { Values = [.. pattern.Values.Where(value => value != 0)] } : calm : pattern;

    private static Gen<Pattern> Patterns(double[] values, Pattern calm) => Gen.Frequency(
        (3, Gen.Constant(calm)),
        (1, Gen.Constant(Pattern.Silent)),
        (1, Gen.Constant(new Pattern([0]))),
        (3, from value in Gen.Elements(values) select new Pattern([value])),
        (3, from count in Gen.Choose(2, 4) from turn in Gen.Elements(values).ArrayOf(count) from step in Gen.Elements(1, 1, 2, 4) select new Pattern(turn, step)));

    private static IEnumerable<Story> Shrink(Story story)
    {
        if (story.Late > 0)
            yield return story with { Late = 0 };
        if (story.Doubled > 0)
            yield return story with { Doubled = 0 };
        for (var i = 0; i < story.Scenes.Length; i++)
        {
            if (story.Scenes.Length > 1)
                yield return story with { Scenes = [.. story.Scenes[..i], .. story.Scenes[(i + 1)..]] };
        }
        for (var i = 0; i < story.Scenes.Length; i++)
        {
            foreach (var scene in Shrink(story.Scenes[i]))
                yield return story with { Scenes = [.. story.Scenes[..i], scene, .. story.Scenes[(i + 1)..]] };
        }
    }

    private static IEnumerable<Scene> Shrink(Scene scene)
    {
        Scene[] simpler =
        [
            scene with { Act = Act.Nothing },
            scene with { Charted = null },
            scene with { SecondHeart = Pattern.Silent },
            scene with { Heart = Scene.CalmHeart },
            scene with { Breath = Scene.CalmBreath },
            scene with { Saturation = Scene.CalmSaturation },
            scene with { Heart = scene.Heart with { Values = scene.Heart.Values[..Math.Min(1, scene.Heart.Values.Length)] } },
            scene with { Breath = scene.Breath with { Values = scene.Breath.Values[..Math.Min(1, scene.Breath.Values.Length)] } },
            scene with { Saturation = scene.Saturation with { Values = scene.Saturation.Values[..Math.Min(1, scene.Saturation.Values.Length)] } },
        ];
        foreach (var other in simpler.Where(other => other != scene))
            yield return other;
        foreach (var seconds in new[] { 2, 5, 10, scene.Seconds / 2, scene.Seconds - 1 }.Where(seconds => seconds > 0 && seconds < scene.Seconds))
            yield return scene with { Seconds = seconds };
    }
}
