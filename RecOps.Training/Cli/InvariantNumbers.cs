using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RecOps.Training.Cli;

/// <summary>
/// Makes a command line read decimals the same way everywhere. System.CommandLine 3.0.0 uses the machine's locale and accepts thousands
/// separators: 12.5 would be 125 where the comma is the decimal separator, and 0,5 would be 5 elsewhere.
/// </summary>
internal static class InvariantNumbers
{
    /// <summary>Applies to the command and all its subcommands.</summary>
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
