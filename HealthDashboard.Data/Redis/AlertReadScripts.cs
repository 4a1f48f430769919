namespace HealthDashboard.Data.Redis;

/// <summary>The scripts that read alerts, each in one step; entries of the log are as XRANGE gives them.</summary>
internal static class AlertReadScripts
{
    /// <summary>Gives {the newest entry of the log, the entry of each open alert ...}; nothing when there never was one.</summary>
    public const string Open = AlertWriteScript.Entry +
        """
        local found = redis.call('XREVRANGE', at .. 'log', '+', '-', 'COUNT', 1)
        for _, id in ipairs(redis.call('HVALS', at .. 'open')) do
            found[#found + 1] = entry(redis.call('HGET', at .. 'alert:' .. id, 'sequence'))
        end
        return found
        """;

    /// <summary>
    /// ARGV: a moment in ms, and as entries have their times; where to look: 'open', 'raised' (within a day before) or 'long' (open for more than a
    /// day); how many to pass over; how many to look at. Gives {how many were looked at, of each that may have been open then the entry of its
    /// last change up to then}.
    /// </summary>
    public const string OpenAt = AlertWriteScript.Entry +
        """
        local moment, written, where, passed, most = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
        local ids
        if where == 'open' then
            ids = redis.call('HVALS', at .. 'open')
        elseif where == 'raised' then
            ids = redis.call('ZRANGEBYSCORE', at .. 'raised', moment - 86400000, moment, 'LIMIT', passed, most)
        else
            ids = redis.call('ZRANGEBYSCORE', at .. 'long', moment, '+inf', 'LIMIT', passed, most)
        end
        local found = {#ids}
        local function look(id)
            local a = redis.call('HMGET', at .. 'alert:' .. id, 'raised', 'closed')
            if tonumber(a[1]) > moment or (a[2] and a[2] ~= '' and tonumber(a[2]) < moment) then return end
            local history = redis.call('LRANGE', at .. 'history:' .. id, 0, -1)
            for version = #history, 1, -1 do
                local change = entry(history[version])
                if change and (version == 1 or change[2][10] <= written) then
                    found[#found + 1] = change
                    return
                end
            end
        end
        for _, id in ipairs(ids) do look(id) end
        return found
        """;

    /// <summary>ARGV: an alert's id. Gives the entry of its last change, or nothing.</summary>
    public const string Find = AlertWriteScript.Entry +
        """
        local sequence = redis.call('HGET', at .. 'alert:' .. ARGV[1], 'sequence')
        return sequence and {entry(sequence)} or {}
        """;

    /// <summary>ARGV: an alert's id. Gives the entries of its changes, in order.</summary>
    public const string History = AlertWriteScript.Entry +
        """
        local found = redis.call('LRANGE', at .. 'history:' .. ARGV[1], 0, -1)
        for i, sequence in ipairs(found) do
            found[i] = entry(sequence)
        end
        return found
        """;

    /// <summary>
    /// ARGV: the query as JSON; from when and before when raised, as ZRANGEBYSCORE takes it ('-inf', '+inf' for no bound); how many
    /// alerts to look at before pausing, so that one query never holds up the server for long; where a query by when alerts were raised
    /// goes on, the id of the last one looked at, else ''.
    /// Gives {where to go on, or '' at the end; entries in the order asked for}: before which number, or after which 'ms id'.
    /// </summary>
    public const string Query = AlertWriteScript.Entry +
        """
        local query, from, to, most, after = cjson.decode(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
        local rank = {low = 1, medium = 2, high = 3}
        local since = query.since and '(' .. string.format('%.0f', query.since) or '-inf'
        local before = query.before and '(' .. string.format('%.0f', query.before) or '+inf'
        local ofPatient
        if query.patientIds then
            ofPatient = {}
            for _, id in ipairs(query.patientIds) do ofPatient[id] = true end
        end

        -- A bound of 'raised' as a number; before when raised is '(' and ms, or '+inf'; ms alone includes it, to go on.
        local earliest = from == '-inf' and -math.huge or tonumber(from)
        local latest = to == '+inf' and math.huge or string.sub(to, 1, 1) == '(' and tonumber(string.sub(to, 2)) or tonumber(to) + 1

        local matches = {}
        local function look(id)
            local a = redis.call('HMGET', at .. 'alert:' .. id, 'sequence', 'patient', 'condition', 'priority', 'kind', 'response', 'raised')
            local sequence, raised = tonumber(a[1]), tonumber(a[7])
            if sequence > (query.since or -1) and sequence < (query.before or math.huge)
                and raised >= earliest and raised < latest
                and (not query.openOnly or a[3] ~= 'ended')
                and (not ofPatient or ofPatient[a[2]])
                and (not query.atLeast or rank[a[4]] >= rank[query.atLeast])
                and (not query.kind or a[5] == query.kind)
                and (not query.response or a[6] == query.response) then
                matches[#matches + 1] = {sequence = a[1], raised = raised, id = id}
            end
        end
        local function comesFirst(a, b)
            if not query.newestRaisedFirst then return tonumber(a.sequence) > tonumber(b.sequence) end
            if a.raised ~= b.raised then return a.raised > b.raised end
            return a.id > b.id
        end

        -- Few enough that all of them can be looked at: those that are open, of the patients, or raised in time.
        local ids
        if query.openOnly then
            ids = redis.call('HVALS', at .. 'open')
        elseif ofPatient then
            ids = {}
            for _, patient in ipairs(query.patientIds) do
                local more = redis.call('ZREVRANGEBYSCORE', at .. 'patient:' .. patient, before, since, 'LIMIT', 0, most)
                for i = 1, #more do ids[#ids + 1] = more[i] end
                if #ids >= most then
                    ids = nil
                    break
                end
            end
        elseif not query.newestRaisedFirst and (from ~= '-inf' or to ~= '+inf') and redis.call('ZCOUNT', at .. 'raised', from, to) < most then
            ids = redis.call('ZRANGEBYSCORE', at .. 'raised', from, to)
        end
        local goOn = ''
        if ids then
            for _, id in ipairs(ids) do look(id) end
            table.sort(matches, comesFirst)
        elseif query.newestRaisedFirst then
            -- From the one raised last backwards; those raised in one millisecond come by id, the greater first.
            local looked, passed, last = 0, 0, nil
            while #matches < query.limit do
                if looked >= most then
                    goOn = last
                    break
                end
                local page = redis.call('ZREVRANGEBYSCORE', at .. 'raised', to, from, 'WITHSCORES', 'LIMIT', passed, 200)
                for i = 1, #page, 2 do
                    if not (after ~= '' and page[i + 1] == to and page[i] >= after) then
                        looked = looked + 1
                        if #matches < query.limit then look(page[i]) end
                    end
                end
                if #page == 0 then break end
                passed = passed + #page / 2
                last = page[#page] .. ' ' .. page[#page - 1]
            end
        else
            -- Too many: from the last change backwards, until there is enough to show.
            local index = at .. 'changed'
            if ofPatient and #query.patientIds == 1 then index = at .. 'patient:' .. query.patientIds[1] end
            local looked = 0
            while #matches < query.limit do
                if looked >= most then
                    goOn = string.sub(before, 2)
                    break
                end
                local page = redis.call('ZREVRANGEBYSCORE', index, before, since, 'WITHSCORES', 'LIMIT', 0, 200)
                for i = 1, #page, 2 do
                    if #matches < query.limit then look(page[i]) end
                end
                if #page == 0 then break end
                looked = looked + #page / 2
                before = '(' .. string.format('%.0f', tonumber(page[#page]))
            end
        end

        local found = {goOn}
        for i = 1, math.min(#matches, query.limit) do
            found[i + 1] = entry(matches[i].sequence)
        end
        return found
        """;
}
