namespace RecOps.Shared.Bundles;

/// <summary>Fills the ranker's context input. Compiled once from the names in <see cref="FeatureSpec.Context"/>.</summary>
public sealed class ContextFeatures
{
    private const string PlacementPrefix = "placement:";
    private readonly Column[] _columns;
    private readonly string?[] _placements;

    /// <exception cref="BundleException">A name is unknown.</exception>
    public ContextFeatures(IReadOnlyList<string> names)
    {
        _columns = new Column[names.Count];
        _placements = new string?[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            _columns[i] = names[i] switch
            {
                "hourSin" => Column.HourSin,
                "hourCos" => Column.HourCos,
                "weekdaySin" => Column.WeekdaySin,
                "weekdayCos" => Column.WeekdayCos,
                "yearSin" => Column.YearSin,
                "yearCos" => Column.YearCos,
                var name when name.StartsWith(PlacementPrefix, StringComparison.Ordinal) && name.Length > PlacementPrefix.Length =>
                    Column.Placement,
                var name => throw new BundleException(
                    $"{BundleFile.Manifest}: features.context[{i}] is '{name}'; known names are hourSin, hourCos, weekdaySin, "
                        + "weekdayCos, yearSin, yearCos and placement:NAME."
                ),
            };
            if (_columns[i] == Column.Placement)
                _placements[i] = names[i][PlacementPrefix.Length..];
        }
    }

    private enum Column
    {
        HourSin,
        HourCos,
        WeekdaySin,
        WeekdayCos,
        YearSin,
        YearCos,
        Placement,
    }

    public int Count => _columns.Length;

    /// <summary>Writes one row.</summary>
    /// <param name="row">At least <see cref="Count"/> long.</param>
    public void Fill(DateTimeOffset time, string placement, Span<float> row)
    {
        DateTime utc = time.UtcDateTime;
        double day = Math.Tau * utc.TimeOfDay.TotalDays;
        double week = Math.Tau * ((int)utc.DayOfWeek + utc.TimeOfDay.TotalDays) / 7;
        double year = Math.Tau * (utc.DayOfYear - 1 + utc.TimeOfDay.TotalDays) / (DateTime.IsLeapYear(utc.Year) ? 366 : 365);
        for (int i = 0; i < _columns.Length; i++)
        {
            row[i] = _columns[i] switch
            {
                Column.HourSin => (float)Math.Sin(day),
                Column.HourCos => (float)Math.Cos(day),
                Column.WeekdaySin => (float)Math.Sin(week),
                Column.WeekdayCos => (float)Math.Cos(week),
                Column.YearSin => (float)Math.Sin(year),
                Column.YearCos => (float)Math.Cos(year),
                _ => string.Equals(_placements[i], placement, StringComparison.Ordinal) ? 1f : 0f,
            };
        }
    }
}
