using System.Diagnostics;
using System.Security.Cryptography;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>The sample in docs/samples/typescript, compiled and run as its README describes.</summary>
public sealed class TypeScriptSampleTests
{
    private static string Sample => Path.Combine(HostingTests.RepositoryRoot(), "docs", "samples", "typescript");

    [Fact]
    public async Task Types_OfTheSample_AreMadeFromTheDocument()
    {
        byte[] document = await File.ReadAllBytesAsync(
            Path.Combine(Sample, "..", "..", "openapi", "v1.json"),
            TestContext.Current.CancellationToken
        );
        string first = File.ReadLines(Path.Combine(Sample, "recops.d.ts")).First();

        Assert.True(
            first.Contains(Convert.ToHexStringLower(SHA256.HashData(document)), StringComparison.Ordinal),
            "docs/openapi/v1.json is another than recops.d.ts was made from; run docs/samples/typescript/generate.sh and commit the file."
        );
    }

    [Fact]
    public async Task Sample_Compiled_AsksTellsAndChanges()
    {
        string compiler = Find("tsc");
        string node = Find("node");
        using var output = new TempDirectory();
        (int compiled, string errors) = await RunAsync(compiler, ["-p", Sample, "--outDir", output.Path], []);
        Assert.True(compiled == 0, errors);

        await using RecOpsApplication server = await RecOpsApplication.ListenAsync(RecOpsApplication.Start);
        (int ended, string printed) = await RunAsync(
            node,
            [output.At("shop.js"), "u1"],
            new() { ["SHOP"] = server.Address.GetLeftPart(UriPartial.Authority), ["KEY"] = RecOpsApplication.ApiKey }
        );
        Assert.True(ended == 0, printed);
        string[] lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string shown = lines[0].Split("1. ")[1].Split(' ')[0];
        Assert.Equal(["1 accepted, 0 rejected", "1 updated, 0 not known", $"{shown} is gone"], [lines[1], lines[3], lines[4]]);
        Assert.StartsWith($"like {shown}: ", lines[2], StringComparison.Ordinal);

        (int refused, string reason) = await RunAsync(
            node,
            [output.At("shop.js"), new string('x', 129)],
            new() { ["SHOP"] = server.Address.GetLeftPart(UriPartial.Authority), ["KEY"] = RecOpsApplication.ApiKey }
        );
        Assert.Equal(1, refused);
        Assert.Contains("userId: userId must have at most 128 characters.", reason, StringComparison.Ordinal);
    }

    private static string Find(string program)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
        if (found is not null)
            return found;
        Assert.False(
            Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1",
            $"{program} is not installed, and no test may be skipped."
        );
        Assert.Skip($"{program} is not installed.");
        throw new UnreachableException();
    }

    private static async Task<(int ExitCode, string Printed)> RunAsync(
        string program,
        string[] arguments,
        Dictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> printed = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await printed + await errors);
    }
}
