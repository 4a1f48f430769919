namespace HealthDashboard.Hl7;

/// <summary>One client: reads its messages and answers each in turn.</summary>
/// <param name="stream">Its bytes.</param>
/// <param name="desk">What takes messages.</param>
/// <param name="options">The limits.</param>
/// <param name="time">The clock.</param>
internal sealed class Hl7Connection(Stream stream, Hl7Desk desk, Hl7Options options, TimeProvider time)
{
    private const int ReadBytes = 16 * 1024;

    private readonly MllpReader reader = new(options.MaxMessageBytes);

    /// <summary>Serves the client until it ends the connection, is silent or slow for too long, or the program stops.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    /// <exception cref="OperationCanceledException">It is stopped, or took too long.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        var buffer = new byte[ReadBytes];
        var since = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var wasInFrame = reader.IsInFrame;
            var left = (wasInFrame ? options.MessageTime : options.IdleTime) - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                return;
            int read;
            using (var limit = new CancellationTokenSource(left, time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token))
                read = await stream.ReadAsync(buffer, either.Token);
            if (read == 0)
                return;
            reader.Append(buffer.AsSpan(0, read));
            var answered = await AnswerAsync();
            // Neither what stands between frames nor the bytes of one that never ends make time.
            if (answered || reader.IsInFrame != wasInFrame)
                since = time.GetTimestamp();
        }
    }

    // What has come whole is processed to its end and answered, also when the program stops.
    private async Task<bool> AnswerAsync()
    {
        var answered = false;
        while (reader.TryTake(out var frame))
        {
            answered = true;
            foreach (var answer in await desk.AnswerAsync(frame))
            {
                byte[] bytes = [MllpReader.Start, .. answer, MllpReader.End, (byte)'\r'];
                using var limit = new CancellationTokenSource(options.MessageTime, time);
                await stream.WriteAsync(bytes, limit.Token);
            }
        }
        return answered;
    }
}
