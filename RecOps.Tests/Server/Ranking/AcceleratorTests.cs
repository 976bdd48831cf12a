using System.Diagnostics;
using System.Text.Json;
using RecOps.Tests.Browser;
using Xunit;

namespace RecOps.Tests.Server.Ranking;

/// <summary>Which ONNX Runtime package a build of the server references, according to MSBuild.</summary>
public sealed class AcceleratorTests
{
    private const string Runtime = "Microsoft.ML.OnnxRuntime";

    [Theory]
    [InlineData("", Runtime)]
    [InlineData("-p:RuntimeIdentifier=linux-x64", Runtime)]
    [InlineData("-p:Accelerator=cuda -p:RuntimeIdentifier=linux-x64", Runtime + ".Gpu.Linux")]
    [InlineData("-p:Accelerator=cuda -p:RuntimeIdentifier=win-x64", Runtime + ".Gpu.Windows")]
    public async Task Build_Accelerator_OnlyTheLibrariesOfItsSystem(string properties, string package)
    {
        string printed = await EvaluateAsync(properties);

        string[] packages =
        [
            .. JsonDocument
                .Parse(printed)
                .RootElement.GetProperty("Items")
                .GetProperty("PackageReference")
                .EnumerateArray()
                .Select(reference => reference.GetProperty("Identity").GetString()!),
        ];
        Assert.Equal([package], packages.Where(name => name.StartsWith(Runtime, StringComparison.Ordinal)));
        Assert.DoesNotContain("Microsoft.AspNetCore.Components.WebAssembly.Server", packages);
    }

    private static async Task<string> EvaluateAsync(string properties)
    {
        ProcessStartInfo start = DotnetCommand.Of([
            "msbuild",
            "RecOps.Server",
            "-getItem:PackageReference",
            .. properties.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ]);
        using Process process = Process.Start(start)!;
        Task<string> printed = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string complained = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await printed}\n{complained}");
        return await printed;
    }
}
