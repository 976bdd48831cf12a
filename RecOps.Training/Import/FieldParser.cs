using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RecOps.Training.Import;

/// <summary>Parses single CSV values from their bytes, culture-invariant and without allocating.</summary>
internal static class FieldParser
{
    /// <summary>Times are limited to 1970 through 2199: anything else is a mistake, and sorting relies on 33 bits.</summary>
    public const long MaxTime = 7_258_118_399;

    /// <summary>ISO 8601 date with optional time, fraction and zone (none means UTC), or Unix seconds.</summary>
    /// <param name="time">Unix seconds; a fraction is truncated.</param>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long time)
    {
        if (text.Length < 10 || text[4] != '-')
            return TryParseUnix(text, out time);
        time = 0;
        if (text[7] != '-' || !Digits(text, 0, 4, out int year) || !Digits(text, 5, 2, out int month) || !Digits(text, 8, 2, out int day))
            return false;
        if (year is < 1970 or > 2199 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        long seconds = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
        text = text[10..];
        if (!text.IsEmpty)
        {
            if (text.Length < 6 || text[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[3] != ':')
                return false;
            if (!Digits(text, 1, 2, out int hour) || !Digits(text, 4, 2, out int minute) || hour > 23 || minute > 59)
                return false;
            seconds += (hour * 3600) + (minute * 60);
            text = text[6..];
            if (text.Length >= 3 && text[0] == ':')
            {
                if (!Digits(text, 1, 2, out int second) || second > 60)
                    return false;
                seconds += Math.Min(second, 59);
                text = text[3..];
                if (text.Length > 1 && text[0] is (byte)'.' or (byte)',')
                {
                    int digits = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                    if (digits == 0)
                        return false;
                    text = digits < 0 ? default : text[(1 + digits)..];
                }
            }

            if (!TryParseZone(text, out int zone))
                return false;
            seconds -= zone;
        }

        time = seconds;
        return seconds is >= 0 and <= MaxTime;
    }

    /// <summary>view, click, cart or purchase, in any case.</summary>
    public static bool TryParseEvent(ReadOnlySpan<byte> text, out InteractionType type)
    {
        type = InteractionType.View;
        if (Ascii.EqualsIgnoreCase(text, "purchase"u8))
            type = InteractionType.Purchase;
        else if (Ascii.EqualsIgnoreCase(text, "click"u8))
            type = InteractionType.Click;
        else if (Ascii.EqualsIgnoreCase(text, "cart"u8))
            type = InteractionType.Cart;
        else
            return Ascii.EqualsIgnoreCase(text, "view"u8);
        return true;
    }

    /// <summary>A decimal of at least 0 with a decimal point.</summary>
    public static bool TryParsePrice(ReadOnlySpan<byte> text, out decimal price) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out price);

    /// <summary>A number above 0.</summary>
    public static bool TryParseQuantity(ReadOnlySpan<byte> text, out decimal quantity) => TryParsePrice(text, out quantity) && quantity > 0;

    /// <summary>true, false, 1, 0, yes or no, in any case.</summary>
    public static bool TryParseBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(text, "true"u8) || Ascii.EqualsIgnoreCase(text, "yes"u8) || text.SequenceEqual("1"u8);
        return value || Ascii.EqualsIgnoreCase(text, "false"u8) || Ascii.EqualsIgnoreCase(text, "no"u8) || text.SequenceEqual("0"u8);
    }

    /// <summary>How many seconds a zone is ahead of UTC; no zone and Z mean UTC.</summary>
    private static bool TryParseZone(ReadOnlySpan<byte> text, out int seconds)
    {
        seconds = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
            return true;
        if (text[0] is not ((byte)'+' or (byte)'-') || !Digits(text, 1, 2, out int hours))
            return false;
        int minutes = 0;
        bool valid = text.Length switch
        {
            3 => true,
            5 => Digits(text, 3, 2, out minutes),
            6 => text[3] == ':' && Digits(text, 4, 2, out minutes),
            _ => false,
        };
        seconds = ((hours * 3600) + (minutes * 60)) * (text[0] == '-' ? -1 : 1);
        return valid && hours <= 14 && minutes <= 59;
    }

    private static bool TryParseUnix(ReadOnlySpan<byte> text, out long time)
    {
        if (!Utf8Parser.TryParse(text, out time, out int used) || time is < 0 or > MaxTime)
            return false;
        text = text[used..];
        return text.IsEmpty || (text[0] == '.' && !text[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
    }

    private static bool Digits(ReadOnlySpan<byte> text, int start, int count, out int value)
    {
        value = 0;
        if (text.Length < start + count)
            return false;
        foreach (byte digit in text.Slice(start, count))
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
