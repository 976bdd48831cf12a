using System.Net;
using Microsoft.Extensions.Options;
using RecOps.Server.Storage;
using RecOps.Shared;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Storage;

public sealed class DataDirectoryTests
{
    [Fact]
    public void PathOf_NewDirectory_ForItsOwnerOnly()
    {
        using var temp = new TempDirectory();
        var data = new DataDirectory(Options.Create(new DataOptions { Directory = temp.At("data") }));

        Assert.Equal(Path.Combine(temp.At("data"), "a.bin"), data.PathOf("a.bin"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(temp.At("data")));
    }

    [Fact]
    public void PathOf_FileInTheWay_NamesTheSetting()
    {
        using var temp = new TempDirectory();
        var data = new DataDirectory(Options.Create(new DataOptions { Directory = Path.Combine(temp.Write("file", ""), "data") }));

        IOException error = Assert.Throws<IOException>(() => data.PathOf("a.bin"));
        Assert.Contains("Data:Directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_DirectoryThatCannotBeMade_AllTheSame()
    {
        using var temp = new TempDirectory();
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(
            new() { ["Data:Directory"] = Path.Combine(temp.Write("file", ""), "data") },
            signIn: false
        );

        // Lists do not need it; an event that cannot be saved is not reported as saved.
        HttpResponseMessage refused = await application
            .CreateClient()
            .SendJsonAsync(HttpMethod.Post, Routes.Events, """{"events":[{"userId":"u1","itemId":"i2","type":"purchase"}]}""");
        await refused.ExpectProblemAsync(HttpStatusCode.ServiceUnavailable);
        RecommendationResponse answer = await application.RecommendAsync("u1");

        Assert.False(answer.Degraded);
        HttpResponseMessage ready = await application.CreateClient().GetAsync(Routes.Ready, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }
}
