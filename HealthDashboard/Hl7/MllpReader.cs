using System.Diagnostics.CodeAnalysis;

namespace HealthDashboard.Hl7;

/// <summary>What stood between a frame's first and last byte.</summary>
/// <param name="Bytes">All of it; of one that is too long its beginning.</param>
/// <param name="IsTooLong">Whether there was more than is allowed.</param>
internal readonly record struct MllpFrame(byte[] Bytes, bool IsTooLong);

/// <summary>
/// Finds the frames in a stream of bytes, however it is cut into packets: 0x0B, the message, 0x1C 0x0D [HL7 MLLP, release 1]. Bytes between
/// frames are passed over, and so is a frame that never ended before the next begins: no sender can have an answer for it.
/// </summary>
/// <param name="mostBytes">How long a frame may be.</param>
internal sealed class MllpReader(int mostBytes)
{
    /// <summary>Begins a frame.</summary>
    public const byte Start = 0x0B;

    /// <summary>Ends a frame, with a CR after it.</summary>
    public const byte End = 0x1C;

    // Enough for the MSH of a message that is too long.
    private const int Beginning = 4096;

    private readonly Queue<MllpFrame> frames = new();
    private byte[] frame = new byte[Beginning];
    private int length;
    private bool isTooLong;

    /// <summary>Whether a frame has begun and not ended.</summary>
    public bool IsInFrame { get; private set; }

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!IsInFrame)
            {
                var start = bytes.IndexOf(Start);
                if (start < 0)
                    return;
                bytes = bytes[(start + 1)..];
                (IsInFrame, length, isTooLong) = (true, 0, false);
                continue;
            }
            var next = bytes.IndexOfAny(Start, End);
            Add(next < 0 ? bytes : bytes[..next]);
            if (next < 0)
                return;
            if (bytes[next] == End)
                frames.Enqueue(new MllpFrame(frame.AsSpan(0, isTooLong ? Math.Min(length, Beginning) : length).ToArray(), isTooLong));
            // The CR that follows is passed over as what stands between frames; of a frame that begins here the first byte is still to come.
            IsInFrame = false;
            bytes = bytes[(bytes[next] == End ? next + 1 : next)..];
        }
    }

    /// <summary>Takes out the next frame that is whole.</summary>
    public bool TryTake([MaybeNullWhen(false)] out MllpFrame next) => frames.TryDequeue(out next);

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (isTooLong || bytes.Length > mostBytes - length)
        {
            isTooLong = true;
            // Its beginning is enough to say whose it was.
            bytes = bytes[..Math.Clamp(Beginning - length, 0, bytes.Length)];
        }
        if (length + bytes.Length > frame.Length)
            Array.Resize(ref frame, Math.Min(Math.Max(2 * frame.Length, length + bytes.Length), Math.Max(mostBytes, Beginning)));
        bytes.CopyTo(frame.AsSpan(length));
        length += bytes.Length;
    }
}
