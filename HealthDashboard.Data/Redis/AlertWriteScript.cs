namespace HealthDashboard.Data.Redis;

/// <summary>
/// The layout of the alerts in Redis, and the one script that changes it. Described in docs/data-model.md.
/// <para>
/// Every key begins with the same hash tag, <c>{health}:</c>, so that a script may touch all of them on a cluster too.
/// </para>
/// <list type="table">
/// <item><c>log</c> stream: the truth. An entry for each change, never changed; its id is <c>sequence-0</c>. Fields
/// <c>id version kind actor time alert</c>, the last one the whole alert after the change as JSON.</item>
/// <item><c>alert:ID</c> hash: what an alert is searched by as it is now, and the number of its last change, where the rest is.</item>
/// <item><c>history:ID</c> list: the numbers of an alert's changes; version n is at index n - 1.</item>
/// <item><c>open</c> hash: patient:sign:direction to the id of the one alert that is open for it.</item>
/// <item><c>changed</c> sorted set: every alert's id by the number of its last change.</item>
/// <item><c>patient:ID</c> sorted set: the same for one patient.</item>
/// <item><c>raised</c> sorted set: every alert's id by when it was raised, in milliseconds.</item>
/// <item><c>long</c> sorted set: the ids of alerts that were open for more than a day, by when they were closed, in milliseconds.</item>
/// <item><c>states</c> hash: patient's id to alarm state, opaque.</item>
/// <item><c>hint</c> channel: something has been appended to the log; the message is the last number.</item>
/// </list>
/// </summary>
internal static class AlertWriteScript
{
    /// <summary>What this and the reading scripts share: the entry of the log with a number, as XRANGE gives it.</summary>
    public const string Entry =
        """
        local at = KEYS[1]
        local function entry(sequence)
            return redis.call('XRANGE', at .. 'log', sequence .. '-0', sequence .. '-0')[1]
        end

        """;

    /// <summary>How many values each change takes.</summary>
    public const int ValuesOfChange = 7;

    /// <summary>
    /// ARGV: how many changes; of each its version, kind, actor, time, when its alert was raised and when it was made in ms, the alert as JSON; then patient
    /// and state of each state, an empty one to remove it. Gives for each change: {1, number} when taken, {1, number, entry} when it was stored already,
    /// {0, 0, entry} when an alert stands in its way, {0, 0} when none does and it is still refused.
    /// </summary>
    public const string Text = Entry +
        """
        -- A number is the server's time in ms, as in the streams' own ids, but always greater than the last. So a replica that takes over
        -- without the last writes does not give their numbers again, to readers who believe that they have seen them.
        local newest = redis.call('XREVRANGE', at .. 'log', '+', '-', 'COUNT', 1)[1]
        local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0
        local clock = redis.call('TIME')
        local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

        local function current(id)
            local sequence = redis.call('HGET', at .. 'alert:' .. id, 'sequence')
            return sequence and entry(sequence)
        end

        local function write(version, kind, actor, time, raised, made, json)
            local alert = cjson.decode(json)
            local me = at .. 'alert:' .. alert.id
            local history = at .. 'history:' .. alert.id
            local logged = redis.call('LINDEX', history, version - 1)
            if logged then
                local same = entry(logged)
                if same and same[2][6] == kind and same[2][8] == actor then
                    return {1, logged, same}
                end
            end

            local stored = redis.call('HMGET', me, 'version', 'key', 'closed')
            local key = alert.patientId .. ':' .. alert.sign .. ':' .. alert.direction
            local rival = redis.call('HGET', at .. 'open', key)
            if rival == alert.id then rival = false end
            if tonumber(version) ~= tonumber(stored[1] or 0) + 1 then
                return {0, 0, stored[1] and current(alert.id) or rival and current(rival) or nil}
            end
            local isOpen = alert.condition ~= 'ended'
            if rival and isOpen then
                return {0, 0, current(rival)}
            end

            -- A later change, such as a review, keeps the time at which it was closed.
            local closed = not isOpen and (stored[3] and stored[3] ~= '' and stored[3] or made)
            last = math.max(last + 1, now)
            local sequence = string.format('%.0f', last)
            redis.call('XADD', at .. 'log', sequence .. '-0',
                'id', alert.id, 'version', version, 'kind', kind, 'actor', actor, 'time', time, 'alert', json)
            redis.call('RPUSH', history, sequence)
            redis.call('HSET', me, 'sequence', sequence, 'version', version, 'key', key, 'patient', alert.patientId, 'kind', alert.kind,
                'priority', alert.priority, 'condition', alert.condition, 'response', alert.response, 'raised', raised,
                'closed', closed or '')
            redis.call('ZADD', at .. 'changed', sequence, alert.id)
            redis.call('ZADD', at .. 'patient:' .. alert.patientId, sequence, alert.id)
            redis.call('ZADD', at .. 'raised', raised, alert.id)
            if closed and tonumber(closed) - tonumber(raised) > 86400000 then
                redis.call('ZADD', at .. 'long', closed, alert.id)
            else
                redis.call('ZREM', at .. 'long', alert.id)
            end
            if stored[2] and redis.call('HGET', at .. 'open', stored[2]) == alert.id then
                redis.call('HDEL', at .. 'open', stored[2])
            end
            if isOpen then
                redis.call('HSET', at .. 'open', key, alert.id)
            end
            return {1, sequence}
        end

        local before, outcomes, count = last, {}, tonumber(ARGV[1])
        for i = 0, count - 1 do
            outcomes[i + 1] = write(unpack(ARGV, 2 + i * 7, 8 + i * 7))
        end
        for i = 2 + count * 7, #ARGV, 2 do
            if ARGV[i + 1] == '' then
                redis.call('HDEL', at .. 'states', ARGV[i])
            else
                redis.call('HSET', at .. 'states', ARGV[i], ARGV[i + 1])
            end
        end
        if last > before then
            redis.call('PUBLISH', at .. 'hint', string.format('%.0f', last))
        end
        return outcomes
        """;
}
