using System.Net;
using System.Runtime.InteropServices;
using RecOps.Server.Models;
using RecOps.Server.Models.Copies;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Models;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>Files of a served bundle change on disk.</summary>
public sealed class BundleChangeTests
{
    private const int Callers = 3;

    public static MatrixTheoryData<string, string> Changes =>
        new(["truncated", "overwritten", "deleted", "replaced"], [ModelsOptions.ToDisk, ModelsOptions.ToMemory]);

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Recommend_EachFileOfTheActiveBundleChangedUnderLoad_AnswersStayAndTheModelsPageSaysSo(string change, string copy)
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        string directory = Path.Combine(models, TestBundle.Name);
        await using RecOpsApplication application = await StartAsync(models, copy);
        Dictionary<string, string> before = await AnswersAsync(application);
        string[] files = [.. Bundle.ReadManifest(directory).Files.Keys, BundleFile.Manifest];

        using var enough = new CancellationTokenSource();
        Task[] load =
        [
            .. Enumerable
                .Range(0, Callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (!enough.IsCancellationRequested)
                            Assert.Equal(before, await AnswersAsync(application));
                    })
                ),
        ];
        foreach (string file in files)
        {
            Change(change, Path.Combine(directory, file));

            // The clock stands still here: moving it would make a request in flight late.
            await Waiting.UntilAsync(async () =>
            {
                application.Models().Current!.Source.Look(application.Time.GetUtcNow());
                return (await ChangeAsync(application))?.Files.Contains(file) == true;
            });
        }

        await enough.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(before, await AnswersAsync(application));
        BundleChange seen = (await ChangeAsync(application))!;
        Assert.Equal(files.Order(StringComparer.Ordinal), seen.Files);
        Assert.Contains("would refuse the bundle", seen.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_FileWrittenWithTheSameContent_NothingIsSaid()
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        string items = Path.Combine(models, TestBundle.Name, BundleFile.Items);
        await using RecOpsApplication application = await StartAsync(models);
        byte[] content = await File.ReadAllBytesAsync(items, TestContext.Current.CancellationToken);

        await File.WriteAllBytesAsync(items, content, TestContext.Current.CancellationToken);
        Change("overwritten", Path.Combine(models, TestBundle.Name, BundleFile.Clusters));
        await NoticedAsync(application, BundleFile.Clusters);

        Assert.Equal([BundleFile.Clusters], (await ChangeAsync(application))!.Files);
    }

    [Fact]
    public async Task Look_FilesPutBack_NothingIsSaidAnyMore()
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        string items = Path.Combine(models, TestBundle.Name, BundleFile.Items);
        byte[] content = await File.ReadAllBytesAsync(items, TestContext.Current.CancellationToken);
        await using RecOpsApplication application = await StartAsync(models);
        Change("truncated", items);
        await NoticedAsync(application, BundleFile.Items);

        await File.WriteAllBytesAsync(items, content, TestContext.Current.CancellationToken);

        await Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(SourceWatch.Interval);
            return await ChangeAsync(application) is null;
        });
    }

    [Fact]
    public async Task Activate_ActiveBundleIsDamaged_RefusedAndStillAnswers()
    {
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        await using RecOpsApplication application = await StartAsync(models);
        Dictionary<string, string> before = await AnswersAsync(application);
        Change("overwritten", Path.Combine(models, TestBundle.Name, BundleFile.Items));

        using HttpResponseMessage answer = await application
            .CreateClient()
            .PostAsync(Routes.ActivationOf(TestBundle.Name), null, TestContext.Current.CancellationToken);

        Assert.Contains(
            "sha256",
            (await answer.ExpectProblemAsync(HttpStatusCode.UnprocessableEntity)).GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(before, await AnswersAsync(application));
    }

    [Fact]
    public async Task Activate_AnotherBundleCopiedOverTheActiveOne_TakenOverOnEveryServer()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
            ["Caching:Enabled"] = "false",
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings, models: models);
        await using RecOpsApplication other = await RecOpsApplication.StartAsync(settings, signIn: false, models: models);
        other.Cookie = one.Cookie;
        Dictionary<string, string> before = await AnswersAsync(one);
        string next = await TestBundle.WriteAsync(TestBundle.NewDirectory("next"), new TestBundle.Variation { IsUpsideDown = true });
        foreach (string file in Directory.EnumerateFiles(Path.Combine(next, TestBundle.Name)))
            File.Copy(file, Path.Combine(models, TestBundle.Name, Path.GetFileName(file)), overwrite: true);
        await NoticedAsync(one, BundleFile.Manifest);
        await Waiting.UntilAsync(async () =>
        {
            one.Time.Advance(SourceWatch.Interval);
            return (await ChangeAsync(one))!.Advice.Contains($"Activate {TestBundle.Name} again", StringComparison.Ordinal);
        });
        Assert.Equal(before, await AnswersAsync(one));

        await one.CreateClient().ActivateAsync(TestBundle.Name);

        Dictionary<string, string> after = await AnswersAsync(one);
        Assert.NotEqual(before, after);
        Assert.Null(await ChangeAsync(one));
        await Waiting.UntilAsync(async () => (await AnswersAsync(other)).SequenceEqual(after));
    }

    [Fact]
    public async Task Restart_BundleDamagedMeanwhile_ServesItsCopyAndSaysSo()
    {
        using var data = new TempDirectory();
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        Dictionary<string, string> before;
        await using (RecOpsApplication first = await StartAsync(models, data: data.Path))
            before = await AnswersAsync(first);
        FileStamp? copied = FileStamp.Of(CopyOf(data, BundleFile.Items));
        Change("truncated", Path.Combine(models, TestBundle.Name, BundleFile.Items));

        await using RecOpsApplication second = await StartAsync(models, data: data.Path);

        Assert.NotNull(copied);
        Assert.Equal(copied, FileStamp.Of(CopyOf(data, BundleFile.Items)));
        Assert.Equal(before, await AnswersAsync(second));
        await NoticedAsync(second, BundleFile.Items);
        Assert.Contains("After a restart, this server still serves", (await ChangeAsync(second))!.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_CopyDamagedMeanwhile_IsMadeAnew()
    {
        using var data = new TempDirectory();
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        Dictionary<string, string> before;
        await using (RecOpsApplication first = await StartAsync(models, data: data.Path))
            before = await AnswersAsync(first);
        string copy = CopyOf(data, BundleFile.Items);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Change("overwritten", copy);

        await using RecOpsApplication second = await StartAsync(models, data: data.Path);

        Assert.Equal(before, await AnswersAsync(second));
        Assert.Null(await ChangeAsync(second));
    }

    [Theory]
    [InlineData(ModelsOptions.ToMemory, BundleFile.Items)]
    [InlineData(ModelsOptions.ToDisk, BundleFile.Manifest)]
    public async Task Restart_BundleDamagedAndNoCopyOfIt_Refused(string copy, string file)
    {
        using var data = new TempDirectory();
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        await using (RecOpsApplication first = await StartAsync(models, copy, data.Path))
            await AnswersAsync(first);
        Change("truncated", Path.Combine(models, TestBundle.Name, file));

        await using RecOpsApplication second = await RecOpsApplication.StartUnreadyAsync(Settings(copy, data.Path), models: models);
        await second.Models().Settled.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Contains(file, second.Models().NotReadyReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DataDirectoryTakesNoCopy_ServesFromMemory()
    {
        using var data = new TempDirectory();
        data.Write("bundles", "in the way");
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        await using RecOpsApplication application = await StartAsync(models, data: data.Path);
        Dictionary<string, string> before = await AnswersAsync(application);

        Change("truncated", Path.Combine(models, TestBundle.Name, BundleFile.Items));

        Assert.Equal(before, await AnswersAsync(application));
    }

    [Fact]
    public async Task Start_TwoServersOnOneDataDirectory_EachHasACopyOfItsOwn()
    {
        using var data = new TempDirectory();
        string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
        await using RecOpsApplication one = await StartAsync(models, data: data.Path);
        Dictionary<string, string> before = await AnswersAsync(one);
        await using (RecOpsApplication other = await StartAsync(models, data: data.Path))
        {
            Assert.Equal(before, await AnswersAsync(other));
            Assert.Equal(2, Copies(data).Length);
        }

        Assert.Equal(before, await AnswersAsync(one));
    }

    [Fact]
    public async Task Activate_AnotherBundle_TheCopyOfTheOldOneIsRemoved()
    {
        using var data = new TempDirectory();
        string models = await TwoBundles.WriteAsync();
        await using RecOpsApplication application = await StartAsync(models, data: data.Path);
        string old = Assert.Single(Copies(data));

        await application.CreateClient().ActivateAsync(TwoBundles.Other);

        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(10));
            return Copies(data) is [var kept] && kept != old;
        });
    }

    [Fact]
    public async Task Start_CopiesThatAKilledServerLeft_AreRemovedUnlessSomebodyUsesThem()
    {
        using var data = new TempDirectory();
        string root = data.At("bundles");
        foreach (string left in new[] { "unfinished", "used" })
        {
            Directory.CreateDirectory(Path.Combine(root, left));
            await File.WriteAllTextAsync(Path.Combine(root, left, BundleFile.Items), "part of it", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(root, left + ".json"), "", TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(Path.Combine(root, "nothing.json"), "", TestContext.Current.CancellationToken);
        Assert.True(CopyRecord.TryLock(Path.Combine(root, "used.json"), out CopyRecord? used));
        using (used)
        {
            string models = await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation());
            await using RecOpsApplication application = await StartAsync(models, data: data.Path);
            await Waiting.UntilAsync(() =>
            {
                application.Time.Advance(TimeSpan.FromMinutes(1));
                return Copies(data).Length == 2;
            });

            Assert.Contains(Copies(data), copy => Path.GetFileName(copy) == "used");
            Assert.Equal(2, Directory.GetFiles(root).Length);
        }
    }

    private static Task<RecOpsApplication> StartAsync(string models, string copy = ModelsOptions.ToDisk, string? data = null) =>
        RecOpsApplication.StartAsync(Settings(copy, data), models: models);

    private static Dictionary<string, string?> Settings(string copy, string? data)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Models:Copy"] = copy,

            // Each answer is computed from the bundle.
            ["Caching:Enabled"] = "false",

            // Callers without room would get a fallback list.
            ["Serving:MinComputing"] = "16",
        };
        if (data is not null)
            settings["Data:Directory"] = data;
        return settings;
    }

    private static string[] Copies(TempDirectory data) => Directory.GetDirectories(data.At("bundles"));

    private static string CopyOf(TempDirectory data, string file) => Path.Combine(Assert.Single(Copies(data)), file);

    private static void Change(string change, string path)
    {
        byte[] content = File.ReadAllBytes(path);
        DateTime written = File.GetLastWriteTimeUtc(path);
        switch (change)
        {
            case "truncated":
                using (FileStream stream = File.OpenWrite(path))
                    stream.SetLength(1);
                break;
            case "overwritten":
                using (FileStream stream = File.OpenWrite(path))
                {
                    foreach (byte value in content)
                        stream.WriteByte((byte)~value);
                }

                // As rsync and cp -p do; only Linux reveals it.
                if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
                    File.SetLastWriteTimeUtc(path, written);
                break;
            case "deleted":
                File.Delete(path);
                break;
            default:
                File.WriteAllBytes(path + ".new", [.. content.Reverse()]);
                File.Move(path + ".new", path, overwrite: true);
                break;
        }
    }

    /// <summary>Items and scores by user.</summary>
    private static async Task<Dictionary<string, string>> AnswersAsync(RecOpsApplication application)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int user = 0; user < TestBundle.Users; user++)
        {
            RecommendationResponse answer = await application.RecommendAsync($"u{user}");
            Assert.False(answer.Degraded);
            answers[answer.UserId] = string.Join(' ', answer.Items.Select(item => $"{item.ItemId}={item.Score}"));
        }

        return answers;
    }

    private static async Task<BundleChange?> ChangeAsync(RecOpsApplication application) =>
        (await application.CreateClient().ModelsAsync()).Bundles.Single(bundle => bundle.Name == TestBundle.Name).Change;

    private static Task NoticedAsync(RecOpsApplication application, string file) =>
        Waiting.UntilAsync(async () =>
        {
            application.Time.Advance(SourceWatch.Interval);
            return (await ChangeAsync(application))?.Files.Contains(file) == true;
        });
}
