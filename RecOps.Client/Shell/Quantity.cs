using System.Globalization;

namespace RecOps.Client.Shell;

/// <summary>
/// A number as shown: about three significant figures, always with its unit, the same everywhere in the console.
/// </summary>
/// <param name="Value">The figures, or a dash when there is nothing to show.</param>
/// <param name="Unit">The unit; empty for plain counts.</param>
public readonly record struct Quantity(string Value, string Unit)
{
    /// <summary>Shown where there is no value.</summary>
    public const string None = "–";

    private static readonly string[] ByteUnits = ["B", "KB", "MB", "GB", "TB"];

    public static Quantity Milliseconds(double? ms) =>
        ms switch
        {
            null => new(None, "ms"),
            < 0.001 => new("0", "ms"),
            < 0.01 => new(Fixed(ms.Value, 3), "ms"),
            < 10 => new(Fixed(ms.Value, 2), "ms"),
            < 100 => new(Fixed(ms.Value, 1), "ms"),
            < 10_000 => new(Fixed(ms.Value, 0), "ms"),
            _ => new(Fixed(ms.Value / 1000, 1), "s"),
        };

    public static Quantity PerSecond(double? rate) =>
        rate switch
        {
            null => new(None, "/s"),
            0 => new("0", "/s"),
            < 100 => new(Fixed(rate.Value, 1), "/s"),
            _ => new(Fixed(rate.Value, 0), "/s"),
        };

    /// <param name="percent">0 to 100.</param>
    public static Quantity Percent(double? percent) =>
        percent switch
        {
            null => new(None, "%"),
            0 => new("0", "%"),
            < 0.1 and > 0 => new("<0.1", "%"),
            < 10 => new(Fixed(percent.Value, 1), "%"),
            _ => new(Fixed(percent.Value, 0), "%"),
        };

    /// <summary>A whole number, with thousands separators.</summary>
    public static Quantity Count(long? count) => new(count?.ToString("N0", CultureInfo.InvariantCulture) ?? None, "");

    /// <summary>A mean of counts: one decimal below a hundred.</summary>
    public static Quantity Number(double? value) =>
        new(value is null ? None : Fixed(value.Value, value % 1 == 0 || value >= 100 ? 0 : 1), "");

    /// <summary>"1 item", "2,345 items"</summary>
    /// <param name="noun">In the singular.</param>
    public static string Of(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    public static Quantity Bytes(long? bytes)
    {
        if (bytes is null)
            return new(None, "MB");

        double value = bytes.Value;
        int unit = 0;
        while (value >= 1000 && unit < ByteUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return new(
            Fixed(
                value,
                unit == 0 || value >= 100 ? 0
                    : value >= 10 ? 1
                    : 2
            ),
            ByteUnits[unit]
        );
    }

    /// <summary>In the shop's currency, which the catalogue does not name.</summary>
    public static Quantity Price(decimal? price) => new(price?.ToString("N2", CultureInfo.InvariantCulture) ?? None, "");

    /// <summary>A score of 0 to 1.</summary>
    public static Quantity Score(double score) => new(Fixed(score, 3), "");

    /// <summary>The value and its unit as they appear in a sentence; a dash has no unit.</summary>
    public override string ToString() =>
        Unit switch
        {
            _ when Value == None => Value,
            "" => Value,
            "%" or "/s" => Value + Unit,
            _ => $"{Value} {Unit}",
        };

    private static string Fixed(double value, int decimals) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);
}
