using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace RecOps.Training.Cli;

/// <summary>Ranges of numeric options, checked while the command line is parsed.</summary>
internal static class OptionRange
{
    /// <summary>Both bounds are included.</summary>
    public static Option<T> Between<T>(this Option<T> option, T low, T high)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || result.Errors.Any())
                return;
            if (!T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
                return;
            if (value < low || value > high)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {low} to {high}."));
        });
        return option;
    }

    /// <summary>Both bounds are included; the option may be left out.</summary>
    public static Option<T?> Between<T>(this Option<T?> option, T low, T high)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || result.Errors.Any())
                return;
            if (!T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
                return;
            if (value < low || value > high)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {low} to {high}."));
        });
        return option;
    }
}
