using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>How a <see cref="MonitorState"/> is written: a format number, what is of the patient, then each sign that has had a reading.</summary>
internal static class MonitorStateFormat
{
    private const byte Format = 2;
    private const int MostEntries = 4_096;

    public static byte[] Write(MonitorState state)
    {
        using var stream = new MemoryStream(1024);
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write(state.ListeningSince);
        Write(writer, state.Watch);
        Write(writer, state.Score);
        Write(writer, state.Clocks, static (to, clock) =>
        {
            to.Write(clock.Device);
            Write(to, clock.Arrived, clock.Lag, clock.BehindSince, clock.RightSince);
        });
        Write(writer, state.Ahead, static (to, ahead) =>
        {
            to.Write((byte)ahead.Sign);
            to.Write(ahead.Time);
        });
        Write(writer, state.Ended, static (to, alert) => to.Write(JsonSerializer.Serialize(new EndedAlert(alert, alert.Version))));
        for (var sign = 1; sign < MonitorState.SignCount; sign++)
        {
            if (state.Signs[sign].Main.Time == 0)
                continue;
            writer.Write((byte)sign);
            Write(writer, state.Signs[sign]);
        }

        writer.Write((byte)0);
        writer.Flush();
        return stream.ToArray();
    }

    public static MonitorState Read(ObjectId patientId, ReadOnlySpan<byte> data, IReadOnlyList<Alert> open)
    {
        using var reader = new BinaryReader(new MemoryStream(data.ToArray()));
        try
        {
            if (reader.ReadByte() is var format and not Format)
                throw new InvalidDataException($"Alarm state has format {format}; this program knows {Format}.");
            var listeningSince = reader.ReadInt64();
            var watch = ReadWatch(reader);
            var score = ReadScore(reader);
            var clocks = ReadList(reader, static from => new DeviceClock(from.ReadString(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64()));
            var ahead = ReadList(reader, static from => new Ahead(ReadSignNumber(from), from.ReadInt64()));
            var ended = ReadList(reader, static from => ReadEnded(from.ReadString()));
            var signs = new SignState[MonitorState.SignCount];
            while (reader.ReadByte() is > 0 and var sign)
            {
                if (sign >= MonitorState.SignCount)
                    throw new InvalidDataException($"Alarm state names sign {sign}, which does not exist.");
                signs[sign] = ReadSign(reader);
            }

            return new MonitorState(patientId)
            {
                Open = open,
                // One that was opened again since is among the open ones.
                Ended = [.. ended.Where(alert => alert.EndedAt is not null && open.All(other => other.Id != alert.Id))],
                Signs = signs,
                Score = score,
                Watch = watch,
                Clocks = clocks,
                Ahead = ahead,
                ListeningSince = listeningSince,
            };
        }
        catch (Exception error) when (error is EndOfStreamException or JsonException or FormatException or OverflowException or DecoderFallbackException)
        {
            throw new InvalidDataException("Alarm state is damaged.", error);
        }
    }

    private static void Write(BinaryWriter writer, in WatchState watch)
    {
        Write(writer, watch.Since, watch.StreamSince, watch.StreamLast, watch.SetTime);
        writer.Write(watch.Streamed);
        writer.Write(watch.SetScore);
        writer.Write(watch.SetThree);
    }

    private static WatchState ReadWatch(BinaryReader reader) => new()
    {
        Since = reader.ReadInt64(),
        StreamSince = reader.ReadInt64(),
        StreamLast = reader.ReadInt64(),
        SetTime = reader.ReadInt64(),
        Streamed = reader.ReadBoolean(),
        SetScore = reader.ReadInt32(),
        SetThree = reader.ReadBoolean(),
    };

    private static void Write(BinaryWriter writer, in ScoreState score)
    {
        Write(writer, score.Clock, score.MovedTime, score.MovedArrived, score.Onset, score.Counted, score.CountsSince, score.PausedAt,
            score.BelowSince, score.NextStale, score.ReportedAt, score.AcknowledgedAt);
        writer.Write(score.MovedByStream);
        writer.Write(score.Live);
        writer.Write(score.Dirty);
        writer.Write(score.Complete);
        foreach (var number in (ReadOnlySpan<int>)[score.Score, score.Threes, score.Made, score.Basis, score.AcknowledgedScore, score.AcknowledgedThrees])
            writer.Write(number);
    }

    private static ScoreState ReadScore(BinaryReader reader) => new()
    {
        Clock = reader.ReadInt64(),
        MovedTime = reader.ReadInt64(),
        MovedArrived = reader.ReadInt64(),
        Onset = reader.ReadInt64(),
        Counted = reader.ReadInt64(),
        CountsSince = reader.ReadInt64(),
        PausedAt = reader.ReadInt64(),
        BelowSince = reader.ReadInt64(),
        NextStale = reader.ReadInt64(),
        ReportedAt = reader.ReadInt64(),
        AcknowledgedAt = reader.ReadInt64(),
        MovedByStream = reader.ReadBoolean(),
        Live = reader.ReadBoolean(),
        Dirty = reader.ReadBoolean(),
        Complete = reader.ReadBoolean(),
        Score = reader.ReadInt32(),
        Threes = reader.ReadInt32(),
        Made = reader.ReadInt32(),
        Basis = reader.ReadInt32(),
        AcknowledgedScore = reader.ReadInt32(),
        AcknowledgedThrees = reader.ReadInt32(),
    };

    private static void Write(BinaryWriter writer, in SignState sign)
    {
        Write(writer, sign.Main);
        writer.Write(sign.Other is not null);
        if (sign.Other is [var other])
            Write(writer, other);
        Write(writer, sign.Interval, sign.OffSince, sign.ContradictSince);
        writer.Write(sign.Watched);
        writer.Write(sign.OffAfterExtreme);
        writer.Write(sign.Silent);
        Write(writer, sign.Low);
        Write(writer, sign.High);
    }

    private static SignState ReadSign(BinaryReader reader) => new()
    {
        Main = ReadSource(reader),
        Other = reader.ReadBoolean() ? [ReadSource(reader)] : null,
        Interval = reader.ReadInt64(),
        OffSince = reader.ReadInt64(),
        ContradictSince = reader.ReadInt64(),
        Watched = reader.ReadBoolean(),
        OffAfterExtreme = reader.ReadBoolean(),
        Silent = reader.ReadBoolean(),
        Low = ReadLimit(reader),
        High = ReadLimit(reader),
    };

    private static void Write(BinaryWriter writer, in SourceState source)
    {
        writer.Write(source.Device is not null);
        if (source.Device is not null)
            writer.Write(source.Device);
        Write(writer, source.Time, source.Arrived);
        writer.Write(source.Value);
        writer.Write(source.Live);
        Write(writer, source.Low);
        Write(writer, source.High);
    }

    private static SourceState ReadSource(BinaryReader reader) => new()
    {
        Device = reader.ReadBoolean() ? reader.ReadString() : null,
        Time = reader.ReadInt64(),
        Arrived = reader.ReadInt64(),
        Value = reader.ReadDouble(),
        Live = reader.ReadBoolean(),
        Low = ReadBreach(reader),
        High = ReadBreach(reader),
    };

    private static void Write(BinaryWriter writer, in Breach breach)
    {
        Write(writer, breach.Onset, breach.Counted, breach.CountsSince, breach.PausedAt);
        writer.Write(breach.Worst);
        writer.Write(breach.Beyond);
        writer.Write(breach.NotBack);
        Write(writer, breach.Spells ?? [], static (to, spell) =>
        {
            Write(to, spell.Start, spell.End);
            to.Write(spell.Worst);
        });
    }

    private static Breach ReadBreach(BinaryReader reader) => new()
    {
        Onset = reader.ReadInt64(),
        Counted = reader.ReadInt64(),
        CountsSince = reader.ReadInt64(),
        PausedAt = reader.ReadInt64(),
        Worst = reader.ReadDouble(),
        Beyond = reader.ReadBoolean(),
        NotBack = reader.ReadBoolean(),
        Spells = ReadList(reader, static from => new Spell(from.ReadInt64(), from.ReadInt64(), from.ReadDouble())) is { Length: > 0 } spells ? spells : null,
    };

    private static void Write(BinaryWriter writer, in LimitState limit)
    {
        writer.Write(limit.Limit ?? double.NaN);
        writer.Write(limit.Worst);
        writer.Write(limit.Count);
        writer.Write(limit.ReportedAt);
        writer.Write(limit.AddedUp);
        writer.Write(limit.AcknowledgedAt);
        writer.Write(limit.AcknowledgedValue);
    }

    private static LimitState ReadLimit(BinaryReader reader) => new()
    {
        Limit = reader.ReadDouble() is var limit && double.IsNaN(limit) ? null : limit,
        Worst = reader.ReadDouble(),
        Count = reader.ReadInt32(),
        ReportedAt = reader.ReadInt64(),
        AddedUp = reader.ReadBoolean(),
        AcknowledgedAt = reader.ReadInt64(),
        AcknowledgedValue = reader.ReadDouble(),
    };

    private static VitalSign ReadSignNumber(BinaryReader reader) =>
        reader.ReadByte() is var number and > 0 and < MonitorState.SignCount
            ? (VitalSign)number
            : throw new InvalidDataException("Alarm state names a sign that does not exist.");

    private static Alert ReadEnded(string json) => JsonSerializer.Deserialize<EndedAlert>(json) is { Alert: { } alert } ended
        ? alert with { Version = ended.Version }
        : throw new InvalidDataException("Alarm state names no alert.");

    private static void Write(BinaryWriter writer, params ReadOnlySpan<long> numbers)
    {
        foreach (var number in numbers)
            writer.Write(number);
    }

    private static void Write<T>(BinaryWriter writer, IReadOnlyList<T> list, Action<BinaryWriter, T> write)
    {
        writer.Write(list.Count);
        foreach (var entry in list)
            write(writer, entry);
    }

    private static T[] ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > MostEntries)
            throw new InvalidDataException($"Alarm state has a list of {count}; allowed is at most {MostEntries}.");
        var list = new T[count];
        for (var i = 0; i < count; i++)
            list[i] = read(reader);
        return list;
    }

    /// <summary>An ended alert with its version, which its own JSON does not show.</summary>
    private sealed record EndedAlert(Alert Alert, int Version);
}
