using System.ComponentModel;
using System.Globalization;

namespace RecOps.Serving.Caching;

/// <summary>
/// A time span in settings: 00:05:00, or a plain number of seconds. A type of its own, because the framework reads "300" as days.
/// </summary>
[TypeConverter(typeof(Converter))]
public readonly record struct Duration(TimeSpan Span)
{
    public static Duration FromSeconds(double seconds) => new(TimeSpan.FromSeconds(seconds));

    public override string ToString() => Span.ToString("c", CultureInfo.InvariantCulture);

    public sealed class Converter : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
        {
            string text = (string)value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && Math.Abs(seconds) < 1e9)
                return FromSeconds(seconds);
            if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span))
                return new Duration(span);
            throw new FormatException($"'{text}' is not a duration. Use 00:05:00 or seconds.");
        }
    }
}
