using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>How a <see cref="MonitorState"/> is written: a format number, the score, then each sign that has had a reading.</summary>
internal static class MonitorStateFormat
{
    private const byte Format = 1;

    public static byte[] Write(MonitorState state)
    {
        using var stream = new MemoryStream(512);
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write(state.ListeningSince);
        Write(writer, state.Score);
        for (var sign = 1; sign < MonitorState.SignCount; sign++)
        {
            if (state.Signs[sign] == default)
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
            var score = ReadScore(reader);
            var signs = new SignState[MonitorState.SignCount];
            while (reader.ReadByte() is > 0 and var sign)
            {
                if (sign >= MonitorState.SignCount)
                    throw new InvalidDataException($"Alarm state names sign {sign}, which does not exist.");
                signs[sign] = ReadSign(reader);
            }

            return new MonitorState(patientId, signs, score, open, listeningSince);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("Alarm state ends too early.", error);
        }
    }

    private static void Write(BinaryWriter writer, in ScoreState score)
    {
        writer.Write(score.Clock);
        writer.Write(score.Dirty);
        writer.Write(score.MediumSince);
        writer.Write(score.HighSince);
        writer.Write(score.BelowSince);
        writer.Write(score.NextStale);
        writer.Write(score.Score);
        writer.Write(score.AnyThree);
    }

    private static ScoreState ReadScore(BinaryReader reader) => new()
    {
        Clock = reader.ReadInt64(),
        Dirty = reader.ReadBoolean(),
        MediumSince = reader.ReadInt64(),
        HighSince = reader.ReadInt64(),
        BelowSince = reader.ReadInt64(),
        NextStale = reader.ReadInt64(),
        Score = reader.ReadInt32(),
        AnyThree = reader.ReadBoolean(),
    };

    private static void Write(BinaryWriter writer, in SignState sign)
    {
        writer.Write(sign.LastTime);
        writer.Write(sign.LastValue);
        writer.Write(sign.Interval);
        writer.Write(sign.Live);
        writer.Write(sign.Watched);
        writer.Write(sign.OffSince);
        writer.Write(sign.Silent);
        Write(writer, sign.Low);
        Write(writer, sign.High);
    }

    private static SignState ReadSign(BinaryReader reader) => new()
    {
        LastTime = reader.ReadInt64(),
        LastValue = reader.ReadDouble(),
        Interval = reader.ReadInt64(),
        Live = reader.ReadBoolean(),
        Watched = reader.ReadBoolean(),
        OffSince = reader.ReadInt64(),
        Silent = reader.ReadBoolean(),
        Low = ReadLimit(reader),
        High = ReadLimit(reader),
    };

    private static void Write(BinaryWriter writer, in LimitState limit)
    {
        writer.Write(limit.Limit ?? double.NaN);
        writer.Write(limit.Since);
        writer.Write(limit.Worst);
        writer.Write(limit.Beyond);
        writer.Write(limit.Count);
        writer.Write(limit.ToldAt);
    }

    private static LimitState ReadLimit(BinaryReader reader) => new()
    {
        Limit = reader.ReadDouble() is var limit && double.IsNaN(limit) ? null : limit,
        Since = reader.ReadInt64(),
        Worst = reader.ReadDouble(),
        Beyond = reader.ReadBoolean(),
        Count = reader.ReadInt32(),
        ToldAt = reader.ReadInt64(),
    };
}
