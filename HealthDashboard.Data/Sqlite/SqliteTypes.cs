using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite;

/// <summary>
/// How our types are stored: an <see cref="ObjectId"/> as its 12 bytes, a point in time as 100 ns steps since 1970 UTC
/// (<c>datetime(x / 10000000, 'unixepoch')</c> shows it), a day as <c>yyyy-MM-dd</c>.
/// </summary>
internal static class SqliteTypes
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Teaches Dapper to bind them as parameters, for the whole process; again changes nothing.</summary>
    public static void Register()
    {
        // What Dapper knows by itself goes before a handler, so it must forget it.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new ObjectIdHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.AddTypeHandler(new DayHandler());
    }

    /// <summary>
    /// Every row of a query that is not damaged, mapped by the columns' positions; of damaged ones what can be read if that is asked for.
    /// </summary>
    public static List<T> Rows<T>(
        this SqliteConnection connection,
        string sql,
        object? parameters,
        Func<DbDataReader, T> map,
        SqliteTransaction? transaction = null,
        bool orReadable = false)
    {
        using var reader = (DbDataReader)connection.ExecuteReader(sql, parameters, transaction);
        var rows = new List<T>();
        while (reader.Read())
        {
            if (DamagedRecords.TryRead(reader, map, out var row, orReadable))
                rows.Add(row);
        }
        return rows;
    }

    /// <summary>The one row of a query; the default when there is none.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    public static T? One<T>(
        this SqliteConnection connection, string sql, object? parameters, Func<DbDataReader, T> map, SqliteTransaction? transaction = null)
    {
        using var reader = (DbDataReader)connection.ExecuteReader(sql, parameters, transaction);
        return reader.Read() ? map(reader) : default;
    }

    public static ObjectId GetId(this DbDataReader row, int column) => new(row.GetFieldValue<byte[]>(column));

    public static DateTimeOffset GetTime(this DbDataReader row, int column) => FromStored(row.GetInt64(column));

    public static DateTimeOffset? GetTimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetTime(column);

    public static DateOnly GetDay(this DbDataReader row, int column) =>
        DateOnly.ParseExact(row.GetString(column), DayFormat, CultureInfo.InvariantCulture);

    public static string? GetStringOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static double? GetDoubleOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

    /// <summary>An enum that is stored by its name.</summary>
    /// <exception cref="FormatException">It has no such name.</exception>
    public static T GetName<T>(this DbDataReader row, int column)
        where T : struct, Enum => StoredNames.Read<T>(row.GetString(column));

    /// <summary>An enum that is stored by its number, because its order counts.</summary>
    /// <exception cref="FormatException">It has no such number.</exception>
    public static T GetNumber<T>(this DbDataReader row, int column)
        where T : struct, Enum =>
        Enum.ToObject(typeof(T), row.GetInt32(column)) is T value && Enum.IsDefined(value) ? value : throw new FormatException($"No {typeof(T).Name}.");

    /// <summary>A key as people name it, whatever it is.</summary>
    public static string IdText(this DbDataReader row, int column) =>
        row.GetValue(column) is byte[] id ? Convert.ToHexStringLower(id) : $"(an id that is {row.GetDataTypeName(column)})";

    public static long ToStored(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    public static DateTimeOffset FromStored(long stored) => new(DateTimeOffset.UnixEpoch.Ticks + stored, TimeSpan.Zero);

    private sealed class ObjectIdHandler : SqlMapper.TypeHandler<ObjectId>
    {
        public override void SetValue(IDbDataParameter parameter, ObjectId value) => parameter.Value = value.ToByteArray();

        public override ObjectId Parse(object value) => new((byte[])value);
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.Int64;
            parameter.Value = ToStored(value);
        }

        public override DateTimeOffset Parse(object value) => FromStored((long)value);
    }

    private sealed class DayHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value) =>
            parameter.Value = value.ToString(DayFormat, CultureInfo.InvariantCulture);

        public override DateOnly Parse(object value) => DateOnly.ParseExact((string)value, DayFormat, CultureInfo.InvariantCulture);
    }
}
