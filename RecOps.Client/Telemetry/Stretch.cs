using System.Globalization;

namespace RecOps.Client.Telemetry;

/// <summary>A past period to ask the server for.</summary>
/// <param name="Length">Whole seconds.</param>
/// <param name="To">Where it ends; null for now by the server's clock, since the viewer's may be minutes off.</param>
internal readonly record struct Stretch(TimeSpan Length, DateTimeOffset? To)
{
    private const string Instant = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static Stretch Latest(int seconds) => new(TimeSpan.FromSeconds(seconds), null);

    public static Stretch UpTo(DateTimeOffset to, int seconds) => new(TimeSpan.FromSeconds(seconds), to);

    /// <summary>A time in query format.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture);

    /// <summary>The period in query format.</summary>
    public override string ToString() =>
        To is { } to
            ? $"from={Text(to - Length)}&to={Text(to)}"
            : string.Create(CultureInfo.InvariantCulture, $"last={Length.TotalSeconds:0}");
}
