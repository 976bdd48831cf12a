using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RecOps.Training.Cli;

/// <summary>
/// Has a command line read decimals the same everywhere. System.CommandLine 3.0.0 reads them by the machine's locale, with separators of
/// thousands: where the comma is decimal, 12.5 would be 125, and 0,5 elsewhere 5.
/// </summary>
internal static class InvariantNumbers
{
    /// <summary>Of the command and all below it.</summary>
    /// <returns>The command.</returns>
    public static T WithInvariantNumbers<T>(this T command)
        where T : Command
    {
        foreach (Option option in command.Options)
        {
            if (option is Option<double> number)
                number.CustomParser = Parse;
        }

        foreach (Command part in command.Subcommands)
            part.WithInvariantNumbers();
        return command;
    }

    private static double Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            return value;
        string option = (result.Parent as OptionResult)?.Option.Name ?? result.Argument.Name;
        result.AddError($"{option} is '{text}'; it must be a number with a decimal point, such as 0.5.");
        return 0;
    }
}
