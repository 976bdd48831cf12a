using System.Diagnostics;

namespace RecOps.Tests.Browser;

/// <summary>The SDK's command line at the project's root.</summary>
internal static class DotnetCommand
{
    public static ProcessStartInfo Of(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test run's environment describes its own build; a separate build must not inherit it.
        foreach (
            string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()
        )
            start.Environment.Remove(name);
        return start;
    }
}
