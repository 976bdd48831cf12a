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

        // What runs these tests told itself about the projects; a build of its own finds out for itself.
        foreach (
            string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()
        )
            start.Environment.Remove(name);
        return start;
    }
}
