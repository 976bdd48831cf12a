using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Models.Switching;
using RecOps.Shared;
using RecOps.Shared.Bundles;
using RecOps.Shared.Events;
using RecOps.Shared.Models;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Security;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class ModelSwitchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activate_AnotherBundle_AnswersFromItAndSaysSinceWhenAndByWhom()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(new TestBundle.Variation { IsUpsideDown = true });
        HttpClient client = application.CreateClient();
        RecommendationResponse before = await application.RecommendAsync("u1");
        ModelList start = await client.ModelsAsync();
        Assert.Equal((TestBundle.Name, null, null), (start.Active!.Bundle, start.Active.By, start.Previous));
        Assert.Equal([TwoBundles.Other, TestBundle.Name], start.Bundles.Select(bundle => bundle.Name));

        application.Time.Advance(TimeSpan.FromMinutes(1));
        ModelList models = await client.ActivateAsync(TwoBundles.Other);

        Assert.Equal(
            new ActiveModelInfo(
                TwoBundles.Other,
                TwoBundles.OtherModel,
                application.Time.GetUtcNow(),
                "admin",
                ModelActivationKind.Activated
            ),
            models.Active
        );
        Assert.Equal(TestBundle.Name, models.Previous);
        Assert.Null(models.Work);
        RecommendationResponse after = await application.RecommendAsync("u1");
        Assert.Equal((TestBundle.ModelVersion, TwoBundles.OtherModel), (before.ModelVersion, after.ModelVersion));
        Assert.NotEqual(before.Items.Select(item => item.ItemId), after.Items.Select(item => item.ItemId));
        Assert.Equal(TwoBundles.OtherModel, Assert.Single(models.History).Model);
    }

    [Fact]
    public async Task Activate_ItemsNumberedOtherwise_KnowsWhatShoppersDidAndWhatIsSoldOut()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(new TestBundle.Variation { IsReversed = true });
        await application.SendEventAsync("newcomer", "i2", ShopEventType.Purchase);
        using (
            HttpResponseMessage sold = await application
                .CreateClient()
                .PatchAsync(
                    Routes.CatalogItems,
                    new StringContent("""{"items":[{"itemId":"i6","inStock":false}]}""", Encoding.UTF8, "application/json"),
                    Cancellation
                )
        )
        {
            Assert.Equal(HttpStatusCode.OK, sold.StatusCode);
        }

        RecommendationResponse before = await application.RecommendAsync("newcomer");
        await application.CreateClient().ActivateAsync(TwoBundles.Other);
        RecommendationResponse after = await application.RecommendAsync("newcomer");

        Assert.Equal(RecommendationSource.Computed, after.Source);
        Assert.Equal(before.Items.Select(item => item.ItemId), after.Items.Select(item => item.ItemId));
        Assert.Contains(after.Items.Take(3), item => item.ItemId == "i2");
        Assert.DoesNotContain(after.Items, item => item.ItemId == "i6");

        await application.SendEventAsync("newcomer", "i3", ShopEventType.Purchase);
        Assert.Contains((await application.RecommendAsync("newcomer")).Items.Take(5), item => item.ItemId == "i3");
    }

    [Fact]
    public async Task Activate_DamagedBundle_IsRefusedAndTheActiveOneStays()
    {
        string models = await TwoBundles.WriteAsync();
        await File.AppendAllTextAsync(Path.Combine(models, TwoBundles.Other, BundleFile.Ranker), "x", Cancellation);
        await using RecOpsApplication application = await RecOpsApplication.StartAsync(models: models);
        HttpClient client = application.CreateClient();

        using HttpResponseMessage answer = await client.PostAsync(Routes.ActivationOf(TwoBundles.Other), null, Cancellation);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("ranker.onnx", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        ModelList list = await client.ModelsAsync();
        Assert.Equal(TestBundle.Name, list.Active!.Bundle);
        Assert.Contains("ranker.onnx", list.Bundles.Single(bundle => bundle.Name == TwoBundles.Other).Problem, StringComparison.Ordinal);
        Assert.Empty(list.History);
        Assert.Equal(TestBundle.ModelVersion, (await application.RecommendAsync("u1")).ModelVersion);
        Assert.Single(application.Models().Live);
        using HttpResponseMessage audit = await client.GetAsync($"{Routes.Audit}?action={AuditAction.ModelRefused}", Cancellation);
        Assert.Equal(TwoBundles.Other, Assert.Single((await audit.ReadAsync<AuditPage>(HttpStatusCode.OK)).Entries).Subject);
    }

    [Theory]
    [InlineData("nothing", HttpStatusCode.NotFound)]
    [InlineData("..%2Fshop", HttpStatusCode.NotFound)]
    public async Task Activate_NoSuchBundle_404(string bundle, HttpStatusCode expected)
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        using HttpResponseMessage answer = await application
            .CreateClient()
            .PostAsync($"{Routes.Models}/{bundle}/activate", null, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task RollBack_AfterAnActivation_GoesBackAndForth()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        using (HttpResponseMessage nothing = await client.PostAsync(Routes.ModelRollback, null, Cancellation))
            Assert.Equal(HttpStatusCode.Conflict, nothing.StatusCode);
        await client.ActivateAsync(TwoBundles.Other);

        foreach (string expected in new[] { TestBundle.Name, TwoBundles.Other })
        {
            using HttpResponseMessage answer = await client.PostAsync(Routes.ModelRollback, null, Cancellation);
            ModelList models = await answer.ReadAsync<ModelList>(HttpStatusCode.OK);
            Assert.Equal((expected, ModelActivationKind.RolledBack), (models.Active!.Bundle, models.Active.Kind));
        }
    }

    [Fact]
    public async Task Activate_WhileAnotherIsMadeReady_SaysWhoIsAtIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        using PreparationSlot.Lease? turn = application.Services.GetRequiredService<PreparationSlot>().TryTake("third", "activate", "mary");
        using HttpResponseMessage answer = await application
            .CreateClient()
            .PostAsync(Routes.ActivationOf(TwoBundles.Other), null, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains(
            "mary is currently preparing third",
            await answer.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Start_AfterAnActivation_ServesThatBundleUntilTheSettingChanges()
    {
        string models = await TwoBundles.WriteAsync();
        using var data = new TempDirectory();
        var settings = new Dictionary<string, string?> { ["Data:Directory"] = data.Path };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings, models: models))
            await first.CreateClient().ActivateAsync(TwoBundles.Other);

        await using (RecOpsApplication second = await RecOpsApplication.StartAsync(settings, models: models))
        {
            Assert.Equal(TwoBundles.OtherModel, (await second.RecommendAsync("u1")).ModelVersion);
            await Waiting.UntilAsync(async () => (await second.CreateClient().ModelsAsync()).Active!.By == "admin");
        }

        await TestBundle.WriteAsync(models, new TestBundle.Variation { Name = "third" });
        settings["Models:Active"] = "third";
        await using RecOpsApplication third = await RecOpsApplication.StartAsync(settings, models: models);
        Assert.Equal("third-" + TestBundle.Version, (await third.RecommendAsync("u1")).ModelVersion);
    }

    /// <summary>A server with a copy keeps serving; one without cannot.</summary>
    [Theory]
    [InlineData("disk", TwoBundles.OtherModel)]
    [InlineData("memory", TestBundle.ModelVersion)]
    public async Task Start_BundleThatWasActiveIsDamaged_ServesItsCopyOrTheOneOfTheSettings(string copy, string served)
    {
        string models = await TwoBundles.WriteAsync();
        using var data = new TempDirectory();
        var settings = new Dictionary<string, string?> { ["Data:Directory"] = data.Path, ["Models:Copy"] = copy };
        await using (RecOpsApplication first = await RecOpsApplication.StartAsync(settings, models: models))
            await first.CreateClient().ActivateAsync(TwoBundles.Other);
        await File.AppendAllTextAsync(Path.Combine(models, TwoBundles.Other, BundleFile.Items), "x", Cancellation);

        await using RecOpsApplication second = await RecOpsApplication.StartAsync(settings, models: models);
        second.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(served, (await second.RecommendAsync("u1")).ModelVersion);
        await Waiting.UntilAsync(async () =>
            (await second.CreateClient().ModelsAsync()).Bundles.Single(bundle => bundle.Name == TwoBundles.Other)
                is { Problem: not null }
                    or { Change: not null }
        );
    }

    [Fact]
    public async Task Annotations_AfterAnActivation_TellOfIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        application.Time.Advance(TimeSpan.FromMinutes(2));
        await application.CreateClient().ActivateAsync(TwoBundles.Other);
        using HttpResponseMessage answer = await application.CreateClient().GetAsync(Routes.Annotations, Cancellation);
        Annotation[] annotations = (await answer.ReadAsync<AnnotationList>(HttpStatusCode.OK)).Annotations;
        Assert.Equal([AnnotationKind.Start, AnnotationKind.Model], annotations.Select(annotation => annotation.Kind));
        Assert.Equal($"Model {TwoBundles.OtherModel} activated by admin", annotations[1].Text);

        using HttpResponseMessage wrong = await application.CreateClient().GetAsync(Routes.Annotations + "?from=soon", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Activate_FiftyTimesUnderLoad_NoFailedRequestNoMixedAnswerAndNothingLeftBehind()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(
            new TestBundle.Variation { IsUpsideDown = true, IsReversed = true },
            new Dictionary<string, string?> { ["Warming:Users"] = "0", ["RateLimits:Enabled"] = "false" }
        );
        HttpClient client = application.CreateClient();
        string[] users = [.. Enumerable.Range(0, 30).Select(user => $"u{user}")];
        Dictionary<string, Dictionary<string, string>> expected = [];
        foreach (string bundle in new[] { TestBundle.Name, TwoBundles.Other })
        {
            await client.ActivateAsync(bundle);
            expected[$"{bundle}-{TestBundle.Version}"] = [];
            foreach (string user in users)
                expected[$"{bundle}-{TestBundle.Version}"][user] = Ids(await application.RecommendAsync(user));
        }

        var retired = new List<WeakReference>();
        using var over = new CancellationTokenSource();
        Task<int>[] load =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(worker =>
                    Task.Run(async () =>
                    {
                        HttpClient own = application.CreateClient();
                        int answered = 0;
                        for (int i = worker; !over.IsCancellationRequested; i++)
                        {
                            string user = users[i % users.Length];
                            RecommendationResponse answer = (
                                await own.GetFromJsonAsync<RecommendationResponse>(
                                    Routes.RecommendationsFor(user),
                                    RecOpsApplication.Json,
                                    Cancellation
                                )
                            )!;
                            Assert.Equal(expected[answer.ModelVersion][user], Ids(answer));
                            Assert.False(answer.Degraded);
                            answered++;
                        }

                        return answered;
                    })
                ),
        ];
        for (int swap = 0; swap < 50; swap++)
        {
            Remember(application, retired);
            await client.ActivateAsync(swap % 2 == 0 ? TestBundle.Name : TwoBundles.Other);
            application.Time.Advance(TimeSpan.FromSeconds(11));
        }

        await over.CancelAsync();
        Assert.All(await Task.WhenAll(load), answered => Assert.True(answered > 0));
        ModelRetirement retirement = application.Services.GetRequiredService<ModelRetirement>();
        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            return retirement.Waiting == 0;
        });
        Assert.Single(application.Models().Live);

        // None of the fifty models is referenced any more.
        await Waiting.UntilAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return retired.Count(reference => reference.IsAlive) <= 2;
        });
    }

    private static void Remember(RecOpsApplication application, List<WeakReference> retired) =>
        retired.Add(new WeakReference(application.Models().Current));

    private static string Ids(RecommendationResponse answer) => string.Join(' ', answer.Items.Select(item => item.ItemId));
}
