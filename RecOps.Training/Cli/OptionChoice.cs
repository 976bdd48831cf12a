using System.CommandLine;

namespace RecOps.Training.Cli;

/// <summary>Options that take one of a few names. System.CommandLine would also take their numbers, and name the type in its error.</summary>
internal static class OptionChoice
{
    /// <summary>The names in lower case are what the option takes, in any case.</summary>
    public static Option<T> OneOf<T>(this Option<T> option)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
        option.CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            int place = Array.IndexOf(names, text.ToLowerInvariant());
            if (place >= 0)
                return Enum.GetValues<T>()[place];
            argument.AddError($"{option.Name} is '{text}'; it must be {string.Join(", ", names[..^1])} or {names[^1]}.");
            return default;
        };
        return option;
    }
}
